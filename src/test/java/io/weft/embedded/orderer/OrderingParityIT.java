package io.weft.embedded.orderer;

import static io.weft.embedded.orderer.OrderingNetwork.CHANNEL;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.weft.channel.GenesisBlock;
import io.weft.embedded.orderer.OrderingNetwork.Stream;
import io.weft.model.ConsensusType;
import io.weft.model.FabricVersion;
import io.weft.model.HostPort;
import io.weft.model.Network;
import io.weft.protocol.Signer;
import io.weft.testing.FabricPrograms;
import io.weft.testing.Identities;
import io.weft.testing.LocalFabric;
import io.weft.testing.TestNetworks;
import io.weft.testing.TestNodes;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.ConfigEnvelope;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.LastConfig;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.common.OrdererBlockMetadata;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.common.Status;
import org.hyperledger.fabric.protos.orderer.BroadcastResponse;
import org.hyperledger.fabric.protos.orderer.ConsensusType.State;
import org.hyperledger.fabric.protos.orderer.DeliverResponse;
import org.hyperledger.fabric.protos.orderer.SeekInfo;
import org.hyperledger.fabric.protos.orderer.SeekInfo.SeekContentType;
import org.hyperledger.fabric.protos.orderer.SeekPosition;
import org.hyperledger.fabric.protos.orderer.etcdraft.BlockMetadata;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same client, step by step, at Fabric's own ordering node and at an embedded one. */
class OrderingParityIT {
    private static final String CHANNELS = "/participation/v1/channels";
    private static final String TRADING = CHANNELS + "/trading";

    @Test
    void an_embedded_ordering_node_answers_as_fabrics_own(@TempDir Path folder) throws Exception {
        FabricPrograms programs = FabricPrograms.require();
        Assumptions.assumeTrue(programs.version().isAtLeast(3, 0), "the embedded nodes answer as Fabric 3.1 does");
        Network plan = TestNetworks.network(FabricVersion.parse("3.1.5"), ConsensusType.RAFT, 1, 0);
        List<String> expected;
        try (LocalFabric fabric = LocalFabric.start(programs, plan, folder.resolve("fabric"))) {
            var node = OrderingNetwork.ref(0);
            expected = new Client(
                            fabric.identities(),
                            fabric.endpoint(node, "admin", Optional.empty()).dial(),
                            fabric.endpoint(node, "main", Optional.empty()).dial(),
                            TestNodes.genesis(
                                    plan,
                                    plan.channels().get(0),
                                    fabric.identities(),
                                    each -> each.equals(node) ? fabric.address(node) : new HostPort("peer", 7051)))
                    .script();
        }
        List<String> actual;
        try (OrderingNetwork embedded = OrderingNetwork.timed(ConsensusType.RAFT, 1, folder.resolve("embedded"))) {
            actual = new Client(
                            embedded.identities(),
                            embedded.node(0).adminAddress(),
                            embedded.node(0).address(),
                            embedded.genesis())
                    .script();
        }
        assertThat(actual).hasSizeGreaterThan(50).containsExactlyElementsOf(expected);
    }

    /** Does everything that the test does, and notes what it gets. */
    private static final class Client {
        private final Identities identities;
        private final HostPort admin;
        private final HostPort main;
        private final GenesisBlock genesis;
        private final SSLContext tls;
        private final List<String> notes = new ArrayList<>();

        Client(Identities identities, HostPort admin, HostPort main, GenesisBlock genesis) throws Exception {
            this.identities = identities;
            this.admin = admin;
            this.main = main;
            this.genesis = genesis;
            KeyStore roots = KeyStore.getInstance("PKCS12");
            roots.load(null, null);
            roots.setCertificateEntry(
                    "root", identities.tlsAuthority("orderer").certificate().x509());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(roots);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    new KeyManager[] {identities.adminTls("orderer").keyManager()}, trust.getTrustManagers(), null);
            this.tls = context;
        }

