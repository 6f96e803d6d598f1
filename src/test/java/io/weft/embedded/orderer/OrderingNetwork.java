package io.weft.embedded.orderer;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.weft.channel.ChannelParticipation;
import io.weft.channel.GenesisBlock;
import io.weft.model.Channel;
import io.weft.model.ConsensusType;
import io.weft.model.FabricVersion;
import io.weft.model.HostPort;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.pki.Credential;
import io.weft.protocol.Dialer;
import io.weft.protocol.Endpoint;
import io.weft.protocol.OrdererConnection;
import io.weft.protocol.Signer;
import io.weft.testing.Eventually;
import io.weft.testing.Identities;
import io.weft.testing.TestNetworks;
import io.weft.testing.TestNodes;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.orderer.AtomicBroadcastGrpc;
import org.hyperledger.fabric.protos.orderer.BroadcastResponse;
import org.hyperledger.fabric.protos.orderer.DeliverResponse;
import org.hyperledger.fabric.protos.orderer.SeekInfo;

/**
 * Ordering nodes of one network in this process, with keys for everybody. A batch that is not full waits until a test calls
 * {@link #endBatches}: how many blocks there are must not depend on how fast the machine is.
 */
final class OrderingNetwork implements AutoCloseable {
    static final String CHANNEL = TestNetworks.CHANNEL;
    static final Duration TIMEOUT = Eventually.PATIENCE;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Network network;
    private final Identities identities;
    private final Path folder;
    private final OrderingService service;
    private final PatientTimer timer;
    private final Map<Integer, OrderingNode> nodes = new TreeMap<>();
    private final Dialer dialer = new Dialer();
    private final GenesisBlock genesis;

    /** Lets no time pass by itself. */
    private static final class PatientTimer implements BatchTimer {
        private final Queue<Runnable> due = new ConcurrentLinkedQueue<>();
        private final List<Duration> delays = new CopyOnWriteArrayList<>();

        @Override
        public Runnable schedule(Duration delay, Runnable task) {
            delays.add(delay);
            due.add(task);
            return () -> due.remove(task);
        }
    }

    private OrderingNetwork(ConsensusType type, int count, Path folder, OrderingService service, PatientTimer timer) {
        FabricVersion version = FabricVersion.parse("3.1.5");
        this.network = TestNetworks.network(version, type, count, 1);
        this.identities = new Identities(network);
        this.folder = folder;
        this.service = service;
        this.timer = timer;
        this.genesis = genesis(network.channels().get(0));
    }

    /** Nodes that run and have joined nothing. */
    static OrderingNetwork start(ConsensusType type, int count, Path folder) {
        return start(type, count, folder, Clock.systemUTC());
    }

    static OrderingNetwork start(ConsensusType type, int count, Path folder, Clock clock) {
        PatientTimer timer = new PatientTimer();
        return start(type, count, folder, new OrderingService(clock, timer), timer);
    }

    /** As {@link #start}, but batches end by the clock, as everywhere else. */
    static OrderingNetwork timed(ConsensusType type, int count, Path folder) {
        return start(type, count, folder, new OrderingService(Clock.systemUTC()), new PatientTimer());
    }

    private static OrderingNetwork start(
            ConsensusType type, int count, Path folder, OrderingService service, PatientTimer timer) {
        OrderingNetwork result = new OrderingNetwork(type, count, folder, service, timer);
        for (int i = 0; i < count; i++) {
            result.start(i);
        }
        return result;
    }

    /** Nodes that have joined the channel. */
    static OrderingNetwork joined(ConsensusType type, int count, Path folder) {
        OrderingNetwork result = start(type, count, folder);
        result.joinAll();
        return result;
    }

    void joinAll() {
        nodes.keySet().forEach(i -> participation(i).join(genesis, TIMEOUT));
    }

    OrderingNode start(int index) {
        NodeRef ref = ref(index);
        OrderingNode node = OrderingNode.start(TestNodes.orderingNode(identities, ref, 0, 0, folder), service);
        nodes.put(index, node);
        return node;
    }

    void stop(int index) {
        nodes.remove(index).close();
    }

    static NodeRef ref(int index) {
        return new NodeRef("orderer", "orderer" + index);
    }

    /** Ends the time of all batches that are waiting to be filled. */
    void endBatches() {
        for (Runnable batch = timer.due.poll(); batch != null; batch = timer.due.poll()) {
            batch.run();
        }
    }

    /** How many batches are waiting to be filled. */
    int openBatches() {
        return timer.due.size();
    }

    /** How long each batch so far was to wait to be filled, at the most. */
    List<Duration> batchTimeouts() {
        return List.copyOf(timer.delays);
    }

    OrderingService service() {
        return service;
    }

    Identities identities() {
        return identities;
    }

    Network network() {
        return network;
    }

    OrderingNode node(int index) {
        return nodes.get(index);
    }

    GenesisBlock genesis() {
        return genesis;
    }

    /** A new block 0 for a channel. */
    GenesisBlock genesis(Channel channel) {
        return TestNodes.genesis(network, channel, identities, node -> new HostPort(Identities.hostOf(node), 7050));
    }

