package io.weft.embedded.peer;

import com.google.protobuf.ByteString;
import io.weft.embedded.chaincode.CommittedDefinition;
import io.weft.embedded.chaincode.Lifecycle;
import io.weft.embedded.config.IdentityException;
import java.util.Comparator;
import java.util.List;
import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.discovery.Peer;
import org.hyperledger.fabric.protos.gossip.AliveMessage;
import org.hyperledger.fabric.protos.gossip.Chaincode;
import org.hyperledger.fabric.protos.gossip.Envelope;
import org.hyperledger.fabric.protos.gossip.GossipMessage;
import org.hyperledger.fabric.protos.gossip.PeerTime;
import org.hyperledger.fabric.protos.gossip.Properties;
import org.hyperledger.fabric.protos.gossip.StateInfo;

/** A running peer that has joined a channel, as the other peers of the channel know it. */
record Member(PeerNode peer, PeerChannel channel) {
    /** The members of a channel, in the order of their names. */
    static List<Member> of(PeerNode asked, String channel) {
        return asked.everybody().stream()
                .flatMap(peer -> peer.channel(channel).map(joined -> new Member(peer, joined)).stream())
                .filter(Member::isOfTheChannel)
                .sorted(Comparator.comparing(member -> member.peer().name()))
                .toList();
    }

    private boolean isOfTheChannel() {
        return channel.view().applicationOrganizations().contains(mspId());
    }

    String mspId() {
        return peer.mspId().value();
    }

    String endpoint() {
        return peer.authority().toString();
    }

    long height() {
        return channel.ledger().height();
    }

    /** Whether it can execute the chaincode: installed, approved by its organization, committed. */
    boolean has(String chaincode) {
        return SystemChaincodes.isSystem(chaincode) || peer.lifecycle().isCallable(channel.name(), chaincode);
    }

    boolean satisfies(MSPPrincipal principal) {
        try {
            return channel.view().identify(peer.identity()).satisfies(principal);
        } catch (IdentityException e) {
            return false;
        }
    }

    /** As discovery tells of it: what the peer's gossip would say. */
    Peer toProto() {
        GossipMessage alive = GossipMessage.newBuilder()
                .setTag(GossipMessage.Tag.EMPTY)
                .setAliveMsg(AliveMessage.newBuilder()
                        .setMembership(org.hyperledger.fabric.protos.gossip.Member.newBuilder()
                                .setEndpoint(endpoint())
                                .setPkiId(pkiId()))
                        .setTimestamp(time())
                        .setIdentity(peer.identity()))
                .build();
        Properties.Builder properties = Properties.newBuilder().setLedgerHeight(height());
        for (CommittedDefinition definition : CommittedDefinition.all(channel.ledger())) {
            if (has(definition.name())) {
                // Fabric's peers announce the definition's sequence as its version.
                properties.addChaincodes(Chaincode.newBuilder()
                        .setName(definition.name())
                        .setVersion(Long.toString(definition.sequence())));
            }
        }
        // Discovery is asked for the endorsers of approvals and commits as well.
        properties.addChaincodes(
                Chaincode.newBuilder().setName(Lifecycle.NAMESPACE).setVersion("1"));
        GossipMessage state = GossipMessage.newBuilder()
                .setTag(GossipMessage.Tag.CHAN_OR_ORG)
                .setStateInfo(StateInfo.newBuilder()
                        .setTimestamp(time())
                        .setPkiId(pkiId())
                        .setProperties(properties))
                .build();
        return Peer.newBuilder()
                .setIdentity(peer.identity())
                .setMembershipInfo(signed(alive))
                .setStateInfo(signed(state))
                .build();
    }

    private Envelope signed(GossipMessage message) {
        ByteString payload = message.toByteString();
        return Envelope.newBuilder()
                .setPayload(payload)
                .setSignature(peer.sign(payload))
                .build();
    }

    private PeerTime time() {
        return PeerTime.newBuilder()
                .setIncNum(peer.started().toEpochMilli())
                .setSeqNum(height())
                .build();
    }

    private ByteString pkiId() {
        return Sha256.of(ByteString.copyFromUtf8(mspId()), peer.identity());
    }
}
