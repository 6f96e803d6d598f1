package io.weft.local;

import io.weft.model.FabricVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** A configuration file of one of Fabric's programs, that begins with what its chart begins with. */
final class Settings {
    private final Map<String, Object> values = new LinkedHashMap<>();

    private Settings() {}

    /**
     * A chart's settings for a version.
     *
     * @param chart for example {@code fabric-peer}
     * @param name the file's, for example {@code core}; files such as {@code core-3.0} hold what a later version adds
     */
    static Settings of(String chart, String name, FabricVersion version) {
        Settings result = new Settings();
        String path = "charts/" + chart + "/config/" + name;
        merge(result.values, load(path + ".yaml"));
        for (int[] since : new int[][] {{3, 0}, {3, 1}}) {
            String addition = path + "-" + since[0] + "." + since[1] + ".yaml";
            if (version.isAtLeast(since[0], since[1])
                    && Settings.class.getClassLoader().getResource(addition) != null) {
                merge(result.values, load(addition));
            }
        }
        return result;
    }

    private static Map<?, ?> load(String resource) {
        try (InputStream in = Settings.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("No resource " + resource);
            }
            return new Yaml(new SafeConstructor(new LoaderOptions())).load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lays what a spec says over it, if that is a mapping. */
    Settings over(Object further) {
        if (further instanceof Map<?, ?> map) {
            merge(values, map);
        }
        return this;
    }

    /** Sets one value. */
    Settings set(Object value, String... path) {
        Map<String, Object> at = values;
        for (int i = 0; i < path.length - 1; i++) {
            at = child(at, path[i]);
        }
        at.put(path[path.length - 1], value instanceof Path file ? file.toString() : value);
        return this;
    }

    private static Map<String, Object> child(Map<String, Object> parent, String key) {
        Map<String, Object> result = new LinkedHashMap<>();
        if (parent.get(key) instanceof Map<?, ?> existing) {
            merge(result, existing);
        }
        parent.put(key, result);
        return result;
    }

    private static void merge(Map<String, Object> base, Map<?, ?> over) {
        over.forEach((key, value) -> {
            String name = String.valueOf(key);
            if (value instanceof Map<?, ?> map) {
                merge(child(base, name), map);
            } else {
                base.put(name, value instanceof List<?> list ? new ArrayList<>(list) : value);
            }
        });
    }

    /** The file's text. */
    String yaml() {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setSplitLines(false);
        return new Yaml(options).dump(values);
    }
}
