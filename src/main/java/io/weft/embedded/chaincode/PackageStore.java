package io.weft.embedded.chaincode;

import io.weft.chaincode.PackageId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Installed packages, in files named as Fabric's peer names them. */
final class PackageStore {
    private static final Pattern FILE = Pattern.compile("(.+)[.]([0-9a-f]{64})[.]tar[.]gz");

    private final Path folder;

    PackageStore(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path file(PackageId id) {
        return folder.resolve(id.label() + "." + id.hash() + ".tar.gz");
    }

    /** Keeps the package; a crash leaves all of it or nothing. */
    void save(InstallPackage installed) {
        Path target = file(installed.id());
        try {
            Path draft = Files.createTempFile(folder, "install", ".tmp");
            Files.write(draft, installed.bytes().toByteArray());
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new ChaincodeFailure(
                    "error writing chaincode install package to " + target + ": " + e.getMessage(), e);
        }
    }

    void delete(PackageId id) {
        try {
            Files.deleteIfExists(file(id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean has(PackageId id) {
        return Files.exists(file(id));
    }

    Optional<byte[]> load(PackageId id) {
        try {
            return Files.exists(file(id)) ? Optional.of(Files.readAllBytes(file(id))) : Optional.empty();
        } catch (IOException e) {
            throw new ChaincodeFailure(
                    "error reading chaincode install package at " + file(id) + ": " + e.getMessage(), e);
        }
    }

    /** All of them, by ID. */
    List<PackageId> list() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> FILE.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(name -> new PackageId(name.group(1), name.group(2)))
                    .sorted(java.util.Comparator.comparing(PackageId::toString))
                    .toList();
        } catch (IOException e) {
            throw new ChaincodeFailure("error reading chaincode directory at " + folder + ": " + e.getMessage(), e);
        }
    }
}
