package io.weft.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HelmErrorsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Unable to continue with install: Service \"a\" in namespace \"n\" exists and cannot be imported into the"
                        + " current release: invalid ownership metadata|io.weft.problem.ConflictException",
                "context deadline exceeded|io.weft.problem.TimedOutException",
                "Kubernetes cluster unreachable: Get \"https://h:6443/version\": dial tcp: connect: connection"
                        + " refused|io.weft.problem.UnreachableException",
                "read tcp 1.2.3.4:1->5.6.7.8:6443: read: connection reset by peer|io.weft.problem.UnreachableException",
                "etcdserver: request timed out|io.weft.problem.UnreachableException",
                "Post \"https://h:6443/api/v1/namespaces/n/services\": EOF|io.weft.problem.UnreachableException",
                "could not get apiVersions from Kubernetes: the server was unable to return a response in the time"
                        + " allotted, but may still be processing the request|io.weft.problem.UnreachableException",
                "an error on the server (\"unknown\") has prevented the request from succeeding (get secrets)"
                        + "|io.weft.problem.UnreachableException",
                "Too many requests, please try again later.|io.weft.problem.UnreachableException",
                "cannot re-use a name that is still in use|io.weft.problem.UnreachableException",
                "StatefulSet.apps \"x\" is invalid: spec: Forbidden: updates to statefulset spec"
                        + "|io.weft.problem.RejectedException",
                "admission webhook \"policy\" denied the request: no|io.weft.problem.RejectedException",
            })
    void helms_texts_become_the_failures_a_caller_can_act_on(String text, Class<?> expected) {
        assertThat(HelmReleases.translate(new IllegalStateException(text), "install release `n/r`"))
                .isExactlyInstanceOf(expected)
                .hasMessageStartingWith("Helm could not install release `n/r`: ")
                .hasMessageContaining(text);
    }

    @Test
    void a_release_name_longer_than_helm_allows_is_a_defect() {
        assertThatThrownBy(() -> new ReleaseRequest("n", "x".repeat(54), "tiny", Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
