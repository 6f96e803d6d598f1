package io.weft.testing;

import io.weft.channel.ChannelConfiguration;
import io.weft.channel.GenesisBlock;
import io.weft.embedded.orderer.OrderingNode;
import io.weft.embedded.peer.PeerNode;
import io.weft.model.Channel;
import io.weft.model.HostPort;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.msp.LocalMsp;
import io.weft.pki.Credential;
import io.weft.protocol.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What embedded nodes of a test are made of, what they join, and how clients reach them. Port 0 stands for a free one. */
public final class TestNodes {
    private static final SecureRandom RANDOM = new SecureRandom();

    private TestNodes() {}

    /** @param folder of all nodes */
    public static OrderingNode.Settings orderingNode(
            Identities identities, NodeRef node, int port, int adminPort, Path folder) {
        return new OrderingNode.Settings(
                node.node(),
                msp(identities, node),
                identities.tls(node),
                List.of(identities.tlsAuthority(node.organization()).certificate()),
                List.of(identities.adminAuthority(node.organization()).certificate()),
                listen(port),
                listen(adminPort),
                listen(0),
                folder.resolve(node.node()));
    }

    /**
     * @param authority by which others are told to reach it
     * @param folder of all nodes
     */
    public static PeerNode.Settings peer(
            Identities identities, NodeRef node, int port, HostPort authority, Path folder) {
        String name = node.organization() + "-" + node.node();
        return new PeerNode.Settings(
                name,
                msp(identities, node),
                identities.tls(node),
                List.of(identities.tlsAuthority(node.organization()).certificate()),
                listen(port),
                listen(0),
                authority,
                folder.resolve(name));
    }

    private static LocalMsp msp(Identities identities, NodeRef node) {
        return new LocalMsp(identities.msps().get(node.organization()), identities.signing(node));
    }

    private static InetSocketAddress listen(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** A new block 0. */
    public static GenesisBlock genesis(
            Network network, Channel channel, Identities identities, Function<NodeRef, HostPort> addresses) {
        byte[] nonce = new byte[24];
        RANDOM.nextBytes(nonce);
        return GenesisBlock.create(
                channel.name(),
                ChannelConfiguration.of(
                        network,
                        channel,
                        identities.msps(),
                        identities.consenters(channel.ordering().consenters()),
                        addresses),
                nonce,
                Instant.now());
    }

    /** A node that is known by the name that only its own certificate has. */
    public static Endpoint endpoint(Identities identities, NodeRef node, HostPort dial, Optional<Credential> client) {
        return endpoint(identities, node, dial, new HostPort(Identities.hostOf(node), dial.port()), client);
    }

    public static Endpoint endpoint(
            Identities identities, NodeRef node, HostPort dial, HostPort authority, Optional<Credential> client) {
        return new Endpoint(
                node.toString(),
                dial,
                authority,
                List.of(identities
                        .tlsAuthority(node.organization())
                        .certificate()
                        .pem()),
                client);
    }
}