    ChannelParticipation participation(int index) {
        return new ChannelParticipation(dialer.https(
                endpoint(index, nodes.get(index).adminAddress(), Optional.of(identities.adminTls("orderer")))));
    }

    OrdererConnection connection(int index) {
        return dialer.orderer(endpoint(index, nodes.get(index).address(), Optional.empty()));
    }

    Endpoint endpoint(int index, HostPort dial, Optional<Credential> client) {
        return TestNodes.endpoint(identities, ref(index), dial, client);
    }

    Signer client() {
        return identities.client("org1");
    }

    /** An ordinary envelope whose payload's data is so long. */
    Envelope envelope(Signer signer, int length) {
        return envelope(signer, HeaderType.ENDORSER_TRANSACTION, CHANNEL, bytes(length), Instant.now());
    }

    static ByteString bytes(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    static Envelope envelope(Signer signer, HeaderType type, String channel, ByteString data, Instant time) {
        ByteString payload = Payload.newBuilder()
                .setHeader(Header.newBuilder()
                        .setChannelHeader(ChannelHeader.newBuilder()
                                .setType(type.getNumber())
                                .setChannelId(channel)
                                .setTimestamp(Timestamp.newBuilder()
                                        .setSeconds(time.getEpochSecond())
                                        .setNanos(time.getNano()))
                                .build()
                                .toByteString())
                        .setSignatureHeader(SignatureHeader.newBuilder()
                                .setCreator(signer.creator())
                                .setNonce(bytes(24))
                                .build()
                                .toByteString()))
                .setData(data)
                .build()
                .toByteString();
        return Envelope.newBuilder()
                .setPayload(payload)
                .setSignature(signer.sign(payload))
                .build();
    }

    Envelope seek(Signer signer, SeekInfo seek) {
        return envelope(signer, HeaderType.DELIVER_SEEK_INFO, CHANNEL, seek.toByteString(), Instant.now());
    }

    Stream<DeliverResponse> deliver(int index) {
        return deliver(identities, index, nodes.get(index).address());
    }

    Stream<BroadcastResponse> broadcast(int index) {
        return broadcast(identities, index, nodes.get(index).address());
    }

    static Stream<DeliverResponse> deliver(Identities identities, int index, HostPort address) {
        return new Stream<>(channel(identities, index, address), (stub, responses) -> stub.deliver(responses));
    }

    static Stream<BroadcastResponse> broadcast(Identities identities, int index, HostPort address) {
        return new Stream<>(channel(identities, index, address), (stub, responses) -> stub.broadcast(responses));
    }

    private static ManagedChannel channel(Identities identities, int index, HostPort address) {
        try {
            return NettyChannelBuilder.forAddress(address.host(), address.port())
                    .overrideAuthority(Identities.hostOf(ref(index)))
                    .sslContext(GrpcSslContexts.forClient()
                            .trustManager(identities
                                    .tlsAuthority("orderer")
                                    .certificate()
                                    .x509())
                            .build())
                    .maxInboundMessageSize(100 * 1024 * 1024)
                    .build();
        } catch (javax.net.ssl.SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        dialer.close();
        nodes.values().forEach(OrderingNode::close);
        service.close();
    }

    /** A stream to a node, as a test reads it. */
    static final class Stream<R> implements AutoCloseable {
        /** Stands for the end of the stream in {@link #answers}. */
        private static final Object END = new Object();

        private final ManagedChannel channel;
        private final BlockingDeque<Object> answers = new LinkedBlockingDeque<>();
        private final io.grpc.stub.StreamObserver<Envelope> requests;

        private interface Opening<R> {
            io.grpc.stub.StreamObserver<Envelope> open(
                    AtomicBroadcastGrpc.AtomicBroadcastStub stub, ClientResponseObserver<Envelope, R> responses);
        }

        private Stream(ManagedChannel channel, Opening<R> opening) {
            this.channel = channel;
            this.requests =
                    opening.open(AtomicBroadcastGrpc.newStub(channel), new ClientResponseObserver<Envelope, R>() {
                        @Override
                        public void beforeStart(ClientCallStreamObserver<Envelope> stream) {}

                        @Override
                        public void onNext(R answer) {
                            answers.add(answer);
                        }

                        @Override
                        public void onError(Throwable cause) {
                            answers.add(cause);
                        }

                        @Override
                        public void onCompleted() {
                            answers.add(END);
                        }
                    });
        }

        Stream<R> send(Envelope envelope) {
            requests.onNext(envelope);
            return this;
        }

        void finish() {
            requests.onCompleted();
        }

        @SuppressWarnings("unchecked")
        R next() {
            Object answer = take(TIMEOUT);
            if (answer == null || answer == END || answer instanceof Throwable) {
                throw new AssertionError("Expected an answer, but there was " + (answer == END ? "the end" : answer));
            }
            return (R) answer;
        }

        boolean hasEnded() {
            return take(TIMEOUT) == END;
        }

        /** Whether nothing comes for that long. What comes is kept for {@link #next}. */
        boolean isQuiet(Duration time) {
            Object answer = take(time);
            if (answer != null) {
                answers.addFirst(answer);
            }
            return answer == null;
        }

        private Object take(Duration timeout) {
            try {
                return answers.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            channel.shutdownNow();
        }
    }
}