        List<String> script() throws Exception {
            Block block = genesis.block();
            rest("GET", CHANNELS);
            rest("GET", TRADING);
            rest("DELETE", TRADING);
            rest("GET", "/participation/v1/");
            rest("GET", "/participation/v1");
            rest("GET", CHANNELS + "/");
            rest("GET", "/other");
            rest("GET", CHANNELS + "/Trading");
            rest("GET", CHANNELS + "/" + "a".repeat(250));
            rest("DELETE", CHANNELS + "/tr_ading");
            rest("PATCH", CHANNELS);
            rest("DELETE", CHANNELS);
            rest("POST", TRADING);
            rest("PUT", TRADING);
            rest("POST", TRADING + "/blocks/1");
            rest("GET", TRADING + "/blocks/newest");
            rest("POST", "/participation/v1/");
            note("accept html", send(request(CHANNELS).header("Accept", "text/html")));
            note("accept any", send(request(CHANNELS).header("Accept", "*/*;q=0.8")));
            note(
                    "json body",
                    send(request(CHANNELS)
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString("{}"))));
            note("no body", send(request(CHANNELS).POST(BodyPublishers.noBody())));
            note("put json", send(request(CHANNELS).PUT(BodyPublishers.ofString("{}"))));
            form("POST", "name=\"other\"; filename=\"x\"", new byte[0]);
            form("POST", "name=\"config-block\"", new byte[0]);
            form("POST", "name=\"config-block\"; filename=\"x\"", new byte[0]);
            form("PUT", "name=\"config-block\"; filename=\"x\"", new byte[0]);
            join(block.toBuilder().clearMetadata().build());
            Block.Builder wrongHash = block.toBuilder();
            wrongHash.getHeaderBuilder().setDataHash(ByteString.copyFrom(new byte[32]));
            join(wrongHash.build());
            // No update of a channel before it is joined: Fabric 3.1.5 keeps a lock then, for good.
            join(block);
            join(block);
            rest("GET", CHANNELS);
            rest("GET", TRADING);
            awaitLeader();
            rest("GET", TRADING + "/blocks/0");
            rest("GET", TRADING + "/blocks/77");
            rest("GET", TRADING + "/blocks/-1");

            Signer client = identities.client("org1");
            Signer stranger = new Identities(
                            TestNetworks.network(FabricVersion.parse("3.1.5"), ConsensusType.RAFT, 1, 0))
                    .client("org1");
            broadcast("ok", message(client, HeaderType.ENDORSER_TRANSACTION, CHANNEL, 100));
            broadcast("plain", message(client, HeaderType.MESSAGE, CHANNEL, 100));
            broadcast("empty", Envelope.getDefaultInstance());
            broadcast(
                    "no channel header",
                    Envelope.newBuilder()
                            .setPayload(Payload.newBuilder()
                                    .setHeader(org.hyperledger.fabric.protos.common.Header.getDefaultInstance())
                                    .build()
                                    .toByteString())
                            .build());
            broadcast("unknown channel", message(client, HeaderType.ENDORSER_TRANSACTION, "other", 100));
            broadcast("config", message(client, HeaderType.CONFIG, CHANNEL, 100));
            broadcast("stranger", message(stranger, HeaderType.ENDORSER_TRANSACTION, CHANNEL, 100));
            Envelope right = message(client, HeaderType.ENDORSER_TRANSACTION, CHANNEL, 100);
            broadcast(
                    "tampered",
                    right.toBuilder()
                            .setSignature(message(client, HeaderType.MESSAGE, CHANNEL, 1)
                                    .getSignature())
                            .build());
            broadcast("unsigned", right.toBuilder().clearSignature().build());

            await(Seeks.at(1));
            deliver("oldest to newest", client, Seeks.waiting(Seeks.OLDEST, Seeks.at(1)));
            deliver("oldest to oldest", client, Seeks.waiting(Seeks.OLDEST, Seeks.OLDEST));
            deliver("range", client, Seeks.impatient(Seeks.at(0), Seeks.at(1)));
            deliver("beyond", client, Seeks.waiting(Seeks.at(50), Seeks.at(60)));
            deliver("impatient", client, Seeks.impatient(Seeks.OLDEST, Seeks.at(0)));
            deliver("backwards", client, Seeks.waiting(Seeks.at(1), Seeks.at(0)));
            deliver(
                    "no stop",
                    client,
                    SeekInfo.newBuilder().setStart(Seeks.OLDEST).build());
            deliver("empty start", client, Seeks.waiting(SeekPosition.getDefaultInstance(), Seeks.NEWEST));
            deliver(
                    "headers",
                    client,
                    Seeks.waiting(Seeks.OLDEST, Seeks.at(1)).toBuilder()
                            .setContentType(SeekContentType.HEADER_WITH_SIG)
                            .build());
            deliver("stranger", stranger, Seeks.waiting(Seeks.OLDEST, Seeks.OLDEST));
            for (int minutes : new int[] {-20, 20}) {
                deliver(
                        minutes + " min",
                        OrderingNetwork.envelope(
                                client,
                                HeaderType.DELIVER_SEEK_INFO,
                                CHANNEL,
                                Seeks.waiting(Seeks.OLDEST, Seeks.OLDEST).toByteString(),
                                Instant.now().plus(Duration.ofMinutes(minutes))));
            }
            deliver("nothing", Envelope.getDefaultInstance());

