package io.weft.kubernetes;

import static java.util.Objects.requireNonNull;

/**
 * How far a release's pod has come.
 *
 * @param release the value of the pod's label {@code app.kubernetes.io/instance}
 * @param detail for people: node, image or reason; possibly empty
 */
public record PodProgress(String namespace, String release, String pod, Stage stage, String detail) {
    /** What a pod goes through, in order. */
    public enum Stage {
        /** It exists. */
        CREATED,
        /** A node will run it. */
        SCHEDULED,
        /** An image is being pulled. */
        PULLING,
        /** All its containers run, as its status or kubelet's events say; a tunnel to it can be opened. */
        RUNNING,
        /** Its probes succeed. */
        READY
    }

    public PodProgress {
        requireNonNull(namespace, "namespace");
        requireNonNull(release, "release");
        requireNonNull(pod, "pod");
        requireNonNull(stage, "stage");
        requireNonNull(detail, "detail");
    }
}
