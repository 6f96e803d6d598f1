package io.weft.node;

import static java.util.Objects.requireNonNull;

import io.weft.problem.RejectedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * The settings of one of Fabric's programs: a YAML file, and the environment over it as Fabric's viper lays it. The key
 * {@code peer.listenAddress} is overridden by {@code CORE_PEER_LISTENADDRESS}, whether the file has it or not; an empty
 * variable is none; upper and lower case are the same in keys. Remembers what was asked for, so that what nobody asked
 * for can be told.
 *
 * <p>Its text form names the file alone: values may be secrets.
 */
final class Configuration {
    private final Path file;
    private final String prefix;
    private final Map<String, Object> settings;
    /** The value of each overridden key, by the variable's name. */
    private final Map<String, String> variables;

    private final Set<String> asked = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    private Configuration(Path file, String prefix, Map<String, Object> settings, Map<String, String> variables) {
        this.file = file;
        this.prefix = prefix;
        this.settings = settings;
        this.variables = variables;
    }

    /**
     * Reads a configuration.
     *
     * @param file the YAML file
     * @param prefix of the variables that override it, for example {@code CORE}
     * @param environment the whole environment
     * @throws RejectedException if the file cannot be read or is no YAML mapping
     */
    static Configuration read(Path file, String prefix, Map<String, String> environment) {
        requireNonNull(prefix, "prefix");
        Map<String, Object> settings;
        try {
            settings = flat(Files.readString(file));
        } catch (IOException e) {
            throw new RejectedException("The configuration `" + file + "` cannot be read: " + e + ".", e);
        } catch (YAMLException | ClassCastException e) {
            // What a YAML parser says quotes the file, and there may be a password in it.
            throw new RejectedException("The configuration `" + file + "` is no YAML mapping.", e);
        }
        Map<String, String> variables = new TreeMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith(prefix + "_") && !value.isEmpty()) {
                variables.put(name, value);
            }
        });
        return new Configuration(file, prefix, settings, variables);
    }

    private static Map<String, Object> flat(String yaml) {
        Map<String, Object> result = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        Object tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        if (tree != null) {
            flatten("", (Map<?, ?>) tree, result);
        }
        return result;
    }

    private static void flatten(String path, Map<?, ?> tree, Map<String, Object> result) {
        tree.forEach((key, value) -> {
            String name = path + key;
            if (value instanceof Map<?, ?> below) {
                flatten(name + ".", below, result);
            } else if (value != null) {
                result.put(name, value);
            }
        });
    }

    private String variable(String key) {
        return prefix + "_" + key.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    private Optional<Object> value(String key) {
        asked.add(key);
        return Optional.<Object>ofNullable(variables.get(variable(key)))
                .or(() -> Optional.ofNullable(settings.get(key)));
    }

    /** A setting as text; empty if it is absent or the empty text. */
    Optional<String> find(String key) {
        return value(key).map(String::valueOf).filter(text -> !text.isEmpty());
    }

    /** @throws RejectedException if it is absent */
    String text(String key) {
        return find(key)
                .orElseThrow(() -> new RejectedException("The setting `" + key + "` is missing: give it in `" + file
                        + "` or in the environment as `" + variable(key) + "`."));
    }

    /** A list; in the environment separated by commas or blanks. */
    List<String> list(String key) {
        Object value = value(key).orElse(List.of());
        if (value instanceof List<?> entries) {
            return entries.stream().map(String::valueOf).toList();
        }
        return Arrays.stream(String.valueOf(value).replaceAll("[\\[\\]]", "").split("[,\\s]+"))
                .filter(entry -> !entry.isEmpty())
                .toList();
    }

    /** The entries of a list of mappings in the file; none if it is absent. The environment cannot set one. */
    List<Map<String, String>> entries(String key) {
        asked.add(key);
        List<Map<String, String>> result = new ArrayList<>();
        if (settings.get(key) instanceof List<?> list) {
            for (Object entry : list) {
                Map<String, String> fields = new LinkedHashMap<>();
                if (entry instanceof Map<?, ?> mapping) {
                    mapping.forEach((name, value) ->
                            fields.put(String.valueOf(name).toLowerCase(Locale.ROOT), String.valueOf(value)));
                }
                result.add(fields);
            }
        }
        return result;
    }

    /**
     * A path; a relative one begins at the folder of the configuration file.
     *
     * @throws RejectedException if it is absent
     */
    Path path(String key) {
        return file.toAbsolutePath().getParent().resolve(text(key));
    }

    /** Paths, as {@link #path}. */
    List<Path> paths(String key) {
        return list(key).stream()
                .map(path -> file.toAbsolutePath().getParent().resolve(path))
                .toList();
    }

    /** Where to listen, from {@code host:port}; an empty host means every address. */
    InetSocketAddress listen(String key) {
        return address(key, text(key));
    }

    /** As {@link #listen}, from two settings. */
    InetSocketAddress listen(String hostKey, String portKey) {
        return address(portKey, find(hostKey).orElse("") + ":" + text(portKey));
    }

    private static InetSocketAddress address(String key, String text) {
        try {
            return listening(text);
        } catch (IllegalArgumentException e) {
            throw new RejectedException("The setting `" + key + "` is `" + text + "`, which is no `host:port`.", e);
        }
    }

    /**
     * Where to listen. Without a host it is every address; port 0 is any that is free.
     *
     * @throws IllegalArgumentException if the text does not end with a port
     */
    static InetSocketAddress listening(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon <= 0 ? "0.0.0.0" : text.substring(0, colon);
        return new InetSocketAddress(host, Integer.parseInt(text.substring(colon + 1)));
    }

    /**
     * Insists on the one value that embedded nodes can work with. An absent setting means Fabric's default.
     *
     * @param byDefault what Fabric takes it for when it is absent
     * @param remedy continues the sentence about the value that was found
     * @throws RejectedException if it has another value
     */
    void require(String key, String wanted, String byDefault, String remedy) {
        String found = find(key).orElse(byDefault);
        if (!found.equalsIgnoreCase(wanted)) {
            throw new RejectedException("The setting `" + key + "` is `" + found + "`, but embedded nodes know only `"
                    + wanted + "`: " + remedy + ".");
        }
    }

    /** Tells of settings whose value does not matter to an embedded node. */
    void allow(String... keys) {
        asked.addAll(List.of(keys));
    }

    /**
     * The settings that nobody asked for and that are not as the charts have them, which is what embedded nodes do:
     * keys, and variables that belong to no key.
     *
     * @param resources configuration files on the class path that say how the charts have them, later ones over earlier
     * @param further more values of the kind, by key
     */
    List<String> unused(List<String> resources, Map<String, String> further) {
        Map<String, Object> usual = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        resources.forEach(resource -> usual.putAll(flat(resource(resource))));
        usual.putAll(further);
        Set<String> keys = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        keys.addAll(usual.keySet());
        keys.addAll(settings.keySet());
        Map<String, String> keyOfVariable = new TreeMap<>();
        keys.forEach(key -> keyOfVariable.put(variable(key), key));
        asked.forEach(key -> keyOfVariable.put(variable(key), key));
        List<String> result = new ArrayList<>();
        settings.forEach((key, value) -> {
            if (!asked.contains(key)
                    && !variables.containsKey(variable(key))
                    && !String.valueOf(value).equals(String.valueOf(usual.get(key)))) {
                result.add(key);
            }
        });
        variables.forEach((name, value) -> {
            String key = keyOfVariable.get(name);
            if (key == null || (!asked.contains(key) && !value.equals(String.valueOf(usual.get(key))))) {
                result.add(name);
            }
        });
        return result;
    }

    private static String resource(String name) {
        try (InputStream in = Configuration.class.getResourceAsStream(name)) {
            return new String(requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return "Configuration[" + file + "]";
    }
}