            Signer orderer = identities.admin("orderer");
            broadcast("update of a stranger", batchUpdate(5, 1, identities.admin("org1")));
            broadcast("update of another network", batchUpdate(5, 1, stranger));
            broadcast("update that skips a version", batchUpdate(5, 2, orderer));
            broadcast("update that changes nothing", batchUpdate(5, 0, orderer));
            broadcast("update of nonsense", message(orderer, HeaderType.CONFIG_UPDATE, CHANNEL, 10));
            long before = height();
            broadcast("update", batchUpdate(5, 1, orderer));
            await(Seeks.at(before));
            block("config block", before);
            broadcast("stale update", batchUpdate(6, 1, orderer));
            broadcast("too large", message(client, HeaderType.ENDORSER_TRANSACTION, CHANNEL, 1024 * 1024));
            broadcastTogether(5, client);
            await(Seeks.at(before + 1));
            block("full block", before + 1);
            broadcast("large", message(client, HeaderType.ENDORSER_TRANSACTION, CHANNEL, 600 * 1024));
            await(Seeks.at(before + 2));
            block("large block", before + 2);
            update(batchUpdate(7, 1, orderer));
            update(batchUpdate(7, 2, orderer));
            await(Seeks.at(before + 3));
            block("another config block", before + 3);

            broadcast("type", consensusUpdate(1, type -> type.setType("BFT"), orderer));
            broadcast(
                    "state and metadata",
                    consensusUpdate(
                            1,
                            type -> type.setState(State.STATE_MAINTENANCE).setMetadata(options(type.getMetadata())),
                            orderer));
            broadcast("maintenance", consensusUpdate(1, type -> type.setState(State.STATE_MAINTENANCE), orderer));
            await(Seeks.at(before + 4), orderer);
            broadcast("in maintenance", message(client, HeaderType.ENDORSER_TRANSACTION, CHANNEL, 100));
            deliver("client in maintenance", client, Seeks.waiting(Seeks.OLDEST, Seeks.OLDEST));
            broadcast("application update in maintenance", batchUpdate(8, 3, identities.admin("org1")));
            broadcast("normal again", consensusUpdate(2, type -> type, orderer));
            await(Seeks.at(before + 5), orderer);
            broadcast("back to normal", message(client, HeaderType.ENDORSER_TRANSACTION, CHANNEL, 100));

