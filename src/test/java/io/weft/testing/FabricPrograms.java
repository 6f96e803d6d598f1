package io.weft.testing;

import io.weft.model.FabricVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Fabric's own programs.
 *
 * @param folder holds {@code peer}, {@code orderer} and the rest
 * @param builder the external builder for chaincode as a service: a folder with {@code bin/detect}
 * @param version what {@code peer version} says
 */
public record FabricPrograms(Path folder, Path builder, FabricVersion version) {
    private static final Pattern VERSION = Pattern.compile("Version: v?(\\d+\\.\\d+\\.\\d+)");

    /** The programs in the folder that {@code FABRIC_BIN} names; skips the test if there are none. */
    public static FabricPrograms require() {
        String configured = System.getenv("FABRIC_BIN");
        Assumptions.assumeTrue(configured != null, "FABRIC_BIN does not name a folder with Fabric's programs");
        Path folder = Path.of(configured);
        for (String program : List.of("peer", "orderer", "configtxgen")) {
            Assumptions.assumeTrue(
                    Files.isExecutable(folder.resolve(program)), "FABRIC_BIN has no program `" + program + "`");
        }
        String builderFolder = System.getenv("FABRIC_CCAAS_BUILDER");
        Path builder = Stream.of(
                        builderFolder == null ? folder.resolve("ccaas_builder") : Path.of(builderFolder),
                        folder.resolveSibling("builders").resolve("ccaas"))
                .filter(candidate -> Files.isExecutable(candidate.resolve("bin/detect")))
                .findFirst()
                .orElse(null);
        Assumptions.assumeTrue(
                builder != null, "FABRIC_CCAAS_BUILDER does not name the external builder for chaincode as a service");
        Matcher version = VERSION.matcher(run(folder.resolve("peer"), "version"));
        Assumptions.assumeTrue(version.find(), "`peer version` names no version");
        return new FabricPrograms(folder, builder, FabricVersion.parse(version.group(1)));
    }

    /** Runs a program that needs no configuration to its end and returns what it printed; fails if it fails. */
    public static String run(Path program, String... arguments) {
        return runIn(program.toAbsolutePath().getParent(), program, arguments);
    }

    /**
     * As {@link #run}, with a configuration.
     *
     * @param configuration the folder of {@code core.yaml}
     */
    public static String runIn(Path configuration, Path program, String... arguments) {
        try {
            ProcessBuilder builder = new ProcessBuilder(
                            Stream.concat(Stream.of(program.toString()), Stream.of(arguments))
                                    .toList())
                    .redirectErrorStream(true);
            builder.environment().put("FABRIC_CFG_PATH", configuration.toString());
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(program + " failed:\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new IllegalStateException(program + " cannot run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
