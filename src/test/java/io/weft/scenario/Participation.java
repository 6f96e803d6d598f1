package io.weft.scenario;

import static io.weft.scenario.Stage.ORDERER;
import static io.weft.scenario.Stage.PEER1;
import static io.weft.testing.Eventually.eventually;

import io.weft.channel.GenesisBlock;
import io.weft.model.NodeRef;
import io.weft.pki.Credential;
import io.weft.protocol.Endpoint;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.hyperledger.fabric.protos.common.Block;

/** The channel participation API of ordering nodes. */
final class Participation {
    private static final String PATH = "/participation/v1/channels";
    private static final String BOUNDARY = "scenario-boundary";

    private static HttpClient client(Endpoint endpoint) throws Exception {
        KeyStore roots = KeyStore.getInstance("PKCS12");
        roots.load(null, null);
        roots.setCertificateEntry(
                "root",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(
                                endpoint.tlsRoots().get(0).getBytes(StandardCharsets.UTF_8))));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(roots);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                endpoint.client()
                        .map(client -> new KeyManager[] {client.keyManager()})
                        .orElse(null),
                trust.getTrustManagers(),
                null);
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(context)
                .build();
    }

    private static void call(
            Stage stage, NodeRef orderer, Optional<Credential> as, String method, String path, String type, byte[] body)
            throws Exception {
        Endpoint endpoint = stage.target().admin(orderer, as);
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("https://127.0.0.1:" + endpoint.dial().port() + path))
                .timeout(Duration.ofSeconds(20))
                .method(
                        method,
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        HttpResponse<String> answer = client(endpoint).send(request.build(), HttpResponse.BodyHandlers.ofString());
        stage.out().says("HTTP", answer.statusCode());
        answer.headers().firstValue("Allow").ifPresent(value -> stage.out().says("Allow", value));
        answer.headers().firstValue("Location").ifPresent(value -> stage.out().says("Location", value));
        answer.headers().firstValue("Content-Type").ifPresent(value -> stage.out()
                .says("Content-Type", value));
        if (!answer.body().isBlank()) {
            stage.out().says("body", answer.body().strip());
        }
    }

    private static void call(Stage stage, String method, String path) throws Exception {
        call(stage, ORDERER, Optional.of(stage.identities().adminTls("orderer")), method, path, "", new byte[0]);
    }

    private static void join(Stage stage, NodeRef orderer, byte[] block) throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(("--" + BOUNDARY
                        + "\r\nContent-Disposition: form-data; name=\"config-block\"; filename=\"b.block\"\r\n"
                        + "Content-Type: application/octet-stream\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(block);
        body.writeBytes(("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        call(
                stage,
                orderer,
                Optional.of(stage.identities().adminTls("orderer")),
                "POST",
                PATH,
                "multipart/form-data; boundary=" + BOUNDARY,
                body.toByteArray());
    }

    private static GenesisBlock genesis(Stage stage) {
        String name = stage.house().freeName();
        stage.out().name(name, "<channel>");
        return stage.house().genesis(stage.house().definition(name));
    }

    /** Fabric removes what it has of a channel after it has answered, and calls the channel inactive meanwhile. */
    private static void awaitGone(Stage stage, String channel) {
        eventually(() -> stage.house().participation(ORDERER).channel(channel, House.TIMEOUT), Optional::isEmpty);
    }

    void an_ordering_node_joins_a_channel_and_leaves_it(Stage stage) throws Exception {
        GenesisBlock genesis = genesis(stage);
        stage.out().step("It joins");
        join(stage, ORDERER, genesis.bytes());
        stage.out().step("It joins again");
        join(stage, ORDERER, genesis.bytes());
        stage.out().step("It leaves");
        call(stage, "DELETE", PATH + "/" + genesis.channel());
        awaitGone(stage, genesis.channel());
        stage.out().step("It has gone");
        call(stage, "GET", PATH + "/" + genesis.channel());
        stage.out().step("It leaves again");
        call(stage, "DELETE", PATH + "/" + genesis.channel());
    }

    void an_ordering_node_is_asked_for_what_it_does_not_have(Stage stage) throws Exception {
        stage.out().step("A channel that it has not joined");
        call(stage, "GET", PATH + "/nowhere");
        stage.out().step("A name that no channel can have");
        call(stage, "GET", PATH + "/No_Where");
        stage.out().step("A method that is not offered");
        call(stage, "PUT", PATH);
        stage.out().step("on a channel");
        call(stage, "POST", PATH + "/nowhere");
        stage.out().step("A path that is not there");
        call(stage, "GET", "/participation/v1/nothing");
    }

    void a_join_without_a_usable_block_is_refused(Stage stage) throws Exception {
        GenesisBlock genesis = genesis(stage);
        stage.out().step("No block but text");
        join(stage, ORDERER, "not a block".getBytes(StandardCharsets.UTF_8));
        stage.out().step("A block without data");
        join(
                stage,
                ORDERER,
                Block.newBuilder()
                        .setHeader(genesis.block().getHeader())
                        .build()
                        .toByteArray());
        stage.out().step("No form");
        call(
                stage,
                ORDERER,
                Optional.of(stage.identities().adminTls("orderer")),
                "POST",
                PATH,
                "application/json",
                "{}".getBytes(StandardCharsets.UTF_8));
        stage.out().step("Nothing was joined");
        call(stage, "GET", PATH + "/" + genesis.channel());
    }

    void whoever_has_no_trusted_client_certificate_is_refused_by_the_admin_listener(Stage stage) {
        List<Optional<Credential>> callers = new ArrayList<>();
        callers.add(Optional.empty());
        callers.add(Optional.of(stage.identities().adminTls("org1")));
        for (Optional<Credential> caller : callers) {
            stage.out().step(caller.isEmpty() ? "No certificate" : "The certificate of another organization");
            try {
                call(stage, ORDERER, caller, "GET", PATH, "", new byte[0]);
            } catch (Exception e) {
                stage.out().says("no answer: the connection is refused");
            }
        }
    }

    void a_peer_joins_a_channel_only_once(Stage stage) {
        GenesisBlock genesis = genesis(stage);
        for (String time : List.of("The first time", "The second time")) {
            stage.out().step(time);
            stage.propose(PEER1, SystemChaincodes.join(stage.admin("org1"), genesis.block()));
        }
        stage.out().step("Its configuration block");
        stage.propose(
                PEER1,
                Draft.of(stage.client("org1"), genesis.channel(), "cscc", "GetChannelConfig", genesis.channel())
                        .withHeader(header -> {}));
    }
}
