package io.weft.charts;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** A chart of this project as Helm sees it: a copy with the library chart in place. */
record Chart(String name, Path folder) {
    /** Helm in the JVM claims to be Kubernetes 1.20 unless it is told otherwise. */
    private static final String KUBERNETES_VERSION = "1.34.0";

    private static final String LIBRARY = "weft-common";
    private static final Path SOURCES = Path.of("charts");

    static final List<String> NAMES = List.of("fabric-ca", "fabric-chaincode", "fabric-orderer", "fabric-peer");

    static Chart place(String name, Path temporary) {
        Path folder = temporary.resolve(name);
        copy(SOURCES.resolve(name), folder);
        copy(SOURCES.resolve(LIBRARY), folder.resolve("charts").resolve(LIBRARY));
        return new Chart(name, folder);
    }

    static Path source(String name, String file) {
        return SOURCES.resolve(name).resolve(file);
    }

    /** Renders the chart as release {@code release} in the namespace {@code trade}. */
    String render(String release, Path values) {
        return new Helm(folder)
                .template()
                .withName(release)
                .withNamespace("trade")
                .withKubeVersion(KUBERNETES_VERSION)
                .withValuesFile(values)
                .call();
    }

    String render(String release, String values) {
        try {
            Path file = Files.createTempFile(folder.getParent(), "values", ".yaml");
            Files.writeString(file, values);
            return render(release, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Map<String, Object>> objects(String manifest) {
        List<Map<String, Object>> result = new ArrayList<>();
        for (Object document : yaml().loadAll(new StringReader(manifest))) {
            if (document != null) {
                result.add(map(document));
            }
        }
        return result;
    }

    static Map<String, Object> yamlMap(String text) {
        return map(yaml().load(text));
    }

    /** What lies at a path of keys, or null. */
    static Object at(Object value, String... path) {
        Object result = value;
        for (String key : path) {
            result = result == null ? null : map(result).get(key);
        }
        return result;
    }

    @SuppressWarnings("unchecked") // YAML's mappings have text keys in manifests and values
    static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    static List<?> list(Object value) {
        return value == null ? List.of() : (List<?>) value;
    }

    private static Yaml yaml() {
        return new Yaml(new SafeConstructor(new LoaderOptions()));
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path relative = from.relativize(file);
                if (relative.startsWith("charts")) {
                    continue; // a library placed there by a build
                }
                Path target = to.resolve(relative.toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
