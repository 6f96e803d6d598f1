package io.weft.kubernetes;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How long a state that may still heal by itself is put up with before it counts as the reason of a failure.
 *
 * @param image an image that cannot be pulled: registries limit rates and recover
 * @param configuration a container whose Secret or ConfigMap is missing: it may be written a moment later
 * @param scheduling a pod that no node takes: an autoscaler may add one
 * @param creation a pod that may not be created at all, because of a quota or of Pod Security
 * @param restarts how often a container may crash and be started again
 */
public record Patience(Duration image, Duration configuration, Duration scheduling, Duration creation, int restarts) {
    public Patience {
        requireNonNull(image, "image");
        requireNonNull(configuration, "configuration");
        requireNonNull(scheduling, "scheduling");
        requireNonNull(creation, "creation");
    }

    /** 20 s for images, 10 s for configuration, 20 s for scheduling, 5 s for creation, 2 restarts. */
    public static Patience standard() {
        return new Patience(
                Duration.ofSeconds(20), Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofSeconds(5), 2);
    }
}
