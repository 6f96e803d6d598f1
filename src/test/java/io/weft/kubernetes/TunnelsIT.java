package io.weft.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.kubernetes.PodProgress.Stage;
import io.weft.model.HostPort;
import io.weft.testing.ApiServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TunnelsIT {
    private static final int ECHO = 7007;
    private static Cluster cluster;
    private static TestPods pods;
    private static PodWatch watch;

    @BeforeAll
    static void start() {
        cluster = Cluster.connect(ApiServer.clusterOrSkip());
        pods = new TestPods(cluster);
        watch = cluster.watchPods(pods.namespace(), Map.of(), Patience.standard(), progress -> {});
        pods.echo("echo", ECHO);
        watch.await("echo", Stage.RUNNING, Duration.ofSeconds(60));
    }

    @AfterAll
    static void stop() {
        if (pods != null) {
            watch.close();
            pods.close();
            cluster.close();
        }
    }

    private static byte[] exchange(HostPort address, byte[] message) throws IOException {
        try (Socket socket = new Socket(address.host(), address.port())) {
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    OutputStream out = socket.getOutputStream();
                    out.write(message);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            InputStream in = socket.getInputStream();
            byte[] reply = in.readNBytes(message.length);
            sent.join();
            return reply;
        }
    }

    /** Retries only while the program in the pod does not listen yet. */
    private static byte[] exchangeOnceListening(Tunnel tunnel, byte[] message) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            try {
                byte[] reply = exchange(tunnel.address(), message);
                if (reply.length == message.length || System.nanoTime() > end) {
                    return reply;
                }
            } catch (IOException | java.util.concurrent.CompletionException e) {
                assertThat(System.nanoTime()).as(tunnel.lastProblem()).isLessThan(end);
            }
            Thread.sleep(50);
        }
    }

    @Test
    void bytes_arrive_unchanged_in_both_directions_also_when_they_are_many() throws Exception {
        Tunnel tunnel = cluster.tunnels().open(pods.namespace(), "echo", ECHO);
        byte[] hello = "hello".getBytes(StandardCharsets.UTF_8);
        assertThat(exchangeOnceListening(tunnel, hello)).isEqualTo(hello);
        byte[] large = new byte[8 << 20];
        new Random(1).nextBytes(large);
        long start = System.nanoTime();
        assertThat(Arrays.equals(exchange(tunnel.address(), large), large)).isTrue();
        System.err.printf("8 MiB there and back: %d ms%n", (System.nanoTime() - start) / 1_000_000);
    }

    @Test
    void many_connections_at_once_do_not_mix() throws Exception {
        Tunnel tunnel = cluster.tunnels().open(pods.namespace(), "echo", ECHO);
        exchangeOnceListening(tunnel, new byte[1]);
        long start = System.nanoTime();
        List<CompletableFuture<Boolean>> all = IntStream.range(0, 30)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> {
                    byte[] message = new byte[20_000];
                    Arrays.fill(message, (byte) i);
                    try {
                        return Arrays.equals(exchange(tunnel.address(), message), message);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                }))
                .toList();
        assertThat(all).allSatisfy(one -> assertThat(one.join()).isTrue());
        System.err.printf("30 connections: %d ms%n", (System.nanoTime() - start) / 1_000_000);
        for (int i = 0; i < 10; i++) {
            long one = System.nanoTime();
            exchange(tunnel.address(), new byte[10]);
            System.err.printf("connection to first byte: %.1f ms%n", (System.nanoTime() - one) / 1e6);
        }
    }

    @Test
    void the_same_port_leads_to_the_pod_that_replaces_another() throws Exception {
        pods.echo("replaced", ECHO);
        watch.await("replaced", Stage.RUNNING, Duration.ofSeconds(60));
        Tunnel tunnel = cluster.tunnels().open(pods.namespace(), "replaced", ECHO);
        assertThat(exchangeOnceListening(tunnel, new byte[] {1, 2})).containsExactly(1, 2);
        KubeObject old =
                cluster.objects().find(Kind.POD, pods.namespace(), "replaced").orElseThrow();
        cluster.objects().delete(old);
        cluster.objects().awaitGone(List.of(old), Duration.ofSeconds(60));
        pods.echo("replaced", ECHO);
        watch.await("replaced", Stage.RUNNING, Duration.ofSeconds(60));
        assertThat(exchangeOnceListening(tunnel, new byte[] {3, 4})).containsExactly(3, 4);
    }

    @Test
    void a_port_on_which_nobody_listens_closes_the_connection_and_says_so() throws Exception {
        Tunnel tunnel = cluster.tunnels().open(pods.namespace(), "echo", 4444);
        try (Socket socket =
                new Socket(tunnel.address().host(), tunnel.address().port())) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(tunnel.lastProblem()).contains("4444").containsIgnoringCase("refused");
    }
}
