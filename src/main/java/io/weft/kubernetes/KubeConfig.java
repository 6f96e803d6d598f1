package io.weft.kubernetes;

import io.weft.problem.UnreachableException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * One context of a kubeconfig: which API server, as whom, and the namespace it prefers. It holds credentials, so
 * {@link #toString} tells only its name and server.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/">Merging
 *     kubeconfig files</a>
 */
public final class KubeConfig {
    private static final List<String> CLUSTER_FILES = List.of("certificate-authority");
    private static final List<String> USER_FILES = List.of("client-certificate", "client-key", "tokenFile");

    private final String context;
    private final String clusterName;
    private final URI server;
    private final Optional<String> namespace;
    private final Map<String, Object> cluster;
    private final Map<String, Object> user;
    private final Path userFile;

    private KubeConfig(
            String context,
            String clusterName,
            URI server,
            Optional<String> namespace,
            Map<String, Object> cluster,
            Map<String, Object> user,
            Path userFile) {
        this.context = context;
        this.clusterName = clusterName;
        this.server = server;
        this.namespace = namespace;
        this.cluster = cluster;
        this.user = user;
        this.userFile = userFile;
    }

    /**
     * Reads and merges kubeconfig files as kubectl does: files that do not exist are passed over, and of entries with
     * the same name the first one counts.
     *
     * @param files in order of precedence, as in the variable {@code KUBECONFIG}
     * @param context absent: the files' current context
     * @throws UnreachableException if there is no file, it cannot be understood, or it lacks the context
     */
    public static KubeConfig load(List<Path> files, Optional<String> context) {
        List<Path> present = files.stream().filter(Files::isRegularFile).toList();
        if (present.isEmpty()) {
            String looked = files.isEmpty() ? "no file was named" : "looked at " + quoted(files);
            throw new UnreachableException("There is no kubeconfig: " + looked
                    + ". Set `KUBECONFIG` or `--kubeconfig` to the file that your cluster's administrator or"
                    + " installer gave you.");
        }
        Map<String, Map<String, Object>> clusters = new LinkedHashMap<>();
        Map<String, Map<String, Object>> users = new LinkedHashMap<>();
        Map<String, Map<String, Object>> contexts = new LinkedHashMap<>();
        Map<String, Path> origins = new LinkedHashMap<>();
        String current = "";
        for (Path file : present) {
            Map<String, Object> document = read(file);
            collect(document, "clusters", "cluster", clusters, file, CLUSTER_FILES);
            collect(document, "users", "user", users, file, USER_FILES);
            collect(document, "contexts", "context", contexts, file, List.of());
            contexts.keySet().forEach(found -> origins.putIfAbsent(found, file));
            if (current.isEmpty()) {
                current = Json.text(document, "current-context");
            }
        }
        String name = context.orElse(current);
        String read = "the kubeconfig " + quoted(present);
        if (name.isEmpty()) {
            throw new UnreachableException(
                    "No current context is set in " + read + ". Choose one with `--context`: " + names(contexts) + ".");
        }
        Map<String, Object> chosen = contexts.get(name);
        if (chosen == null) {
            throw new UnreachableException(
                    "There is no context `" + name + "` in " + read + ". It has: " + names(contexts) + ".");
        }
        String clusterName = Json.text(chosen, "cluster");
        Map<String, Object> cluster = clusters.get(clusterName);
        if (cluster == null || Json.text(cluster, "server").isEmpty()) {
            throw new UnreachableException("Context `" + name + "` names the cluster `" + clusterName
                    + "`, which has no `server` in " + read + ". Clusters there: " + names(clusters) + ".");
        }
        String userName = Json.text(chosen, "user");
        Map<String, Object> user = users.getOrDefault(userName, Map.of());
        if (!userName.isEmpty() && !users.containsKey(userName)) {
            throw new UnreachableException("Context `" + name + "` names the user `" + userName + "`, who is not in "
                    + read + ". Users there: " + names(users) + ".");
        }
        Optional<String> namespace =
                Json.at(chosen, "namespace").map(Object::toString).filter(n -> !n.isEmpty());
        return new KubeConfig(name, clusterName, server(cluster, name), namespace, cluster, user, origins.get(name));
    }

    /** Name of the context. */
    public String context() {
        return context;
    }

    /** Name of the cluster in the kubeconfig. */
    public String clusterName() {
        return clusterName;
    }

    /** URL of the API server, without a slash at the end. */
    public URI server() {
        return server;
    }

    /** The namespace that the context prefers. */
    public Optional<String> namespace() {
        return namespace;
    }

    /**
     * A kubeconfig with this context alone, self-contained but for files it names by absolute paths. Holds
     * credentials: whoever writes it down must keep it from others.
     */
    public String toYaml() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("apiVersion", "v1");
        document.put("kind", "Config");
        document.put("current-context", "weft");
        document.put("clusters", List.of(Map.of("name", "weft", "cluster", cluster)));
        document.put("users", List.of(Map.of("name", "weft", "user", user)));
        Map<String, Object> only = new LinkedHashMap<>();
        only.put("cluster", "weft");
        only.put("user", "weft");
        namespace.ifPresent(n -> only.put("namespace", n));
        document.put("contexts", List.of(Map.of("name", "weft", "context", only)));
        return Json.write(document);
    }

    Map<String, Object> cluster() {
        return cluster;
    }

    Map<String, Object> user() {
        return user;
    }

    /** Whether the credentials come from a program or a provider rather than from the kubeconfig itself. */
    boolean usesPlugin() {
        return user.containsKey("exec") || user.containsKey("auth-provider");
    }

    /** The file that has the context. */
    Path userFile() {
        return userFile;
    }

    /** Name and server; no credentials. */
    @Override
    public String toString() {
        return "context `" + context + "` (" + server + ")";
    }

    private static URI server(Map<String, Object> cluster, String context) {
        String text = Json.text(cluster, "server").replaceAll("/+$", "");
        try {
            URI uri = URI.create(text);
            if (uri.getHost() != null && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // reported below, like an address without a host
        }
        throw new UnreachableException("The server of context `" + context + "` is `" + text
                + "`; expected a URL such as `https://host:6443`. Mend the kubeconfig.");
    }

    private static Map<String, Object> read(Path file) {
        try {
            Object document = new Yaml(new SafeConstructor(new LoaderOptions()))
                    .load(Files.readString(file, StandardCharsets.UTF_8));
            if (document == null) {
                return Map.of();
            }
            if (document instanceof Map<?, ?>) {
                return Json.map(document);
            }
        } catch (IOException e) {
            throw new UnreachableException("The kubeconfig `" + file + "` cannot be read: " + e.getMessage() + ".", e);
        } catch (YAMLException e) {
            // The parser's message quotes the file, and the file holds credentials: only say where.
            String where =
                    e instanceof org.yaml.snakeyaml.error.MarkedYAMLException marked && marked.getProblemMark() != null
                            ? " (line " + (marked.getProblemMark().getLine() + 1) + ")"
                            : "";
            throw new UnreachableException("The kubeconfig `" + file + "` is not valid YAML" + where + ".");
        }
        throw new UnreachableException("The kubeconfig `" + file + "` is not a YAML mapping.");
    }

    private static void collect(
            Map<String, Object> document,
            String list,
            String key,
            Map<String, Map<String, Object>> into,
            Path file,
            List<String> paths) {
        for (Object entry : Json.list(document, list)) {
            Map<String, Object> content = new LinkedHashMap<>(Json.map(entry, key));
            for (String path : paths) {
                if (!Json.text(content, path).isEmpty()) {
                    content.put(path, beside(file, Json.text(content, path)));
                }
            }
            String command = Json.text(content, "exec", "command");
            if (command.contains("/")) {
                Map<String, Object> exec = new LinkedHashMap<>(Json.map(content, "exec"));
                exec.put("command", beside(file, command));
                content.put("exec", exec);
            }
            into.putIfAbsent(Json.text(entry, "name"), content);
        }
    }

    private static String beside(Path file, String path) {
        return file.toAbsolutePath().resolveSibling(path).normalize().toString();
    }

    private static String quoted(List<Path> files) {
        return files.stream().map(file -> "`" + file + "`").collect(Collectors.joining(", "));
    }

    private static String names(Map<String, ?> entries) {
        List<String> names = new ArrayList<>(entries.keySet());
        return names.isEmpty()
                ? "none"
                : names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
    }
}
