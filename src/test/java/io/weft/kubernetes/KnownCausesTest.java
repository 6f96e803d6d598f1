package io.weft.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages are what Kubernetes and containerd wrote, but for the names. */
class KnownCausesTest {
    private static void assertCause(String message, String words) {
        assertThat(KnownCauses.of(message))
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
        assertThat(KnownCauses.of(
                        "Unhealthy: Startup probe failed: dial tcp 198.18.0.43:7050: connect: connection refused"))
                .isEmpty();
    }
}
