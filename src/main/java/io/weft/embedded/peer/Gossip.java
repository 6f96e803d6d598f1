package io.weft.embedded.peer;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingClientCall;
import io.grpc.ForwardingClientCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.config.RuleException;
import io.weft.embedded.ledger.Sha256;
import io.weft.embedded.remote.Connections;
import io.weft.embedded.remote.Endpoint;
import io.weft.model.HostPort;
import io.weft.pki.Certificate;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.hyperledger.fabric.protos.gossip.AliveMessage;
import org.hyperledger.fabric.protos.gossip.ConnEstablish;
import org.hyperledger.fabric.protos.gossip.Envelope;
import org.hyperledger.fabric.protos.gossip.GossipGrpc;
import org.hyperledger.fabric.protos.gossip.GossipMessage;
import org.hyperledger.fabric.protos.gossip.MembershipRequest;
import org.hyperledger.fabric.protos.gossip.Properties;
import org.hyperledger.fabric.protos.gossip.StateInfo;
import org.hyperledger.fabric.protos.gossip.StateInfoPullRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps in touch with the peers of other processes. It speaks few of the messages of Fabric's gossip and spreads nothing:
 * each peer asks each other peer, again and again, whom it knows and what it has of the channels that both have joined.
 *
 * @see <a href="https://github.com/hyperledger/fabric/tree/main/gossip">Fabric's gossip</a>
 */
final class Gossip {
    private static final Logger LOG = LoggerFactory.getLogger(Gossip.class);
    private static final long ROUND_MILLIS = 1_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    /** How long a peer that does not answer counts as running. */
    private static final long ALIVE_NANOS = TimeUnit.SECONDS.toNanos(15);
    /** How long one that cannot be reached does. */
    private static final long UNREACHABLE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final PeerNode peer;
    private final Connections connections;
    private final List<HostPort> bootstrap;
    private final List<Certificate> bootstrapRoots;
    private final ExecutorService workers;
    private final Map<HostPort, Contact> contacts = new ConcurrentHashMap<>();
    /** Addresses that peers gave as their own, and the MSP IDs of those peers. */
    private final Map<HostPort, String> learned = new ConcurrentHashMap<>();

    private final Set<HostPort> asking = ConcurrentHashMap.newKeySet();
    private volatile Optional<HostPort> authority = Optional.empty();
    private long heard;

    /**
     * @param bootstrap addresses of other peers; those that nobody listens on are tried again and again
     * @param bootstrapRoots what their TLS certificates may chain to, beside what channels say
     */
    Gossip(
            PeerNode peer,
            Connections connections,
            List<HostPort> bootstrap,
            List<Certificate> bootstrapRoots,
            ExecutorService workers) {
        this.peer = peer;
        this.connections = connections;
        this.bootstrap = List.copyOf(bootstrap);
        this.bootstrapRoots = List.copyOf(bootstrapRoots);
        this.workers = workers;
    }

    /**
     * A peer that has answered.
     *
     * @param announced where it wants others to reach it
     * @param alive its own signed message
     * @param states by channel
     * @param heardAt {@link System#nanoTime}
     */
    record Contact(
            Endpoint endpoint,
            Connections connections,
            ByteString identity,
            String announced,
            Envelope alive,
            Map<String, State> states,
            long heardAt) {
        String mspId() {
            return GossipMessages.mspId(identity);
        }

        /** @throws IllegalStateException if the peer is closed */
        Channel channel() {
            return connections.to(endpoint);
        }

        boolean isOlderThan(long nanos) {
            return System.nanoTime() - heardAt > nanos;
        }

        boolean isFresh() {
            return !isOlderThan(ALIVE_NANOS);
        }

        @Override
        public String toString() {
            return "Contact[" + mspId() + ", " + announced + "]";
        }
    }

    /** What a peer says that it has of a channel. */
    record State(Envelope signed, Properties properties) {}

    /**
     * Begins to ask.
     *
     * @param ownAddress where others are told to reach the peer
     */
    void start(HostPort ownAddress) {
        authority = Optional.of(ownAddress);
        round();
    }

    /** Where others are told to reach the peer; empty while it starts. */
    Optional<HostPort> authority() {
        return authority;
    }

