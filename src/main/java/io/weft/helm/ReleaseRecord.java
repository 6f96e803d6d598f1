package io.weft.helm;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weft.release.ReleaseSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * What Helm remembers of a revision of a release: the content of a Secret {@code sh.helm.release.v1.NAME.vREVISION}.
 *
 * @param status Helm's word, for example {@code deployed} or {@code pending-install}
 * @param values the values it was installed with, without the chart's defaults
 * @param manifest the objects it consists of, as YAML documents
 * @see <a href="https://helm.sh/docs/topics/advanced/#storage-backends">Helm's storage backends</a>
 */
public record ReleaseRecord(
        String name,
        String namespace,
        int revision,
        String status,
        String chart,
        String chartVersion,
        Map<String, Object> values,
        String manifest) {
    /** The label that all of Helm's Secrets carry, and its value. */
    public static final Map<String, String> LABELS = Map.of("owner", "helm");

    /** The type of Helm's Secrets. */
    public static final String TYPE = "helm.sh/release.v1";

    private static final ObjectMapper JSON = new ObjectMapper();

    public ReleaseRecord {
        requireNonNull(name, "name");
        requireNonNull(namespace, "namespace");
        requireNonNull(status, "status");
        requireNonNull(chart, "chart");
        requireNonNull(chartVersion, "chartVersion");
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        requireNonNull(manifest, "manifest");
    }

    /**
     * Reads a Secret's entry {@code release}: base64 of gzip of JSON.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static ReleaseRecord parse(byte[] entry) {
        try (GZIPInputStream content =
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(entry)))) {
            JsonNode release = JSON.readTree(content);
            JsonNode metadata = release.path("chart").path("metadata");
            Map<String, Object> values = release.path("config").isObject()
                    ? JSON.convertValue(release.get("config"), new TypeReference<Map<String, Object>>() {})
                    : Map.of();
            return new ReleaseRecord(
                    release.path("name").asText(),
                    release.path("namespace").asText(),
                    release.path("version").asInt(),
                    release.path("info").path("status").asText(),
                    metadata.path("name").asText(),
                    metadata.path("version").asText(),
                    values,
                    release.path("manifest").asText());
        } catch (IOException e) {
            throw new IllegalArgumentException("Not a Helm release", e);
        }
    }

    /** Whether it was installed from this chart with these values. */
    public boolean isOf(ReleaseSpec wanted) {
        return status.equals("deployed")
                && chart.equals(wanted.chart())
                && chartVersion.equals(Charts.version(wanted.chart()))
                && JSON.valueToTree(values).equals(JSON.valueToTree(wanted.values()));
    }
}
