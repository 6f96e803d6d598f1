package io.weft.embedded.peer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.embedded.chaincode.CommittedDefinition;
import io.weft.embedded.chaincode.Lifecycle;
import io.weft.embedded.config.IdentityException;
import io.weft.embedded.ledger.Sha256;
import io.weft.model.HostPort;
import org.hyperledger.fabric.protos.gossip.AliveMessage;
import org.hyperledger.fabric.protos.gossip.Chaincode;
import org.hyperledger.fabric.protos.gossip.ConnEstablish;
import org.hyperledger.fabric.protos.gossip.Envelope;
import org.hyperledger.fabric.protos.gossip.GossipMessage;
import org.hyperledger.fabric.protos.gossip.Member;
import org.hyperledger.fabric.protos.gossip.PeerTime;
import org.hyperledger.fabric.protos.gossip.Properties;
import org.hyperledger.fabric.protos.gossip.StateInfo;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;

/**
 * The messages by which peers tell of themselves.
 *
 * @see <a href="https://github.com/hyperledger/fabric-protos/blob/main/gossip/message.proto">Fabric's message.proto</a>
 */
final class GossipMessages {
    private GossipMessages() {}

    /** What a peer is known by in gossip. */
    static ByteString pkiId(ByteString identity) {
        return Sha256.of(ByteString.copyFromUtf8(mspId(identity)), identity);
    }

    /** @throws IdentityException if it is none */
    static String mspId(ByteString identity) {
        try {
            return SerializedIdentity.parseFrom(identity).getMspid();
        } catch (InvalidProtocolBufferException e) {
            throw new IdentityException("could not deserialize a SerializedIdentity: " + e.getMessage(), e);
        }
    }

    /** Names a channel to those who know it, and to nobody else. */
    static ByteString channelMac(ByteString pkiId, String channel) {
        return Sha256.of(pkiId, ByteString.copyFromUtf8(channel));
    }

    /** That the peer is the one at this end of a TLS connection. */
    static GossipMessage connection(PeerNode peer, ByteString tlsCertificateHash) {
        return GossipMessage.newBuilder()
                .setTag(GossipMessage.Tag.EMPTY)
                .setConn(ConnEstablish.newBuilder()
                        .setPkiId(pkiId(peer.identity()))
                        .setIdentity(peer.identity())
                        .setTlsCertHash(tlsCertificateHash))
                .build();
    }

    /** That the peer runs, and where. */
    static GossipMessage alive(PeerNode peer, HostPort endpoint, long sequence) {
        return GossipMessage.newBuilder()
                .setTag(GossipMessage.Tag.EMPTY)
                .setAliveMsg(AliveMessage.newBuilder()
                        .setMembership(Member.newBuilder()
                                .setEndpoint(endpoint.toString())
                                .setPkiId(pkiId(peer.identity())))
                        .setTimestamp(time(peer, sequence))
                        .setIdentity(peer.identity()))
                .build();
    }

    /** What the peer has of a channel. */
    static GossipMessage state(PeerNode peer, PeerChannel channel) {
        long height = channel.ledger().height();
        Properties.Builder properties = Properties.newBuilder().setLedgerHeight(height);
        for (CommittedDefinition definition : CommittedDefinition.all(channel.ledger())) {
            if (SystemChaincodes.isSystem(definition.name())
                    || peer.lifecycle().isCallable(channel.name(), definition.name())) {
                // Fabric's peers announce the definition's sequence as its version.
                properties.addChaincodes(Chaincode.newBuilder()
                        .setName(definition.name())
                        .setVersion(Long.toString(definition.sequence())));
            }
        }
        // Discovery is asked for the endorsers of approvals and commits as well.
        properties.addChaincodes(
                Chaincode.newBuilder().setName(Lifecycle.NAMESPACE).setVersion("1"));
        ByteString pkiId = pkiId(peer.identity());
        return GossipMessage.newBuilder()
                .setTag(GossipMessage.Tag.CHAN_OR_ORG)
                .setStateInfo(StateInfo.newBuilder()
                        .setTimestamp(time(peer, height))
                        .setPkiId(pkiId)
                        .setChannelMAC(channelMac(pkiId, channel.name()))
                        .setProperties(properties))
                .build();
    }

    private static PeerTime time(PeerNode peer, long sequence) {
        return PeerTime.newBuilder()
                .setIncNum(peer.started().toEpochMilli())
                .setSeqNum(sequence)
                .build();
    }

    static Envelope signed(GossipMessage message, PeerNode peer) {
        ByteString payload = message.toByteString();
        return Envelope.newBuilder()
                .setPayload(payload)
                .setSignature(peer.sign(payload))
                .build();
    }

    /** Within a connection whose ends know each other, messages are not signed. */
    static Envelope unsigned(GossipMessage message) {
        return Envelope.newBuilder().setPayload(message.toByteString()).build();
    }

    /** @throws Refusal if it cannot be read */
    static GossipMessage read(Envelope envelope) {
        return Read.message(GossipMessage.parser(), envelope.getPayload(), "GossipMessage");
    }
}