            rest("DELETE", TRADING);
            broadcast("removed", message(client, HeaderType.ENDORSER_TRANSACTION, CHANNEL, 100));
            deliver("removed", client, Seeks.waiting(Seeks.OLDEST, Seeks.OLDEST));
            return notes;
        }

        // REST.

        private HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(URI.create("https://" + admin + path));
        }

        private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
            // A connection for each: Fabric's node closes those of bad requests.
            request.timeout(OrderingNetwork.TIMEOUT);
            return HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .sslContext(tls)
                    .build()
                    .send(request.build(), BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
        }

        private void rest(String method, String path) throws IOException, InterruptedException {
            note(method + " " + path, send(request(path).method(method, BodyPublishers.noBody())));
        }

        private void note(String what, HttpResponse<String> response) {
            boolean isBlock =
                    response.headers().firstValue("content-type").equals(Optional.of("application/octet-stream"));
            String body = isBlock ? "a block" : response.body();
            // Fabric's answers to an update before its block is written, or after.
            String stable = what.startsWith("PUT") ? body.replaceAll("\"height\":\\d+", "\"height\":N") : body;
            String headers = java.util.stream.Stream.of(
                            "content-type", "allow", "location", "cache-control", "content-length")
                    .filter(name -> !isBlock || !name.equals("content-length"))
                    .map(name ->
                            name + "=" + response.headers().firstValue(name).orElse(""))
                    .collect(Collectors.joining(" "));
            notes.add(what + " -> " + response.statusCode() + " " + headers + " " + stable);
        }

        private void form(String method, String disposition, byte[] content) throws IOException, InterruptedException {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            body.writeBytes(("--b\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            body.writeBytes(content);
            body.writeBytes("\r\n--b--\r\n".getBytes(StandardCharsets.US_ASCII));
            note(
                    method + " " + disposition,
                    send(request(CHANNELS)
                            .header("Content-Type", "multipart/form-data; boundary=b")
                            .method(method, BodyPublishers.ofByteArray(body.toByteArray()))));
        }

        private void join(Block block) throws IOException, InterruptedException {
            form("POST", "name=\"config-block\"; filename=\"x\"", block.toByteArray());
        }

        private void update(Envelope update) throws IOException, InterruptedException {
            form("PUT", "name=\"config-update-envelope\"; filename=\"x\"", update.toByteArray());
        }

        // gRPC.

        private static Envelope message(Signer signer, HeaderType type, String channel, int length) {
            return OrderingNetwork.envelope(signer, type, channel, OrderingNetwork.bytes(length), Instant.now());
        }

        private static Envelope batchUpdate(int messages, long version, Signer admin) {
            return ConfigUpdateMessages.ofOrderer("BatchSize", ConfigUpdateMessages.batch(messages), version, admin);
        }

        private interface Change {
            org.hyperledger.fabric.protos.orderer.ConsensusType.Builder apply(
                    org.hyperledger.fabric.protos.orderer.ConsensusType.Builder type)
                    throws InvalidProtocolBufferException;
        }

        private Envelope consensusUpdate(long version, Change change, Signer admin)
                throws InvalidProtocolBufferException {
            ByteString value = change.apply(
                            org.hyperledger.fabric.protos.orderer.ConsensusType.parseFrom(genesis.configuration()
                                            .getGroupsOrThrow("Orderer")
                                            .getValuesOrThrow("ConsensusType")
                                            .getValue())
                                    .toBuilder())
                    .build()
                    .toByteString();
            return ConfigUpdateMessages.ofOrderer("ConsensusType", value, version, admin);
        }

        private static ByteString options(ByteString metadata) throws InvalidProtocolBufferException {
            var result = org.hyperledger.fabric.protos.orderer.etcdraft.ConfigMetadata.parseFrom(metadata).toBuilder();
            result.getOptionsBuilder().setElectionTick(11);
            return result.build().toByteString();
        }

        private BroadcastResponse broadcast(Envelope envelope) {
            try (Stream<BroadcastResponse> stream = OrderingNetwork.broadcast(identities, 0, main)) {
                return stream.send(envelope).next();
            }
        }

        private void broadcast(String what, Envelope envelope) {
            BroadcastResponse answer = broadcast(envelope);
            String info = answer.getInfo()
                    .replaceAll("\\d{7} bytes and exceeds", "N bytes and exceeds")
                    .replaceAll("proto:.*", "proto: ...")
                    .replaceAll("(unmarshalling message for type CONFIG_UPDATE|unmarshalling \\w+): .*", "$1: ...");
            notes.add("broadcast " + what + " -> " + answer.getStatus() + " " + info);
        }

        /** On one stream and prepared before, so that they make one block whatever the machine does beside. */
        private void broadcastTogether(int count, Signer client) {
            List<Envelope> envelopes = java.util.stream.Stream.generate(
                            () -> message(client, HeaderType.ENDORSER_TRANSACTION, CHANNEL, 10))
                    .limit(count)
                    .toList();
            try (Stream<BroadcastResponse> stream = OrderingNetwork.broadcast(identities, 0, main)) {
                envelopes.forEach(stream::send);
                envelopes.forEach(
                        each -> notes.add("one of several -> " + stream.next().getStatus()));
            }
        }

        /** An election takes its time at Fabric's. Ends with block 1. */
        private void awaitLeader() {
            Instant deadline = Instant.now().plusSeconds(30);
            BroadcastResponse answer;
            do {
                answer = broadcast(message(identities.client("org1"), HeaderType.MESSAGE, CHANNEL, 10));
            } while (answer.getStatus() != Status.SUCCESS && Instant.now().isBefore(deadline));
            assertThat(answer.getStatus()).isEqualTo(Status.SUCCESS);
            await(Seeks.at(1));
        }

        private Block await(SeekPosition position) {
            return await(position, identities.client("org1"));
        }

        private Block await(SeekPosition position, Signer signer) {
            try (Stream<DeliverResponse> stream = OrderingNetwork.deliver(identities, 0, main)) {
                return stream.send(seek(signer, Seeks.waiting(position, position)))
                        .next()
                        .getBlock();
            }
        }

        /** When nothing is waiting to be cut. */
        private long height() {
            long height;
            long next = await(Seeks.NEWEST).getHeader().getNumber() + 1;
            do {
                height = next;
                try (Stream<DeliverResponse> stream = OrderingNetwork.deliver(identities, 0, main)) {
                    stream.send(seek(identities.client("org1"), Seeks.waiting(Seeks.at(height), Seeks.at(height))));
                    next = stream.isQuiet(Duration.ofSeconds(1)) ? height : height + 1;
                }
            } while (next > height);
            return height;
        }

        private static Envelope seek(Signer signer, SeekInfo seek) {
            return OrderingNetwork.envelope(
                    signer, HeaderType.DELIVER_SEEK_INFO, CHANNEL, seek.toByteString(), Instant.now());
        }

        private void deliver(String what, Signer signer, SeekInfo seek) {
            deliver(what, seek(signer, seek));
        }

        private void deliver(String what, Envelope request) {
            StringBuilder answers = new StringBuilder();
            try (Stream<DeliverResponse> stream = OrderingNetwork.deliver(identities, 0, main)) {
                stream.send(request);
                DeliverResponse answer = stream.next();
                while (answer.hasBlock()) {
                    answers.append(answer.getBlock().getHeader().getNumber())
                            .append(answer.getBlock().hasData() ? " " : " without data ");
                    answer = stream.next();
                }
                answers.append(answer.getStatus());
                if (answer.getStatus() == Status.SUCCESS) {
                    stream.finish();
                }
                answers.append(stream.hasEnded() ? ", end" : "");
            }
            notes.add("deliver " + what + " -> " + answers);
        }

        /** A block without what is random in it. */
        private void block(String what, long number) throws InvalidProtocolBufferException {
            Block block = await(Seeks.at(number));
            Metadata signed = Metadata.parseFrom(block.getMetadata().getMetadata(0));
            OrdererBlockMetadata value = OrdererBlockMetadata.parseFrom(signed.getValue());
            BlockMetadata raft = BlockMetadata.parseFrom(
                    Metadata.parseFrom(value.getConsenterMetadata()).getValue());
            Payload payload = Payload.parseFrom(
                    Envelope.parseFrom(block.getData().getData(0)).getPayload());
            ChannelHeader header = ChannelHeader.parseFrom(payload.getHeader().getChannelHeader());
            SignatureHeader signature =
                    SignatureHeader.parseFrom(payload.getHeader().getSignatureHeader());
            notes.add(what + " -> " + number + " with " + block.getData().getDataCount() + ", "
                    + block.getMetadata().getMetadataList().stream()
                            .map(entry -> entry.isEmpty() ? "empty" : "filled")
                            .toList()
                    + ", last config " + value.getLastConfig().getIndex() + " and "
                    + LastConfig.parseFrom(
                                    Metadata.parseFrom(block.getMetadata().getMetadata(1))
                                            .getValue())
                            .getIndex()
                    + ", consenters " + raft.getConsenterIdsList() + " next " + raft.getNextConsenterId()
                    + " raft index - number " + (raft.getRaftIndex() - number)
                    + ", signatures " + signed.getSignaturesCount() + " with header "
                    + !signed.getSignatures(0).getSignatureHeader().isEmpty()
                    + " identifier "
                    + !signed.getSignatures(0).getIdentifierHeader().isEmpty()
                    + ", channel header " + header.getType() + " " + header.getVersion() + " " + header.getEpoch()
                    + " [" + header.getChannelId() + "] tx [" + header.getTxId() + "] at a full second "
                    + (header.getType() != HeaderType.CONFIG_VALUE
                            || header.getTimestamp()
                                    .equals(Timestamp.newBuilder()
                                            .setSeconds(header.getTimestamp().getSeconds())
                                            .build()))
                    + " nonce " + signature.getNonce().size()
                    + (header.getType() == HeaderType.CONFIG_VALUE
                            ? " sequence "
                                    + ConfigEnvelope.parseFrom(payload.getData())
                                            .getConfig()
                                            .getSequence()
                            : ""));
        }
    }
}
