package io.weft.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.weft.model.HostPort;
import io.weft.pki.CertificateAuthority;
import io.weft.pki.Credential;
import io.weft.pki.DistinguishedName;
import io.weft.pki.Profile;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.problem.UnreachableException;
import io.weft.protocol.Dialer;
import io.weft.protocol.Endpoint;
import io.weft.testing.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelParticipationTest {
    private static final Duration TIMEOUT = Eventually.PATIENCE;
    private static final Duration VALIDITY = Duration.ofDays(1);
    private static final CertificateAuthority CA =
            CertificateAuthority.create(DistinguishedName.of("ca"), VALIDITY, Clock.systemUTC(), new SecureRandom());

    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final Dialer dialer = new Dialer();
    private final GenesisBlock block =
            GenesisBlock.create("trading", ConfigGroup.getDefaultInstance(), new byte[24], Instant.EPOCH);
    private final AtomicReference<byte[]> received = new AtomicReference<>();
    private final AtomicReference<String> contentType = new AtomicReference<>();
    private final Set<InetSocketAddress> callers = ConcurrentHashMap.newKeySet();
    private volatile CyclicBarrier together = new CyclicBarrier(1);
    private HttpsServer server;
    private int status = 200;
    private String body = "";

    @BeforeEach
    void start() throws IOException {
        start(0);
    }

    private void start(int port) throws IOException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        Endpoint self = endpoint(
                "self",
                Optional.of(CA.issue(
                        DistinguishedName.of("orderer0"),
                        new Profile.TlsServer(List.of("orderer0.example")),
                        VALIDITY)));
        SSLContext context = serverContext(self);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters tls = context.getDefaultSSLParameters();
                tls.setNeedClientAuth(true);
                parameters.setSSLParameters(tls);
            }
        });
        server.createContext("/participation/v1/channels", exchange -> {
            callers.add(exchange.getRemoteAddress());
            meet();
            received.set(exchange.getRequestBody().readAllBytes());
            contentType.set(exchange.getRequestHeaders().getFirst("Content-Type"));
            byte[] answer = body.getBytes(StandardCharsets.UTF_8);
            if (status > 0) {
                exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
                exchange.getResponseBody().write(answer);
                exchange.close();
            }
        });
        server.setExecutor(executor);
        server.start();
    }

    private void meet() {
        try {
            together.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Serves with the credential, and trusts clients of {@link #CA}. */
    private static SSLContext serverContext(Endpoint self) {
        try {
            SSLContext result = SSLContext.getInstance("TLS");
            java.security.KeyStore keys = java.security.KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            Credential own = self.client().orElseThrow();
            keys.setKeyEntry("self", own.key().privateKey(), new char[0], new java.security.cert.Certificate[] {
                own.certificate().x509()
            });
            keys.setCertificateEntry("clients", CA.certificate().x509());
            var keyManagers = javax.net.ssl.KeyManagerFactory.getInstance("PKIX");
            keyManagers.init(keys, new char[0]);
            var trust = javax.net.ssl.TrustManagerFactory.getInstance("PKIX");
            trust.init(keys);
            result.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), null);
            return result;
        } catch (java.security.GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void stop() {
        dialer.close();
        server.stop(0);
        executor.shutdownNow();
    }

    private Endpoint endpoint(String name, Optional<Credential> client) {
        return new Endpoint(
                "orderer/" + name,
                new HostPort("127.0.0.1", server.getAddress().getPort()),
                new HostPort(name + ".example", 9443),
                List.of(CA.certificate().pem()),
                client);
    }

    private ChannelParticipation participation(String name) {
        Credential client = CA.issue(DistinguishedName.of("admin"), new Profile.TlsClient(), VALIDITY);
        return new ChannelParticipation(dialer.https(endpoint(name, Optional.of(client))));
    }

    private ChannelParticipation participation() {
        return participation("orderer0");
    }

    @Test
    void a_node_without_channels_says_null() {
        body = "{\"systemChannel\":null,\"channels\":null}";

        assertThat(participation().channels(TIMEOUT)).isEmpty();
    }

    @Test
    void channels_are_listed_by_name() {
        body =
                "{\"systemChannel\":null,\"channels\":[{\"name\":\"a\",\"url\":\"/a\"},{\"name\":\"b\",\"url\":\"/b\"}]}";

        assertThat(participation().channels(TIMEOUT)).containsExactly("a", "b");
    }

    @Test
    void joining_sends_the_block_as_one_file() {
        status = 201;
        body =
                "{\"name\":\"trading\",\"url\":\"/\",\"consensusRelation\":\"follower\",\"status\":\"onboarding\",\"height\":7}";

        JoinOutcome outcome = participation().join(block, TIMEOUT);

        assertThat(outcome)
                .isEqualTo(new JoinOutcome.Joined(new ChannelStatus("trading", "follower", "onboarding", 7)));
        assertThat(((JoinOutcome.Joined) outcome).status().isActiveConsenter()).isFalse();
        String boundary = contentType.get().replace("multipart/form-data; boundary=", "");
        String sent = new String(received.get(), StandardCharsets.ISO_8859_1);
        assertThat(sent)
                .startsWith("--" + boundary + "\r\nContent-Disposition: form-data; name=\"config-block\"; filename=")
                .contains("\r\n\r\n" + new String(block.bytes(), StandardCharsets.ISO_8859_1) + "\r\n")
                .endsWith("--" + boundary + "--\r\n");
    }

    @Test
    void a_channel_that_exists_is_not_taken_for_joined() {
        status = 405;
        body = "{\"error\":\"cannot join: channel already exists\"}";

        assertThat(participation().join(block, TIMEOUT)).isEqualTo(new JoinOutcome.NameTaken());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400|the channel ID or block is not valid for this node.",
                "403|the client may not do that.",
                "404|the node has not joined the channel, or its participation API is at another address.",
                "409|the channel is being removed from this node; wait until it is gone from the list.",
                "413|the block is larger than the node's `ChannelParticipation.MaxRequestBodySize`.",
                "500|the node failed; an earlier removal may have failed too. Its log says why.",
                "503|the participation API is switched off; set `ChannelParticipation.Enabled`."
            })
    void every_refusal_has_its_own_sentence(int code, String sentence) {
        status = code;
        body = "{\"error\":\"cannot join: because\"}";

        assertThatThrownBy(() -> participation().join(block, TIMEOUT))
                .isInstanceOf(RejectedException.class)
                .hasMessage(
                        "`orderer/orderer0` (orderer0.example:9443) was asked to join channel `trading`, and refused ("
                                + code + "): " + sentence + " The node said: cannot join: because");
    }

    @Test
    void a_channel_that_is_not_there_is_absent_and_its_removal_no_work() {
        status = 404;
        body = "{\"error\":\"channel does not exist\"}";

        assertThat(participation().channel("trading", TIMEOUT)).isEmpty();
        assertThat(participation().remove("trading", TIMEOUT)).isFalse();
    }

    @Test
    void removal_is_accepted_without_a_body() {
        status = 204;

        assertThat(participation().remove("trading", TIMEOUT)).isTrue();
    }

    @Test
    void an_answer_that_is_no_json_is_refused() {
        body = "<html>";

        assertThatThrownBy(() -> participation().channels(TIMEOUT))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("no JSON");
    }

    @Test
    void a_silent_node_times_out() {
        status = 0;

        assertThatThrownBy(() -> participation().channels(Duration.ofMillis(500)))
                .isInstanceOf(TimedOutException.class)
                .hasMessageContaining("`orderer/orderer0`");
    }

    @Test
    void a_node_that_is_gone_is_unreachable() {
        ChannelParticipation participation = participation();
        server.stop(0);

        assertThatThrownBy(() -> participation.channels(TIMEOUT))
                .isInstanceOf(UnreachableException.class)
                .hasMessageContaining("`orderer/orderer0` (orderer0.example:9443) was asked to list its channels");
    }

    @Test
    void another_node_behind_the_tunnel_is_found_out() {
        assertThatThrownBy(() -> participation("orderer1").channels(TIMEOUT))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("its TLS certificate is not the one expected")
                .hasMessageContaining("It must name `orderer1.example`");
    }

    @Test
    void calls_one_after_the_other_use_one_connection_and_calls_at_once_have_their_own() throws Exception {
        body = "{\"channels\":null}";
        ChannelParticipation participation = participation();

        participation.channels(TIMEOUT);
        participation.channels(TIMEOUT);
        assertThat(callers).hasSize(1);

        together = new CyclicBarrier(2);
        Future<?> other = executor.submit(() -> participation.channels(TIMEOUT));
        participation.channels(TIMEOUT);
        other.get();
        assertThat(callers).hasSize(2);
    }

    @Test
    void a_node_that_has_ended_the_connection_meanwhile_is_dialled_again() throws IOException {
        body = "{\"channels\":null}";
        ChannelParticipation participation = participation();
        participation.channels(TIMEOUT);
        int port = server.getAddress().getPort();

        server.stop(0);
        start(port);

        assertThat(participation.channels(TIMEOUT)).isEmpty();
    }

    /** As the near end of a tunnel whose pod does not listen yet. */
    @Test
    void whoever_accepts_and_closes_at_once_is_unreachable() throws IOException {
        try (ServerSocket hangsUp = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            executor.execute(() -> {
                while (!hangsUp.isClosed()) {
                    try {
                        hangsUp.accept().close();
                    } catch (IOException e) {
                        return;
                    }
                }
            });
            ChannelParticipation participation = new ChannelParticipation(dialer.https(new Endpoint(
                    "orderer/orderer0",
                    new HostPort("127.0.0.1", hangsUp.getLocalPort()),
                    new HostPort("orderer0.example", 9443),
                    List.of(CA.certificate().pem()),
                    Optional.empty())));
            for (int i = 0; i < 30; i++) {
                assertThatThrownBy(() -> participation.channels(TIMEOUT)).isInstanceOf(UnreachableException.class);
            }
        }
    }
}
