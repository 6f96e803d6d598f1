package io.weft.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages are what Kubernetes and containerd wrote, but for the names. */
class KnownCausesTest {
    private static void assertCause(String message, String words) {
        assertThat(KnownCauses.of(List.of(message)))
                .hasValueSatisfying(cause -> assertThat(cause).contains(words));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Failed to pull image \"registry.example/peer:9\": failed to pull and unpack image \"registry.example/peer:9\": failed to"
                        + " resolve reference \"registry.example/peer:9\": failed to do request: Head"
                        + " \"https://registry.example/v2/peer/manifests/9\": dial tcp: lookup registry.example: no such host",
                "Failed to pull image \"peer:9\": failed to do request: Head \"https://x/v2\": dial tcp 192.0.2.1:443: i/o timeout",
                "Failed to pull image \"peer:9\": failed to do request: Head \"https://x/v2\": dial tcp 192.0.2.1:443: connect: connection refused",
            })
    void a_registry_that_is_not_reached(String message) {
        assertCause(message, "reach the registry");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Unhealthy: Startup probe failed: dial tcp 198.18.0.43:7050: i/o timeout",
                "Unhealthy: Startup probe failed: dial tcp 198.18.0.43:7050: connect: no route to host",
                "Unhealthy: Readiness probe failed: Get \"http://198.18.0.43:9443/healthz\": dial tcp 198.18.0.43:9443: i/o timeout",
            })
    void a_pod_that_its_node_does_not_reach(String message) {
        assertCause(message, "does not reach the pod's address");
    }

    @Test
    void a_name_that_does_not_resolve() {
        assertCause("dial tcp: lookup orderer0.trade.svc: no such host", "the cluster's DNS");
    }

    @Test
    void a_server_that_does_not_listen_yet_has_no_known_cause() {
        assertThat(KnownCauses.of(List.of(
                        "Unhealthy: Startup probe failed: dial tcp 198.18.0.43:7050: connect: connection refused")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Failed to pull image \"peer:9\": rpc error: code = NotFound desc = failed to pull and unpack image"
                        + " \"registry.example/peer:9\": failed to resolve reference \"registry.example/peer:9\":"
                        + " registry.example/peer:9: not found",
                "Back-off pulling image \"peer:9\": ErrImagePull: failed to resolve image: registry.example/peer:9: not found: not found",
            })
    void an_image_that_does_not_exist(String message) {
        assertCause(message, "no such image or tag");
    }

    @Test
    void a_probe_of_a_container_that_has_ended_says_nothing_of_its_image() {
        assertThat(KnownCauses.of(List.of("Unhealthy: Readiness probe errored and resulted in unknown state: rpc error:"
                        + " code = NotFound desc = failed to exec in container: failed to load task: no running task"
                        + " found: task 60b6f5475ce2 not found: not found")))
                .isEmpty();
    }

    @Test
    void a_peer_without_its_couchdb() {
        assertCause(
                "Attempt 3 of 3 returned error: Get \"http://127.0.0.1:5984/\": dial tcp 127.0.0.1:5984: connect:"
                        + " connection refused",
                "does not reach its CouchDB");
        assertThat(KnownCauses.of(List.of("state database: couchdb"))).isEmpty();
    }

    @Test
    void what_is_said_first_counts_most() {
        assertThat(KnownCauses.of(List.of("has crashed", "x509: certificate has expired", "peer: OOMKilled")))
                .contains("A certificate has expired.");
    }
}