    private void round() {
        if (peer.isClosed()) {
            return;
        }
        try {
            addresses().forEach((address, endpoint) -> {
                if (asking.add(address)) {
                    workers.execute(() -> ask(endpoint));
                }
            });
        } catch (RejectedExecutionException e) {
            return;
        } finally {
            contacts.values().removeIf(contact -> !contact.isFresh());
            connections.later(ROUND_MILLIS, this::round);
        }
    }

    /** Whom to ask: anchor peers, whoever was heard of, bootstrap addresses. */
    private Map<HostPort, Endpoint> addresses() {
        Map<HostPort, Endpoint> result = new LinkedHashMap<>();
        List<ChannelView> views = views();
        for (ChannelView view : views) {
            for (String mspId : view.applicationOrganizations()) {
                List<Certificate> roots = Endpoint.tlsRoots(view, List.of(mspId));
                view.anchorPeers(mspId)
                        .forEach(anchor -> result.putIfAbsent(anchor, new Endpoint(anchor, mspId, roots)));
            }
        }
        learned.forEach((address, mspId) -> roots(views, mspId)
                .ifPresent(roots -> result.putIfAbsent(address, new Endpoint(address, mspId, roots))));
        Set<Certificate> all = new LinkedHashSet<>(bootstrapRoots);
        views.forEach(view -> all.addAll(Endpoint.tlsRoots(view, view.applicationOrganizations())));
        bootstrap.forEach(address -> result.putIfAbsent(address, new Endpoint(address, "", List.copyOf(all))));
        authority.ifPresent(result::remove);
        return result;
    }

    private List<ChannelView> views() {
        return peer.channels().stream()
                .flatMap(name -> peer.channel(name).stream())
                .map(PeerChannel::view)
                .toList();
    }

    private Optional<List<Certificate>> roots(List<ChannelView> views, String mspId) {
        if (mspId.equals(peer.mspId().value())) {
            return Optional.of(peer.tlsRoots());
        }
        return views.stream()
                .map(view -> Endpoint.tlsRoots(view, List.of(mspId)))
                .filter(roots -> !roots.isEmpty())
                .findFirst();
    }

    private void ask(Endpoint endpoint) {
        HostPort address = endpoint.address();
        try {
            List<GossipMessage> requests = new ArrayList<>();
            Map<String, PeerChannel> channels = new LinkedHashMap<>();
            peer.channels().forEach(name -> peer.channel(name).ifPresent(channel -> channels.put(name, channel)));
            requests.add(GossipMessage.newBuilder()
                    .setTag(GossipMessage.Tag.EMPTY)
                    .setMemReq(MembershipRequest.newBuilder()
                            .setSelfInformation(GossipMessages.signed(
                                    GossipMessages.alive(
                                            peer,
                                            authority.orElseThrow(),
                                            peer.now().toEpochMilli()),
                                    peer)))
                    .build());
            ByteString pkiId = GossipMessages.pkiId(peer.identity());
            channels.keySet()
                    .forEach(name -> requests.add(GossipMessage.newBuilder()
                            .setTag(GossipMessage.Tag.CHAN_OR_ORG)
                            .setStateInfoPullReq(StateInfoPullRequest.newBuilder()
                                    .setChannelMAC(GossipMessages.channelMac(pkiId, name)))
                            .build()));
            heard(endpoint, exchange(endpoint, requests), channels);
        } catch (StatusRuntimeException | RuleException | Refusal | IllegalStateException e) {
            LOG.debug("{}: no answer from {}: {}", peer.name(), endpoint, e.getMessage());
            boolean unreachable = Status.fromThrowable(e).getCode() == Status.Code.UNAVAILABLE;
            contacts.computeIfPresent(
                    address,
                    (key, known) -> known.isOlderThan(unreachable ? UNREACHABLE_NANOS : ALIVE_NANOS) ? null : known);
        } finally {
            asking.remove(address);
        }
    }

