package io.weft.embedded.peer;

import com.google.protobuf.ByteString;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.config.IdentityException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.discovery.Peer;
import org.hyperledger.fabric.protos.peer.SignedProposal;

/** A running peer that has joined a channel, as the other peers of the channel know it. */
sealed interface Member permits LocalMember, DistantMember {
    /** The members of a channel, in the order of their names. */
    static List<Member> of(PeerNode asked, String channel) {
        Stream<Member> local = asked.everybody().stream()
                .flatMap(peer -> peer.channel(channel).map(joined -> new LocalMember(peer, joined)).stream());
        return Stream.concat(local, asked.distant(channel).stream())
                .filter(member -> member.view().applicationOrganizations().contains(member.mspId()))
                .sorted(Comparator.comparing(Member::name))
                .toList();
    }

    /** Sorts members. */
    String name();

    /** The identity that it endorses with, as transmitted: tells members apart. */
    ByteString identity();

    String mspId();

    /** Where others are told to reach it. */
    String endpoint();

    /** The number of blocks that it has committed. */
    long height();

    /** The channel's configuration. */
    ChannelView view();

    /** Whether it can execute the chaincode: installed, approved by its organization, committed. */
    boolean has(String chaincode);

    /** As discovery tells of it: what the peer's gossip would say. */
    Peer toProto();

    /** Has it execute a proposal. Blocks; the context's deadline holds. */
    Verdict ask(SignedProposal proposal, PeerNode asking);

    default boolean satisfies(MSPPrincipal principal) {
        try {
            return view().identify(identity()).satisfies(principal);
        } catch (IdentityException e) {
            return false;
        }
    }
}
