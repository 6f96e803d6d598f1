package io.weft.helm;

import static java.util.Objects.requireNonNull;

import io.weft.kubernetes.Json;
import io.weft.kubernetes.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * One revision of a Helm release, as Helm's own record of it says.
 *
 * @param revision from 1
 * @param description what {@link ReleaseRequest} left there, or Helm's own words
 * @param values what the release was given beside the chart's defaults
 * @param manifest the rendered objects, as YAML documents
 * @param record the Secret that holds the record, without its data
 */
public record InstalledRelease(
        String name,
        String namespace,
        int revision,
        Status status,
        String description,
        String chartName,
        String chartVersion,
        Instant deployed,
        Map<String, Object> values,
        String manifest,
        Secret record) {
    /** What Helm knows of a revision's state. */
    public enum Status {
        UNKNOWN,
        DEPLOYED,
        UNINSTALLED,
        SUPERSEDED,
        FAILED,
        UNINSTALLING,
        PENDING_INSTALL,
        PENDING_UPGRADE,
        PENDING_ROLLBACK;

        /** The word Helm prints, for example {@code pending-install}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Status of(String word) {
            for (Status status : values()) {
                if (status.toString().equals(word)) {
                    return status;
                }
            }
            return UNKNOWN;
        }

        boolean pending() {
            return this == PENDING_INSTALL || this == PENDING_UPGRADE || this == PENDING_ROLLBACK;
        }
    }

    public InstalledRelease {
        requireNonNull(name, "name");
        requireNonNull(namespace, "namespace");
        requireNonNull(status, "status");
        requireNonNull(description, "description");
        requireNonNull(chartName, "chartName");
        requireNonNull(chartVersion, "chartVersion");
        requireNonNull(deployed, "deployed");
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        requireNonNull(manifest, "manifest");
        requireNonNull(record, "record");
    }

    /** {@code namespace/name revision 2 (deployed)}; values may be long and are left out. */
    @Override
    public String toString() {
        return namespace + "/" + name + " revision " + revision + " (" + status + ")";
    }

    /**
     * Whether this is what the request would make: same chart to the byte, same values, and deployed.
     *
     * @param chart the chart that the request names
     */
    public boolean satisfies(ReleaseRequest request, Chart chart) {
        return status == Status.DEPLOYED
                && chartName.equals(chart.name())
                && chartVersion.equals(chart.version())
                && description.equals(ReleaseRequest.description(chart))
                && Data.same(values, request.values());
    }

    /**
     * Reads Helm's record: a Secret with base64 of gzip of JSON.
     *
     * @return empty if the Secret holds no release
     * @see <a href="https://helm.sh/docs/topics/advanced/#storage-backends">Helm's storage</a>
     */
    static Optional<InstalledRelease> decode(Secret secret) {
        byte[] data = secret.data().get("release");
        if (data == null) {
            return Optional.empty();
        }
        Map<String, Object> json;
        try (GZIPInputStream in =
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(data)))) {
            json = Json.parseObject(in.readAllBytes());
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
        return Optional.of(new InstalledRelease(
                Json.text(json, "name"),
                Json.text(json, "namespace"),
                (int) Json.number(json, "version"),
                Status.of(Json.text(json, "info", "status")),
                Json.text(json, "info", "description"),
                Json.text(json, "chart", "metadata", "name"),
                Json.text(json, "chart", "metadata", "version"),
                time(Json.text(json, "info", "last_deployed")),
                Json.map(json, "config"),
                Json.text(json, "manifest"),
                new Secret(secret.metadata(), secret.type(), Map.of())));
    }

    private static Instant time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }
}
