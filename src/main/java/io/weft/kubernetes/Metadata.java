package io.weft.kubernetes;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What every Kubernetes object has.
 *
 * @param uid as given by the API server; empty before the object exists
 * @param resourceVersion as given by the API server; empty before the object exists
 */
public record Metadata(
        String namespace,
        String name,
        Map<String, String> labels,
        Map<String, String> annotations,
        String uid,
        String resourceVersion) {
    public Metadata {
        requireNonNull(namespace, "namespace");
        requireNonNull(name, "name");
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
        annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
        requireNonNull(uid, "uid");
        requireNonNull(resourceVersion, "resourceVersion");
    }

    /** Metadata of an object that does not exist yet. */
    public static Metadata of(
            String namespace, String name, Map<String, String> labels, Map<String, String> annotations) {
        return new Metadata(namespace, name, labels, annotations, "", "");
    }

    /** The same object with these labels and annotations added or changed. */
    public Metadata with(Map<String, String> moreLabels, Map<String, String> moreAnnotations) {
        Map<String, String> allLabels = new LinkedHashMap<>(labels);
        allLabels.putAll(moreLabels);
        Map<String, String> allAnnotations = new LinkedHashMap<>(annotations);
        allAnnotations.putAll(moreAnnotations);
        return new Metadata(namespace, name, allLabels, allAnnotations, uid, resourceVersion);
    }

    static Metadata of(KubeObject object) {
        return new Metadata(
                object.namespace(),
                object.name(),
                object.labels(),
                object.annotations(),
                object.uid(),
                object.resourceVersion());
    }

    /** Lays these over what the object has, so that fields weft does not know survive an update. */
    Map<String, Object> over(Map<String, Object> existing) {
        Map<String, Object> result = new LinkedHashMap<>(existing);
        result.put("name", name);
        if (!namespace.isEmpty()) {
            result.put("namespace", namespace);
        }
        result.put("labels", labels);
        result.put("annotations", annotations);
        if (!resourceVersion.isEmpty()) {
            result.put("resourceVersion", resourceVersion);
        }
        return result;
    }
}
