package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.kubernetes.Cluster;
import io.weft.kubernetes.Kind;
import io.weft.testing.ApiProxy;
import io.weft.testing.ApiProxy.Treatment;
import io.weft.testing.ApiServer;
import io.weft.testing.FreshName;
import io.weft.testing.Programs;
import io.weft.testing.Signals;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of {@code weft up} when it is told to stop. */
@EnabledOnOs(OS.LINUX)
class InterruptApiIT {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void a_run_that_is_told_to_stop_gives_the_lease_back_and_says_how_to_go_on(String signal, int code)
            throws Exception {
        Signals.assumeHeard(signal);
        String namespace = FreshName.of("ut");
        CountDownLatch stuck = new CountDownLatch(1);
        try (ApiServer server = ApiServer.startOrSkip();
                Cluster admin = Cluster.connect(server.kubeConfig());
                ApiProxy proxy = new ApiProxy(server.kubeConfig())) {
            // Somewhere in the middle a request is not answered any more.
            proxy.treating(request -> {
                if (request.method().equals("POST") && request.path().endsWith("/secrets")) {
                    stuck.countDown();
                    return new Treatment.Hang();
                }
                return Treatment.FORWARD;
            });
            Path spec = Files.writeString(folder.resolve("network.yaml"), """
                    apiVersion: weft/v1
                    kind: Network
                    metadata: {name: ut, namespace: %s}
                    fabric: {version: 3.1.5}
                    organizations:
                      - {name: org1, orderers: 1, peers: 1}
                    channels:
                      - name: trading
                        ordering: {type: raft, organizations: [org1]}
                        members: [org1]
                    """.formatted(namespace));
            Path err = folder.resolve("err");
            Process process = new ProcessBuilder(
                            Programs.java().toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            Programs.classPath(),
                            Weft.class.getName(),
                            "up",
                            spec.toString(),
                            "--kubeconfig",
                            proxy.kubeConfig(folder).toString())
                    .redirectError(err.toFile())
                    .redirectOutput(folder.resolve("out").toFile())
                    .start();
            try {
                assertThat(stuck.await(60, TimeUnit.SECONDS))
                        .as(Files.readString(err))
                        .isTrue();
                assertThat(admin.objects().find(Kind.LEASE, namespace, "ut-lock"))
                        .isPresent();
                Signals.send(signal, process);
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isEqualTo(code);
                assertThat(Files.readString(err))
                        .contains("weft: interrupted. The same command goes on where this one stopped.")
                        .doesNotContain("defect", "Exception");
                assertThat(folder.resolve("out")).isEmptyFile();
                assertThat(admin.objects().find(Kind.LEASE, namespace, "ut-lock"))
                        .isEmpty();
            } finally {
                process.destroyForcibly();
                admin.namespaces().find(namespace).ifPresent(found -> admin.namespaces()
                        .delete(found));
            }
        }
    }
}