    private void heard(Endpoint endpoint, Answers answers, Map<String, PeerChannel> channels) {
        if (answers.identity().equals(peer.identity())) {
            contacts.remove(endpoint.address());
            return;
        }
        Optional<Envelope> alive = Optional.empty();
        Map<String, State> states = new HashMap<>();
        for (GossipMessage message : answers.messages()) {
            if (message.hasMemRes()) {
                for (Envelope one : message.getMemRes().getAliveList()) {
                    AliveMessage read = verifiedAlive(one);
                    if (read.getIdentity().equals(answers.identity())) {
                        alive = Optional.of(one);
                    }
                    learn(read);
                }
            } else if (message.hasStateSnapshot()) {
                for (Envelope one : message.getStateSnapshot().getElementsList()) {
                    state(one, answers.identity(), channels)
                            .ifPresent(entry -> states.put(entry.channel(), entry.state()));
                }
            }
        }
        if (alive.isEmpty()) {
            throw new Refusal("it does not tell where it is");
        }
        String announced =
                GossipMessages.read(alive.get()).getAliveMsg().getMembership().getEndpoint();
        contacts.put(
                endpoint.address(),
                new Contact(
                        endpoint,
                        connections,
                        answers.identity(),
                        announced,
                        alive.get(),
                        Map.copyOf(states),
                        System.nanoTime()));
        synchronized (this) {
            heard++;
            notifyAll();
        }
    }

    private AliveMessage verifiedAlive(Envelope envelope) {
        AliveMessage result = GossipMessages.read(envelope).getAliveMsg();
        peer.verify(result.getIdentity(), envelope.getPayload(), envelope.getSignature());
        return result;
    }

    private record ChannelState(String channel, State state) {}

    private static Optional<ChannelState> state(
            Envelope envelope, ByteString identity, Map<String, PeerChannel> channels) {
        StateInfo state = GossipMessages.read(envelope).getStateInfo();
        ByteString pkiId = GossipMessages.pkiId(identity);
        for (Map.Entry<String, PeerChannel> channel : channels.entrySet()) {
            if (state.getPkiId().equals(pkiId)
                    && state.getChannelMAC().equals(GossipMessages.channelMac(pkiId, channel.getKey()))) {
                channel.getValue()
                        .view()
                        .identify(identity)
                        .verify(
                                envelope.getPayload().toByteArray(),
                                envelope.getSignature().toByteArray());
                return Optional.of(new ChannelState(channel.getKey(), new State(envelope, state.getProperties())));
            }
        }
        return Optional.empty();
    }

    /** Remembers where a peer is, if it says so in a usable way. */
    void learn(AliveMessage alive) {
        if (!alive.getIdentity().equals(peer.identity())) {
            address(alive.getMembership().getEndpoint())
                    .ifPresent(address -> learned.put(address, GossipMessages.mspId(alive.getIdentity())));
        }
    }

    private static Optional<HostPort> address(String text) {
        try {
            return Optional.of(HostPort.parse(text))
                    .filter(address -> !address.host().isEmpty());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The signed messages of the peers that answer. */
    List<Envelope> alive() {
        return contacts.values().stream()
                .filter(Contact::isFresh)
                .map(Contact::alive)
                .toList();
    }

    /** The peers of other processes that have joined a channel, each once. */
    List<DistantMember> members(PeerChannel channel) {
        Map<ByteString, DistantMember> result = new LinkedHashMap<>();
        for (Contact contact : contacts.values()) {
            State state = contact.states().get(channel.name());
            if (state != null && contact.isFresh()) {
                // A contact whose organization is known is better than a bootstrap address.
                result.merge(
                        contact.identity(),
                        new DistantMember(contact, channel, state.signed(), state.properties()),
                        (one, other) -> one.contact().endpoint().mspId().isEmpty() ? other : one);
            }
        }
        return List.copyOf(result.values());
    }

    /** How often a peer has answered. */
    synchronized long heard() {
        return heard;
    }

    /**
     * Waits until another peer has answered.
     *
     * @param since what {@link #heard} was before
     */
    synchronized void awaitAnswer(long since, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (heard == since) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                return;
            }
            wait(left);
        }
    }

    /**
     * What a peer answered.
     *
     * @param identity proved to be that of the other end of the TLS connection
     */
    record Answers(ByteString identity, List<GossipMessage> messages) {}

