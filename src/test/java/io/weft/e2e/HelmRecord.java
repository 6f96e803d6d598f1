package io.weft.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** The Secrets in which Helm keeps a release, for tests that leave one behind as an interrupted Helm does. */
final class HelmRecord {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final KubernetesClient client;
    private final String namespace;
    private final String release;

    HelmRecord(KubernetesClient client, String namespace, String release) {
        this.client = client;
        this.namespace = namespace;
        this.release = release;
    }

    /** All revisions, the oldest first. */
    List<Secret> revisions() {
        return client
                .secrets()
                .inNamespace(namespace)
                .withLabels(Map.of("owner", "helm", "name", release))
                .list()
                .getItems()
                .stream()
                .sorted(Comparator.comparingInt(HelmRecord::revision))
                .toList();
    }

    static int revision(Secret record) {
        return Integer.parseInt(record.getMetadata().getLabels().get("version"));
    }

    static String status(Secret record) {
        return record.getMetadata().getLabels().get("status");
    }

    private Secret latest() {
        List<Secret> all = revisions();
        return all.get(all.size() - 1);
    }

    /** Has the newest revision be in another state. */
    void setStatus(String status) {
        Secret record = latest();
        client.resource(changed(record, status, revision(record))).update();
    }

    /** Adds a further revision that never came to be. */
    void addRevision(String status) {
        Secret record = latest();
        Secret next = changed(record, status, revision(record) + 1);
        next.getMetadata().setName("sh.helm.release.v1." + release + ".v" + (revision(record) + 1));
        next.getMetadata().setResourceVersion(null);
        next.getMetadata().setUid(null);
        client.resource(next).create();
    }

    /** Removes everything that Helm remembers of the release. */
    void delete() {
        revisions().forEach(record -> client.resource(record).delete());
    }

    private static Secret changed(Secret record, String status, int revision) {
        try (GZIPInputStream content = new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder()
                .decode(Base64.getDecoder().decode(record.getData().get("release")))))) {
            ObjectNode release = (ObjectNode) JSON.readTree(content);
            ((ObjectNode) release.get("info")).put("status", status);
            release.put("version", revision);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (GZIPOutputStream zipped = new GZIPOutputStream(bytes)) {
                zipped.write(JSON.writeValueAsBytes(release));
            }
            String inner = Base64.getEncoder().encodeToString(bytes.toByteArray());
            return new SecretBuilder(record)
                    .editMetadata()
                    .addToLabels("status", status)
                    .addToLabels("version", Integer.toString(revision))
                    .endMetadata()
                    .addToData("release", Base64.getEncoder().encodeToString(inner.getBytes(StandardCharsets.UTF_8)))
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
