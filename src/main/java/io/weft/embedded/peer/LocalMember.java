package io.weft.embedded.peer;

import com.google.protobuf.ByteString;
import io.weft.embedded.config.ChannelView;
import org.hyperledger.fabric.protos.discovery.Peer;
import org.hyperledger.fabric.protos.peer.SignedProposal;

/** A peer of this process. */
record LocalMember(PeerNode peer, PeerChannel channel) implements Member {
    @Override
    public String name() {
        return peer.name();
    }

    @Override
    public ByteString identity() {
        return peer.identity();
    }

    @Override
    public String mspId() {
        return peer.mspId().value();
    }

    @Override
    public String endpoint() {
        return peer.authority().toString();
    }

    @Override
    public long height() {
        return channel.ledger().height();
    }

    @Override
    public ChannelView view() {
        return channel.view();
    }

    @Override
    public boolean has(String chaincode) {
        return SystemChaincodes.isSystem(chaincode) || peer.lifecycle().isCallable(channel.name(), chaincode);
    }

    @Override
    public Peer toProto() {
        return Peer.newBuilder()
                .setIdentity(peer.identity())
                .setMembershipInfo(GossipMessages.signed(GossipMessages.alive(peer, peer.authority(), height()), peer))
                .setStateInfo(GossipMessages.signed(GossipMessages.state(peer, channel), peer))
                .build();
    }

    @Override
    public Verdict ask(SignedProposal proposal, PeerNode asking) {
        try {
            if (peer != asking) {
                asking.faults().pass(peer.name());
            }
            return Verdict.of(peer.endorser().process(proposal), peer == asking);
        } catch (RuntimeException e) {
            if (peer.isClosed()) {
                return Verdict.unreachable(endpoint());
            }
            throw e;
        }
    }
}
