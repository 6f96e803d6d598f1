package io.weft.embedded.peer;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.weft.embedded.chaincode.CommittedDefinition;
import io.weft.embedded.config.ChannelView;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.protos.discovery.Peer;
import org.hyperledger.fabric.protos.gossip.Envelope;
import org.hyperledger.fabric.protos.gossip.Properties;
import org.hyperledger.fabric.protos.peer.EndorserGrpc;
import org.hyperledger.fabric.protos.peer.SignedProposal;

/**
 * A peer of another process, by what it said of itself last.
 *
 * @param contact how to reach it, and who it is
 * @param channel the channel at the peer that asks
 * @param state its signed state
 */
record DistantMember(Gossip.Contact contact, PeerChannel channel, Envelope state, Properties properties)
        implements Member {
    /** {@code peer.gateway.endorsementTimeout} of Fabric's {@code core.yaml}. */
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Override
    public String name() {
        return endpoint();
    }

    @Override
    public ByteString identity() {
        return contact.identity();
    }

    @Override
    public String mspId() {
        return contact.mspId();
    }

    @Override
    public String endpoint() {
        return contact.announced();
    }

    @Override
    public long height() {
        return properties.getLedgerHeight();
    }

    @Override
    public ChannelView view() {
        return channel.view();
    }

    /** The definition that it can execute has to be the one that is in force here. */
    @Override
    public boolean has(String chaincode) {
        if (SystemChaincodes.isSystem(chaincode)) {
            return true;
        }
        return CommittedDefinition.find(channel.ledger(), chaincode)
                .map(definition -> Long.toString(definition.sequence()))
                .filter(sequence -> properties.getChaincodesList().stream()
                        .anyMatch(one -> one.getName().equals(chaincode)
                                && one.getVersion().equals(sequence)))
                .isPresent();
    }

    @Override
    public Peer toProto() {
        return Peer.newBuilder()
                .setIdentity(identity())
                .setMembershipInfo(contact.alive())
                .setStateInfo(state)
                .build();
    }

    @Override
    public Verdict ask(SignedProposal proposal, PeerNode asking) {
        try {
            Channel connection = contact.channel();
            return Verdict.of(ClientCalls.blockingUnaryCall(
                    connection,
                    EndorserGrpc.getProcessProposalMethod(),
                    CallOptions.DEFAULT.withDeadlineAfter(TIMEOUT.toNanos(), TimeUnit.NANOSECONDS),
                    proposal));
        } catch (StatusRuntimeException e) {
            return Verdict.of(e);
        } catch (IllegalStateException e) {
            return Verdict.of(Status.UNAVAILABLE.withDescription(e.getMessage()).asRuntimeException());
        }
    }
}
