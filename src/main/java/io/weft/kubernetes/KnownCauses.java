package io.weft.kubernetes;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a message of Kubernetes, or the log of a container, usually means, and what to do about it. */
final class KnownCauses {
    private static final Map<Pattern, String> CAUSES = new LinkedHashMap<>();

    static {
        add(
                "toomanyrequests|rate limit",
                "The registry limits pulls. Log in with pull secrets, or name another registry in the spec.");
        add(
                "(?i)unauthorized|authentication required|pull access denied|no basic auth credentials",
                "The registry does not let the cluster pull this image. Check its name, and name pull secrets in the spec.");
        add(
                "(?i)manifest unknown|failed to (pull|resolve).*: not found|repository does not exist",
                "The registry has no such image or tag. Check the image and the version in the spec.");
        add("no match(ing manifest)? for platform", "The image is not built for the node's processor architecture.");
        add("ErrImageNeverPull", "The image is not on the node, and its pull policy forbids to fetch it.");
        add(
                "(?i)(pull|resolve reference|do request).*(no such host|dial tcp .*: (i/o timeout|connect: ))",
                "The node does not reach the registry.");
        add(
                "probe failed: .*(i/o timeout|no route to host|network is unreachable)",
                "The node does not reach the pod's address. Check the cluster's network plugin, and for routes of another one.");
        add("no such host|UnknownHostException", "A name does not resolve inside the pod. Check the cluster's DNS.");
        add(
                "Insufficient (cpu|memory)|Insufficient ephemeral-storage",
                "The cluster's nodes have too little left. Lower `resources` in the spec, or add a node.");
        add(
                "unbound immediate PersistentVolumeClaims|no persistent volumes available",
                "The storage was not provided. Check that the cluster has a default StorageClass (`kubectl get storageclass`),"
                        + " or name one in the spec.");
        add("volume node affinity conflict", "The volume is in a zone where no node can take the pod.");
        add("untolerated taint", "Every node that could run the pod has a taint.");
        add("exceeded quota", "The namespace's ResourceQuota is used up. Raise it, or lower `resources` in the spec.");
        add("violates PodSecurity", "The namespace's Pod Security level forbids such pods.");
        add("admission webhook .* denied", "A policy of the cluster denies this object; its text says why.");
        add("OOMKilled", "The container needs more memory than its limit. Raise `resources` in the spec.");
        add(
                "(secret|configmap) \"[^\"]+\" not found|couldn't find key",
                "A Secret or ConfigMap that the container mounts is missing or incomplete. Run the command again.");
        add(
                "container has runAsNonRoot and image",
                "The image runs as root, which the pod does not allow. Give it a numeric user.");
        add("x509: certificate has expired", "A certificate has expired.");
        add(
                "x509: certificate signed by unknown authority",
                "A certificate was issued by an authority that is not trusted here; leftovers of an earlier network?");
        add(
                "(?i)permission denied",
                "The container may not read or write a file. Check the volume's ownership (`fsGroup`) and the storage driver.");
        add("(?i)no space left on device", "The volume is full.");
        add("(?i):5984.*connection refused|unable to connect to couchdb", "The peer does not reach its CouchDB.");
    }

    private KnownCauses() {}

    /**
     * The cause of the first text that tells one.
     *
     * @param evidence what was said of the trouble, the most telling first
     */
    static Optional<String> of(List<String> evidence) {
        return evidence.stream().flatMap(KnownCauses::causes).findFirst();
    }

    private static Stream<String> causes(String text) {
        return CAUSES.entrySet().stream()
                .filter(entry -> entry.getKey().matcher(text).find())
                .map(Map.Entry::getValue);
    }

    private static void add(String pattern, String cause) {
        CAUSES.put(Pattern.compile(pattern), cause);
    }
}
