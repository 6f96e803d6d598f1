package io.weft.embedded.orderer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.model.ConsensusType;
import io.weft.pki.Credential;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.hyperledger.fabric.protos.common.Block;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The REST API byte for byte; expectations are what Fabric 3.1.5's {@code orderer} answered. */
class ParticipationApiTest {
    private static final String CHANNELS = "/participation/v1/channels";
    private static final String TRADING = CHANNELS + "/trading";

    private OrderingNetwork network;
    private HttpClient client;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        network = OrderingNetwork.start(ConsensusType.RAFT, 1, folder);
        client = client(Optional.of(network.identities().adminTls("orderer")));
    }

    @AfterEach
    void stop() {
        network.close();
    }

    private HttpClient client(Optional<Credential> credential) throws Exception {
        KeyStore roots = KeyStore.getInstance("PKCS12");
        roots.load(null, null);
        roots.setCertificateEntry(
                "root",
                network.identities().tlsAuthority("orderer").certificate().x509());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(roots);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                credential.map(each -> new KeyManager[] {each.keyManager()}).orElse(null),
                trust.getTrustManagers(),
                null);
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(context)
                .build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://" + network.node(0).adminAddress() + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static byte[] form(String disposition, byte[] content) {
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        result.writeBytes(("--b\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        result.writeBytes(content);
        result.writeBytes("\r\n--b--\r\n".getBytes(StandardCharsets.US_ASCII));
        return result.toByteArray();
    }

    private HttpResponse<String> post(byte[] form) throws IOException, InterruptedException {
        return send(request(CHANNELS)
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(BodyPublishers.ofByteArray(form)));
    }

    private HttpResponse<String> join(Block block) throws IOException, InterruptedException {
        return post(form("name=\"config-block\"; filename=\"x\"", block.toByteArray()));
    }

    private void isError(HttpResponse<String> response, int status, String message) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(response.body()).isEqualTo("{\"error\":\"" + message + "\"}\n");
    }

    @Test
    void no_channels_are_null() throws Exception {
        HttpResponse<String> response = send(request(CHANNELS));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(response.body()).isEqualTo("{\"systemChannel\":null,\"channels\":null}\n");
    }

    @Test
    void a_join_answers_with_the_channel() throws Exception {
        HttpResponse<String> response = join(network.genesis().block());
        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.headers().firstValue("Location")).contains(TRADING);
        String info = "{\"name\":\"trading\",\"url\":\"/participation/v1/channels/trading\","
                + "\"consensusRelation\":\"consenter\",\"status\":\"active\",\"height\":1}\n";
        assertThat(response.body()).isEqualTo(info);
        assertThat(send(request(TRADING)).body()).isEqualTo(info);
        assertThat(send(request(CHANNELS)).body())
                .isEqualTo("{\"systemChannel\":null,\"channels\":[{\"name\":\"trading\","
                        + "\"url\":\"/participation/v1/channels/trading\"}]}\n");
    }

    @Test
    void a_second_join_is_not_allowed() throws Exception {
        join(network.genesis().block());
        HttpResponse<String> response = join(network.genesis().block());
        isError(response, 405, "cannot join: channel already exists");
        assertThat(response.headers().firstValue("Allow")).contains("GET, DELETE");
    }

    @Test
    void a_removal_has_no_content() throws Exception {
        join(network.genesis().block());
        HttpResponse<String> response = send(request(TRADING).DELETE());
        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(response.body()).isEmpty();
        isError(send(request(TRADING).DELETE()), 404, "cannot remove: channel does not exist");
        isError(send(request(TRADING)), 404, "channel does not exist");
    }

    @Test
    void blocks_that_cannot_be_joined_with() throws Exception {
        Block block = network.genesis().block();
        isError(join(Block.getDefaultInstance()), 400, "invalid join block: block is not a config block");
        isError(
                join(block.toBuilder().clearMetadata().build()),
                400,
                "invalid join block: invalid block: does not have metadata");
        Block.Builder wrongHash = block.toBuilder();
        wrongHash.getHeaderBuilder().setDataHash(OrderingNetwork.bytes(32));
        isError(
                join(wrongHash.build()),
                400,
                "invalid join block: invalid block: Header.DataHash is different from Hash(block.Data)");
        assertThat(post(form("name=\"config-block\"; filename=\"x\"", new byte[] {1, 2, 3}))
                        .body())
                .startsWith("{\"error\":\"cannot unmarshal file part config-block into a block: proto:");
    }

    @Test
    void forms_that_are_none() throws Exception {
        isError(
                post(form("name=\"other\"; filename=\"x\"", new byte[0])),
                400,
                "form does not contains part key: config-block");
        isError(post(form("name=\"config-block\"", new byte[0])), 400, "form does not contains part key: config-block");
        isError(post(new byte[0]), 400, "cannot read form from request body: multipart: NextPart: EOF");
        byte[] one = form("name=\"config-block\"; filename=\"x\"", new byte[0]);
        byte[] two = form("name=\"more\"", new byte[0]);
        byte[] both = Arrays.copyOf(one, one.length - "--b--\r\n".length() + two.length);
        System.arraycopy(two, 0, both, both.length - two.length, two.length);
        isError(post(both), 400, "form contains too many parts");
    }

    @Test
    void a_content_type_that_is_not_supported() throws Exception {
        isError(
                send(request(CHANNELS)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{}"))),
                400,
                "unsupported Content-Type: [application/json]");
        isError(send(request(CHANNELS).POST(BodyPublishers.noBody())), 400, "unsupported Content-Type: []");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DELETE | /participation/v1/channels | GET, POST, PUT",
                "PATCH | /participation/v1/channels | GET, POST, PUT",
                "POST | /participation/v1/channels/trading | GET, DELETE",
                "DELETE | /participation/v1/channels/trading/blocks/1 | GET"
            })
    void methods_that_are_not_allowed(String method, String path, String allowed) throws Exception {
        HttpResponse<String> response = send(request(path).method(method, BodyPublishers.noBody()));
        isError(response, 405, "invalid request method: " + method);
        assertThat(response.headers().firstValue("Allow")).contains(allowed);
    }

    @Test
    void only_json_is_to_be_had() throws Exception {
        isError(
                send(request(CHANNELS).header("Accept", "text/html")),
                406,
                "response Content-Type is application/json only");
        assertThat(send(request(CHANNELS).header("Accept", "text/html, application/*"))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_channel_id_that_cannot_be() throws Exception {
        isError(send(request(CHANNELS + "/Trading")), 400, "invalid channel ID: 'Trading' contains illegal characters");
        isError(
                send(request(CHANNELS + "/" + "a".repeat(250))),
                400,
                "invalid channel ID: channel ID illegal, cannot be longer than 249");
    }

    @Test
    void other_paths() throws Exception {
        HttpResponse<String> base = send(request("/participation/v1/"));
        assertThat(base.statusCode()).isEqualTo(302);
        assertThat(base.headers().firstValue("Location")).contains(CHANNELS);
        assertThat(send(request("/participation/v1")).headers().firstValue("Location"))
                .contains("/participation/v1/");
        HttpResponse<String> unknown = send(request("/participation/v2/channels"));
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).isEqualTo("404 page not found\n");
    }

    @Test
    void blocks_can_be_fetched() throws Exception {
        isError(send(request(TRADING + "/blocks/newest")), 404, "channel does not exist");
        join(network.genesis().block());
        for (String id : new String[] {"newest", "oldest", "config", "0"}) {
            HttpResponse<byte[]> response =
                    client.send(request(TRADING + "/blocks/" + id).build(), BodyHandlers.ofByteArray());
            assertThat(response.headers().firstValue("Content-Type")).contains("application/octet-stream");
            assertThat(Block.parseFrom(response.body()))
                    .isEqualTo(network.genesis().block());
        }
        isError(
                send(request(TRADING + "/blocks/last")),
                400,
                "invalid block ID: 'last' not equal \\u003cnewest|oldest|config|(number)\\u003e");
        isError(send(request(TRADING + "/blocks/7")), 404, "no such block number [7] in index");
    }

    @Test
    void an_update_of_a_channel_that_was_not_joined() throws Exception {
        byte[] update = ConfigUpdateMessages.ofOrderer(
                        "BatchSize",
                        ConfigUpdateMessages.batch(5),
                        1,
                        network.identities().admin("orderer"))
                .toByteArray();
        isError(
                send(request(CHANNELS)
                        .header("Content-Type", "multipart/form-data; boundary=b")
                        .PUT(BodyPublishers.ofByteArray(
                                form("name=\"config-update-envelope\"; filename=\"x\"", update)))),
                405,
                "cannot update: channel does not exist");
    }

    @Test
    void without_a_client_certificate_there_is_no_answer() throws Exception {
        HttpClient anonymous = client(Optional.empty());
        assertThatThrownBy(() -> anonymous.send(request(CHANNELS).build(), BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void a_certificate_of_another_authority_is_refused() throws Exception {
        HttpClient other = client(Optional.of(network.identities().adminTls("org1")));
        assertThatThrownBy(() -> other.send(request(CHANNELS).build(), BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);
    }
}