    /**
     * Asks a peer something, after each side has told who it is. Blocks.
     *
     * @throws StatusRuntimeException if it cannot be reached, refuses, or does not answer in time
     * @throws RuleException if it is nobody that a channel or the own organization knows
     */
    Answers exchange(Endpoint endpoint, List<GossipMessage> requests) {
        ByteString ownCertificate = connections
                .clientCertificate()
                .map(certificate -> Sha256.of(ByteString.copyFrom(certificate.der())))
                .orElse(ByteString.EMPTY);
        AtomicReference<SSLSession> session = new AtomicReference<>();
        CompletableFuture<List<Envelope>> result = new CompletableFuture<>();
        StreamObserver<Envelope> stream = GossipGrpc.newStub(
                        ClientInterceptors.intercept(connections.to(endpoint), new SessionKeeper(session)))
                .withDeadlineAfter(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .gossipStream(collecting(result));
        stream.onNext(GossipMessages.signed(GossipMessages.connection(peer, ownCertificate), peer));
        requests.forEach(request -> stream.onNext(GossipMessages.unsigned(request)));
        stream.onCompleted();
        List<Envelope> answers = await(result);
        if (answers.isEmpty()) {
            throw new Refusal("it does not tell who it is");
        }
        ByteString identity = verifiedConnection(answers.get(0), certificateHash(session.get()));
        return new Answers(
                identity,
                answers.subList(1, answers.size()).stream()
                        .map(GossipMessages::read)
                        .toList());
    }

    private static List<Envelope> await(CompletableFuture<List<Envelope>> result) {
        try {
            return result.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Status.CANCELLED.withDescription("The peer is being closed.").asRuntimeException();
        } catch (ExecutionException e) {
            throw Status.fromThrowable(e.getCause()).asRuntimeException();
        }
    }

    /**
     * Who is at the other end of a connection.
     *
     * @param certificateHash of the certificate that it has shown
     * @throws Refusal if the message is another's, or of another connection
     * @throws RuleException if it is nobody that a channel or the own organization knows
     */
    ByteString verifiedConnection(Envelope envelope, ByteString certificateHash) {
        GossipMessage message = GossipMessages.read(envelope);
        ConnEstablish connection = message.getConn();
        if (!message.hasConn() || connection.getIdentity().isEmpty()) {
            throw new Refusal("it does not tell who it is");
        }
        if (certificateHash.isEmpty() || !connection.getTlsCertHash().equals(certificateHash)) {
            throw new Refusal("its TLS certificate is not the one that it has signed for");
        }
        if (!connection.getPkiId().equals(GossipMessages.pkiId(connection.getIdentity()))) {
            throw new Refusal("its PKI-ID is not that of its identity");
        }
        peer.verify(connection.getIdentity(), envelope.getPayload(), envelope.getSignature());
        return connection.getIdentity();
    }

    /** The SHA-256 of the certificate that the other end of a connection has shown; empty if it has shown none. */
    static ByteString certificateHash(SSLSession session) {
        try {
            return session == null
                    ? ByteString.EMPTY
                    : Sha256.of(ByteString.copyFrom(session.getPeerCertificates()[0].getEncoded()));
        } catch (SSLPeerUnverifiedException e) {
            return ByteString.EMPTY;
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("A certificate that came encoded can be encoded", e);
        }
    }

    private static StreamObserver<Envelope> collecting(CompletableFuture<List<Envelope>> result) {
        return new StreamObserver<>() {
            private final List<Envelope> all = new ArrayList<>();

            @Override
            public void onNext(Envelope envelope) {
                all.add(envelope);
            }

            @Override
            public void onError(Throwable cause) {
                result.completeExceptionally(cause);
            }

            @Override
            public void onCompleted() {
                result.complete(all);
            }
        };
    }

    /** Keeps the TLS session of a call, which is known when the first answer comes. */
    private record SessionKeeper(AtomicReference<SSLSession> session) implements ClientInterceptor {
        @Override
        public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
            return new ForwardingClientCall.SimpleForwardingClientCall<>(next.newCall(method, options)) {
                @Override
                public void start(Listener<R> listener, Metadata headers) {
                    super.start(
                            new ForwardingClientCallListener.SimpleForwardingClientCallListener<>(listener) {
                                @Override
                                public void onHeaders(Metadata received) {
                                    session.set(getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
                                    super.onHeaders(received);
                                }
                            },
                            headers);
                }
            };
        }
    }
}
