package io.weft.kubernetes;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;

/**
 * An object as the API server keeps it.
 *
 * @param kind its kind
 * @param content the whole object as plain data, or its metadata alone where so said
 */
public record KubeObject(Kind kind, Map<String, Object> content) {
    public KubeObject {
        requireNonNull(kind, "kind");
        requireNonNull(content, "content");
    }

    public String namespace() {
        return Json.text(content, "metadata", "namespace");
    }

    public String name() {
        return Json.text(content, "metadata", "name");
    }

    public String uid() {
        return Json.text(content, "metadata", "uid");
    }

    public String resourceVersion() {
        return Json.text(content, "metadata", "resourceVersion");
    }

    public Map<String, String> labels() {
        return Json.texts(content, "metadata", "labels");
    }

    public Map<String, String> annotations() {
        return Json.texts(content, "metadata", "annotations");
    }

    /** What has to happen before the API server forgets a deleted object. */
    public List<String> finalizers() {
        return Json.list(content, "metadata", "finalizers").stream()
                .map(String::valueOf)
                .toList();
    }

    /** Whether it is being deleted. */
    public boolean terminating() {
        return !Json.text(content, "metadata", "deletionTimestamp").isEmpty();
    }

    /** Kind and name, never content: the object may be a Secret. */
    @Override
    public String toString() {
        return kind + " `" + (namespace().isEmpty() ? "" : namespace() + "/") + name() + "`";
    }

    /** Whether its controller has seen its newest specification: only then its status is about that. */
    public boolean isObserved() {
        return Json.number(content(), "status", "observedGeneration")
                >= Json.number(content(), "metadata", "generation");
    }
}
