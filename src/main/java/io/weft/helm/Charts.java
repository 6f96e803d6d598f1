package io.weft.helm;

import static java.util.Objects.requireNonNull;

import io.weft.kubernetes.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The charts that weft brings along, as class path resources {@code charts/<name>/...} with the charts they depend on
 * inside. They are unpacked into the cache on first use, into a folder named after their content.
 */
public final class Charts {
    private static final String ROOT = "charts/";

    private final ClassLoader loader;
    private final Path cache;
    private final Map<String, Chart> known = new ConcurrentHashMap<>();
    private final Map<String, SortedMap<String, byte[]>> packed = new HashMap<>();

    /**
     * @param cache a folder of the user's own that survives from run to run
     */
    public Charts(ClassLoader loader, Path cache) {
        this.loader = requireNonNull(loader, "loader");
        this.cache = requireNonNull(cache, "cache");
    }

    /**
     * @throws NoSuchElementException if weft has no such chart
     * @throws UncheckedIOException if it cannot be unpacked
     */
    public Chart get(String name) {
        return known.computeIfAbsent(name, this::unpack);
    }

    private Chart unpack(String name) {
        try {
            URL place = loader.getResource(ROOT + name + "/Chart.yaml");
            if (place == null) {
                throw new NoSuchElementException("No chart `" + name + "`");
            }
            SortedMap<String, byte[]> files = files(name, place.openConnection());
            String digest = digest(files);
            Map<String, Object> description = new Yaml(new SafeConstructor(new LoaderOptions()))
                    .load(new String(files.get("Chart.yaml"), StandardCharsets.UTF_8));
            Path target = cache.resolve("charts").resolve(name + "-" + digest);
            if (!Files.isDirectory(target)) {
                write(files, target);
            }
            return new Chart(Json.text(description, "name"), Json.text(description, "version"), digest, target);
        } catch (IOException e) {
            throw new UncheckedIOException("The chart `" + name + "` cannot be unpacked into `" + cache + "`", e);
        }
    }

    /** Contents by path within the chart. */
    private SortedMap<String, byte[]> files(String name, URLConnection description) throws IOException {
        if (description instanceof JarURLConnection jar) {
            return packed(jar.getJarFile()).get(name);
        }
        SortedMap<String, byte[]> result = new TreeMap<>();
        Path root = Path.of(URI.create(description.getURL().toString())).getParent();
        try (Stream<Path> found = Files.walk(root)) {
            for (Path path : (Iterable<Path>) found.filter(Files::isRegularFile)::iterator) {
                result.put(root.relativize(path).toString().replace('\\', '/'), Files.readAllBytes(path));
            }
        }
        return result;
    }

    /** All charts of a jar at once, by name: a jar can only be listed as a whole, and weft's own has many entries. */
    private synchronized Map<String, SortedMap<String, byte[]>> packed(JarFile jar) throws IOException {
        if (packed.isEmpty()) {
            for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
                int slash = entry.getName().indexOf('/', ROOT.length());
                if (slash > 0 && entry.getName().startsWith(ROOT) && !entry.isDirectory()) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        packed.computeIfAbsent(
                                        entry.getName().substring(ROOT.length(), slash), chart -> new TreeMap<>())
                                .put(entry.getName().substring(slash + 1), in.readAllBytes());
                    }
                }
            }
        }
        return packed;
    }

    private static void write(SortedMap<String, byte[]> files, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        Path part = Files.createTempDirectory(target.getParent(), "part");
        try {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Path path = part.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.write(path, file.getValue());
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.isDirectory(target)) {
                throw e;
            }
            // another run was faster, with the same content
        } finally {
            delete(part);
        }
    }

    static void delete(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path path : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }

    private static String digest(SortedMap<String, byte[]> files) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            files.forEach((path, content) -> {
                digest.update((path + "\0" + content.length + "\0").getBytes(StandardCharsets.UTF_8));
                digest.update(content);
            });
            return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java runtime has SHA-256", e);
        }
    }
}
