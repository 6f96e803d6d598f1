package io.weft.kubernetes;

import java.util.Arrays;
import java.util.Optional;

/** The kinds of Kubernetes objects that weft reads or writes. */
public enum Kind {
    NAMESPACE("", "v1", "namespaces", "Namespace"),
    SECRET("", "v1", "secrets", "Secret"),
    CONFIG_MAP("", "v1", "configmaps", "ConfigMap"),
    SERVICE("", "v1", "services", "Service"),
    SERVICE_ACCOUNT("", "v1", "serviceaccounts", "ServiceAccount"),
    POD("", "v1", "pods", "Pod"),
    PERSISTENT_VOLUME_CLAIM("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim"),
    EVENT("", "v1", "events", "Event"),
    STATEFUL_SET("apps", "v1", "statefulsets", "StatefulSet"),
    DEPLOYMENT("apps", "v1", "deployments", "Deployment"),
    REPLICA_SET("apps", "v1", "replicasets", "ReplicaSet"),
    JOB("batch", "v1", "jobs", "Job"),
    POD_DISRUPTION_BUDGET("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget"),
    NETWORK_POLICY("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy"),
    INGRESS("networking.k8s.io", "v1", "ingresses", "Ingress"),
    LEASE("coordination.k8s.io", "v1", "leases", "Lease"),
    STORAGE_CLASS("storage.k8s.io", "v1", "storageclasses", "StorageClass");

    private final String group;
    private final String version;
    private final String plural;
    private final String kind;

    Kind(String group, String version, String plural, String kind) {
        this.group = group;
        this.version = version;
        this.plural = plural;
        this.kind = kind;
    }

    /**
     * The kind a manifest names.
     *
     * @return empty for a kind that weft does not know
     */
    public static Optional<Kind> of(String apiVersion, String kind) {
        return Arrays.stream(values())
                .filter(k -> k.kind.equals(kind) && k.apiVersion().equals(apiVersion))
                .findFirst();
    }

    /** API group; empty for the core group. */
    public String group() {
        return group;
    }

    /** Resource name in URLs and in Roles, for example {@code configmaps}. */
    public String plural() {
        return plural;
    }

    /** {@code group/version}, or {@code v1} for the core group. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** The name as Kubernetes writes it, for example {@code ConfigMap}. */
    @Override
    public String toString() {
        return kind;
    }

    boolean namespaced() {
        return this != NAMESPACE && this != STORAGE_CLASS;
    }

    String path(String namespace) {
        String root = group.isEmpty() ? "/api/v1" : "/apis/" + group + "/" + version;
        return root + (namespaced() ? "/namespaces/" + namespace : "") + "/" + plural;
    }

    String path(String namespace, String name) {
        return path(namespace) + "/" + name;
    }
}
