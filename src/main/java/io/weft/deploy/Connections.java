package io.weft.deploy;

import io.weft.ca.FabricCaClient;
import io.weft.channel.ChannelParticipation;
import io.weft.model.HostPort;
import io.weft.model.NodeRef;
import io.weft.plan.Release;
import io.weft.plan.Release.CaRelease;
import io.weft.plan.Release.OrderingNodeRelease;
import io.weft.plan.Release.PeerRelease;
import io.weft.platform.Port;
import io.weft.problem.TimedOutException;
import io.weft.problem.UnreachableException;
import io.weft.protocol.Deadline;
import io.weft.protocol.Dialer;
import io.weft.protocol.Endpoint;
import io.weft.protocol.OrdererConnection;
import io.weft.protocol.PeerConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Ways to the nodes: one connection for each node and purpose, made when first asked for. */
final class Connections implements AutoCloseable {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(25);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);

    private final Surroundings surroundings;
    private final Keys keys;
    private final Dialer dialer = new Dialer();
    private final Map<NodeRef, PeerConnection> peers = new ConcurrentHashMap<>();
    private final Map<NodeRef, OrdererConnection> orderers = new ConcurrentHashMap<>();
    private final Map<NodeRef, ChannelParticipation> participations = new ConcurrentHashMap<>();

    Connections(Surroundings surroundings, Keys keys) {
        this.surroundings = surroundings;
        this.keys = keys;
    }

    PeerConnection peer(NodeRef node) {
        return peers.computeIfAbsent(node, n -> dialer.peer(endpoint(n, new PeerRelease(n), Port.PEER)));
    }

    OrdererConnection orderer(NodeRef node) {
        return orderers.computeIfAbsent(
                node, n -> dialer.orderer(endpoint(n, new OrderingNodeRelease(n), Port.ORDERER)));
    }

    ChannelParticipation participation(NodeRef node) {
        return participations.computeIfAbsent(
                node,
                n -> new ChannelParticipation(
                        dialer.https(endpoint(n, new OrderingNodeRelease(n), Port.ORDERER_ADMIN))));
    }

    private Endpoint endpoint(NodeRef node, Release release, Port port) {
        String roots = keys.authorities(node.organization()).tls().certificate().pem();
        return new Endpoint(
                node.toString(),
                surroundings.platform().addresses().dial(release, port),
                new HostPort(
                        surroundings.names().host(node),
                        surroundings.platform().addresses().node(node).port()),
                List.of(roots),
                Optional.of(keys.adminTls(node.organization())));
    }

    /**
     * Asks a node that is about to come up: as long as it does not answer, asks again.
     *
     * @param what is waited for, within a sentence
     * @throws TimedOutException with the last reason
     */
    <T> T insist(String what, Supplier<T> question) {
        Deadline deadline = Deadline.after(surroundings.timeout());
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                return question.get();
            } catch (UnreachableException | TimedOutException e) {
                if (!deadline.pause(pause)) {
                    throw new TimedOutException(
                            "Waited " + deadline.total().toSeconds() + " s for " + what + ". Last seen: "
                                    + e.getMessage(),
                            e);
                }
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }
    }

    /**
     * Asks until there is an answer.
     *
     * @param question empty means: not yet
     * @param lastSeen for the message when time is up
     */
    <T> T until(String what, Supplier<Optional<T>> question, Supplier<String> lastSeen) {
        Deadline deadline = Deadline.after(surroundings.timeout());
        while (true) {
            Optional<T> answer = question.get();
            if (answer.isPresent()) {
                return answer.get();
            }
            if (!deadline.pause(FIRST_PAUSE.multipliedBy(2))) {
                throw new TimedOutException(
                        "Waited " + deadline.total().toSeconds() + " s for " + what + ". Last seen: " + lastSeen.get());
            }
        }
    }

    /** A client of an organization's Fabric CA, which must show a certificate of the organization's TLS CA. */
    FabricCaClient authority(CaRelease release, Duration timeout) {
        return new FabricCaClient(
                dialer,
                surroundings.platform().addresses().dial(release, Port.CA),
                List.of(keys.authorities(release.organization()).tls().certificate()),
                timeout,
                surroundings.random());
    }

    /** Dials a node again at once if it could not be reached, and waits until it is. */
    void reconnect(HostPort address) {
        dialer.reconnect(address, surroundings.timeout());
    }

    @Override
    public void close() {
        dialer.close();
    }
}
