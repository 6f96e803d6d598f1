package io.weft.helm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** weft's own charts, which travel on the class path, written to a folder where Helm can read them. */
public final class Charts {
    private static final String ROOT = "/charts/";

    private final Path folder;
    private final Map<String, Path> written = new ConcurrentHashMap<>();

    /**
     * @param folder an existing folder that nobody else writes to
     */
    Charts(Path folder) {
        this.folder = folder;
    }

    /** The version of a chart, as its {@code Chart.yaml} says. */
    public static String version(String chart) {
        try (InputStream file = Charts.class.getResourceAsStream(ROOT + chart + "/Chart.yaml")) {
            if (file == null) {
                throw new IllegalArgumentException("No chart `" + chart + "` on the class path");
            }
            Map<String, Object> content = new Yaml(new SafeConstructor(new LoaderOptions())).load(file);
            return String.valueOf(content.get("version"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The chart's folder. */
    Path path(String chart) {
        return written.computeIfAbsent(chart, name -> {
            try {
                Path target = folder.resolve(name);
                for (Map.Entry<String, byte[]> file : files(name).entrySet()) {
                    Path path = target.resolve(file.getKey());
                    Files.createDirectories(path.getParent());
                    Files.write(path, file.getValue());
                }
                return target;
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot write chart `" + name + "` to `" + folder + "`", e);
            }
        });
    }

    private static Map<String, byte[]> files(String chart) throws IOException {
        URL root = Charts.class.getResource(ROOT + chart + "/Chart.yaml");
        if (root == null) {
            throw new IllegalArgumentException("No chart `" + chart + "` on the class path");
        }
        try {
            URI uri = root.toURI();
            if (uri.getScheme().equals("jar")) {
                try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                    return read(jar.getPath(ROOT + chart));
                }
            }
            return read(Path.of(uri).getParent());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("A class path resource always has a URI: " + root, e);
        }
    }

    private static Map<String, byte[]> read(Path root) throws IOException {
        List<Path> paths = new ArrayList<>();
        try (Stream<Path> tree = Files.walk(root)) {
            tree.filter(Files::isRegularFile).forEach(paths::add);
        }
        Map<String, byte[]> result = new TreeMap<>();
        for (Path path : paths) {
            result.put(root.relativize(path).toString(), Files.readAllBytes(path));
        }
        return result;
    }
}
