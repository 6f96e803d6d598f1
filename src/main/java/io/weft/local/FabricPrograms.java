package io.weft.local;

import static java.util.Objects.requireNonNull;

import io.weft.model.FabricVersion;
import io.weft.problem.RejectedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Fabric's own programs on this machine.
 *
 * @param folder holds {@code orderer}, {@code peer} and {@code fabric-ca-server}
 */
public record FabricPrograms(Path folder) {
    private static final List<String> NAMES = List.of("orderer", "peer", "fabric-ca-server");
    private static final Pattern VERSION = Pattern.compile("Version: v?(\\d+\\.\\d+\\.\\d+)");

    public FabricPrograms {
        requireNonNull(folder, "folder");
        folder = folder.toAbsolutePath().normalize();
    }

    /**
     * The first of the folders that holds all programs.
     *
     * @param folders where to look, the most wanted first
     */
    public static Optional<FabricPrograms> find(List<Path> folders) {
        return folders.stream()
                .filter(folder -> missing(folder).isEmpty())
                .findFirst()
                .map(FabricPrograms::new);
    }

    /** Which of the programs a folder lacks. */
    public static List<String> missing(Path folder) {
        return NAMES.stream()
                .filter(name -> !Files.isExecutable(folder.resolve(name)))
                .toList();
    }

    /** A program's file. */
    Path program(String name) {
        return folder.resolve(name);
    }

    /**
     * The external builder for chaincode as a service, beside the programs as Fabric's archives lay it out.
     *
     * @return a folder with {@code bin/detect}
     */
    Optional<Path> builder() {
        return Stream.of(
                        folder.resolve("ccaas_builder"),
                        folder.resolveSibling("builders").resolve("ccaas"),
                        folder.resolve("builders").resolve("ccaas"))
                .filter(candidate -> Files.isExecutable(candidate.resolve("bin/detect")))
                .findFirst();
    }

    /** What {@code peer version} says. Starts the program. */
    FabricVersion version() {
        ProcessBuilder builder = new ProcessBuilder(program("peer").toString(), "version").redirectErrorStream(true);
        ProgramNode.cleanse(builder.environment());
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher version = VERSION.matcher(output);
            if (!version.find()) {
                throw new RejectedException(
                        "`" + program("peer") + " version` names no version, but says: " + output.strip());
            }
            return FabricVersion.parse(version.group(1));
        } catch (IOException e) {
            throw new RejectedException("`" + program("peer") + "` cannot be started: " + e.getMessage(), e);
        }
    }
}
