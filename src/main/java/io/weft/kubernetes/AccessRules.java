package io.weft.kubernetes;

import io.weft.problem.RejectedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The rights weft needs in each namespace of a network, as data: what is checked beforehand is what is documented. */
public final class AccessRules {
    private static final List<String> EVERYTHING =
            List.of("get", "list", "watch", "create", "update", "patch", "delete");

    /**
     * One line of the table.
     *
     * @param group API group; empty for the core group
     * @param resource plural name, with the subresource after a slash
     * @param purpose why weft needs it
     */
    public record Rule(String group, String resource, List<String> verbs, String purpose) {
        public Rule {
            verbs = List.copyOf(verbs);
        }

        /** {@code verb, verb on resource.group}. */
        @Override
        public String toString() {
            return String.join(", ", verbs) + " on " + resource + (group.isEmpty() ? "" : "." + group);
        }
    }

    /** All rules, each needed in every namespace of the network. */
    public static final List<Rule> NEEDED = List.of(
            new Rule("", "namespaces", List.of("get"), "see whether the namespace is being deleted"),
            new Rule("", "secrets", EVERYTHING, "identities, and the records of Helm releases"),
            new Rule("", "configmaps", EVERYTHING, "configuration, and the records of the network and its channels"),
            new Rule("", "services", EVERYTHING, "addresses of the nodes"),
            new Rule("", "serviceaccounts", EVERYTHING, "accounts the nodes run under"),
            new Rule("apps", "statefulsets", EVERYTHING, "ordering nodes, peers and certificate authorities"),
            new Rule("apps", "deployments", EVERYTHING, "chaincodes"),
            new Rule(
                    "apps",
                    "replicasets",
                    List.of("list", "watch", "delete"),
                    "remove what chaincodes' deployments leave"),
            new Rule("policy", "poddisruptionbudgets", EVERYTHING, "keep a quorum of ordering nodes"),
            new Rule(
                    "",
                    "pods",
                    List.of("get", "list", "watch", "patch", "delete"),
                    "wait for nodes and wake kubelet for them, find their tunnels' ends"),
            new Rule("", "pods/log", List.of("get"), "show why a node does not start"),
            new Rule("", "pods/portforward", List.of("get", "create"), "tunnels to the nodes"),
            new Rule("", "events", List.of("list", "watch"), "show why a node does not start"),
            new Rule(
                    "",
                    "persistentvolumeclaims",
                    List.of("get", "list", "watch", "create", "delete"),
                    "the nodes' storage, and why it is not provided"),
            new Rule("coordination.k8s.io", "leases", List.of("get", "create", "update", "delete"), "keep runs apart"));

    private final Api api;

    AccessRules(Api api) {
        this.api = api;
    }

    /**
     * Asks the API server which of {@link #NEEDED} this context lacks.
     *
     * @return the rules that lack something, each with only the verbs that are missing; empty when all is well
     */
    public List<Rule> missing(String namespace) {
        List<Object> granted = Json.list(
                api.post(
                                "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
                                Map.of(
                                        "apiVersion", "authorization.k8s.io/v1",
                                        "kind", "SelfSubjectRulesReview",
                                        "spec", Map.of("namespace", namespace)),
                                "ask for the rights of this context in namespace `" + namespace + "`")
                        .body(),
                "status",
                "resourceRules");
        Map<Rule, List<CompletableFuture<Boolean>>> doubtful = new LinkedHashMap<>();
        for (Rule rule : NEEDED) {
            if (!rule.verbs().stream().allMatch(verb -> granted(granted, rule, verb))) {
                // The review may be incomplete (webhook authorizers cannot list rules): ask one by one to be sure.
                doubtful.put(
                        rule,
                        rule.verbs().stream()
                                .map(verb -> CompletableFuture.supplyAsync(
                                        () -> allowed(namespace, rule, verb), api.threads()))
                                .toList());
            }
        }
        List<Rule> result = new ArrayList<>();
        doubtful.forEach((rule, answers) -> {
            List<String> verbs = new ArrayList<>();
            for (int i = 0; i < answers.size(); i++) {
                if (!KubeObjects.join(answers.get(i))) {
                    verbs.add(rule.verbs().get(i));
                }
            }
            if (!verbs.isEmpty()) {
                result.add(new Rule(rule.group(), rule.resource(), verbs, rule.purpose()));
            }
        });
        return result;
    }

    /**
     * @throws RejectedException listing everything that is missing in any of the namespaces
     */
    public void require(Iterable<String> namespaces) {
        List<String> lines = new ArrayList<>();
        for (String namespace : namespaces) {
            for (Rule rule : missing(namespace)) {
                lines.add("  in namespace `" + namespace + "`: " + rule + " (" + rule.purpose() + ")");
            }
        }
        if (!lines.isEmpty()) {
            throw new RejectedException("Context `" + api.kubeConfig().context() + "` lacks rights that weft needs:\n"
                    + String.join("\n", lines)
                    + "\nAsk an administrator to bind the Role from `docs/role.yaml` in these namespaces.");
        }
    }

    /** The table as the manifest of a Role, with a comment per rule. */
    public static String roleYaml() {
        StringBuilder yaml = new StringBuilder("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata:
                  name: weft
                rules:
                """);
        for (Rule rule : NEEDED) {
            yaml.append("  # ").append(rule.purpose()).append('\n');
            yaml.append("  - apiGroups: [\"").append(rule.group()).append("\"]\n");
            yaml.append("    resources: [").append(rule.resource()).append("]\n");
            yaml.append("    verbs: [").append(String.join(", ", rule.verbs())).append("]\n");
        }
        return yaml.toString();
    }

    private static boolean granted(List<Object> rules, Rule rule, String verb) {
        return rules.stream()
                .anyMatch(granted -> has(granted, "verbs", verb)
                        && has(granted, "apiGroups", rule.group())
                        && has(granted, "resources", rule.resource())
                        && Json.list(granted, "resourceNames").isEmpty());
    }

    private static boolean has(Object rule, String field, String value) {
        List<Object> values = Json.list(rule, field);
        return values.contains(value) || values.contains("*");
    }

    private boolean allowed(String namespace, Rule rule, String verb) {
        List<String> parts = Arrays.asList(rule.resource().split("/", 2));
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("namespace", namespace);
        attributes.put("verb", verb);
        attributes.put("group", rule.group());
        attributes.put("resource", parts.get(0));
        attributes.put("subresource", parts.size() > 1 ? parts.get(1) : "");
        return Json.at(
                        api.post(
                                        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                                        Map.of(
                                                "apiVersion", "authorization.k8s.io/v1",
                                                "kind", "SelfSubjectAccessReview",
                                                "spec", Map.of("resourceAttributes", attributes)),
                                        "ask whether this context may " + verb + " " + rule.resource())
                                .body(),
                        "status",
                        "allowed")
                .map(Boolean.TRUE::equals)
                .orElse(false);
    }
}
