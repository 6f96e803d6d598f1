package io.weft.local;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.weft.problem.RejectedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where one network keeps everything it has on this machine: folders have mode 0700, files 0600. Files are replaced as a
 * whole, so that none is ever half written.
 *
 * @param root the folder of all networks
 * @param network the network's name, which is the folder's
 */
record StateFolder(Path root, String network) {
    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

    StateFolder {
        root = root.toAbsolutePath().normalize();
        requireNonNull(network, "network");
    }

    /** The state folder at that path. */
    static StateFolder at(Path folder) {
        Path absolute = folder.toAbsolutePath().normalize();
        return new StateFolder(absolute.getParent(), absolute.getFileName().toString());
    }

    Path path() {
        return root.resolve(network);
    }

    boolean exists() {
        return Files.isDirectory(path());
    }

    /** Keys, certificates and the network's record. */
    Path store() {
        return path().resolve("store");
    }

    Path nodes() {
        return path().resolve("nodes");
    }

    /**
     * A node's folder.
     *
     * @param key {@code namespace/release}
     */
    Path node(String key) {
        return nodes().resolve(key);
    }

    Path description(String key) {
        return node(key).resolve("node.json");
    }

    Path log(String key) {
        return node(key).resolve("log");
    }

    Path ports() {
        return path().resolve("ports.json");
    }

    /** What the network's nodes are. */
    Path kind() {
        return path().resolve("nodes.json");
    }

    /** Who runs the nodes. */
    Path daemon() {
        return path().resolve("daemon.json");
    }

    Path daemonLog() {
        return path().resolve("daemon.log");
    }

    /** Held as long as somebody runs the nodes. */
    Path daemonLock() {
        return path().resolve("daemon.lock");
    }

    /** Held by the command that works on the network. */
    Path lock() {
        return root.resolve(network + ".lock");
    }

    /** Held while ports are chosen. */
    Path portsLock() {
        return root.resolve("ports.lock");
    }

    /** Makes a folder with all above it that are missing. */
    static void makeFolder(Path folder) {
        try {
            Path missing = folder;
            while (missing.getParent() != null && !Files.exists(missing.getParent())) {
                missing = missing.getParent();
            }
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(FOLDER));
        } catch (IOException e) {
            throw unusable("make folder", folder, e);
        }
    }

    /** Writes a file as a whole. */
    static void write(Path file, String text) {
        makeFolder(file.getParent());
        try {
            Path part = Files.createTempFile(file.getParent(), ".part", "", PosixFilePermissions.asFileAttribute(FILE));
            try {
                Files.writeString(part, text);
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw unusable("write", file, e);
        }
    }

    static void writeJson(Path file, Object value) {
        write(file, RecordJson.pretty(value));
    }

    static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unusable("read", file, e);
        }
    }

    static <T> Optional<T> readJson(Path file, Class<T> type) {
        return readJson(file, text -> RecordJson.parse(text, type));
    }

    /** A file that holds texts to numbers. */
    static Optional<Map<String, Integer>> readNumbers(Path file) {
        return readJson(file, RecordJson::parseNumbers);
    }

    /** What makes a value of a file's text. */
    private interface Reader<T> {
        T read(String text) throws IOException;
    }

    private static <T> Optional<T> readJson(Path file, Reader<T> reader) {
        Optional<String> text = read(file);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.read(text.get()));
        } catch (IOException e) {
            String what = e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
            throw new RejectedException("File `" + file + "` of weft's state folder is damaged: " + what
                    + ". Put it back from a backup, or remove the network's folder.");
        }
    }

    /** The files directly in a folder; none if there is no such folder. */
    static List<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw unusable("read folder", folder, e);
        }
    }

    /** Removes a file or folder with all in it; returns whether there was one. */
    static boolean delete(Path path) {
        if (!Files.exists(path)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(file);
            }
            return true;
        } catch (IOException e) {
            throw unusable("remove", path, e);
        }
    }

    /** The last lines of a log, for messages. */
    static List<String> tail(Path log, int lines) {
        try {
            if (!Files.exists(log)) {
                return List.of();
            }
            byte[] bytes = Files.readAllBytes(log);
            List<String> all = new String(bytes, StandardCharsets.UTF_8).lines().toList();
            return all.subList(Math.max(0, all.size() - lines), all.size());
        } catch (IOException e) {
            return List.of("(" + e.getMessage() + ")");
        }
    }

    static RejectedException unusable(String verb, Path path, IOException cause) {
        return new RejectedException("Cannot " + verb + " `" + path + "`: " + cause, cause);
    }
}
