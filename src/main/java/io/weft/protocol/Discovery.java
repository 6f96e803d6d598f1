package io.weft.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.model.MspId;
import io.weft.pki.Credential;
import io.weft.problem.RejectedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.hyperledger.fabric.protos.discovery.AuthInfo;
import org.hyperledger.fabric.protos.discovery.ChaincodeQuery;
import org.hyperledger.fabric.protos.discovery.DiscoveryGrpc;
import org.hyperledger.fabric.protos.discovery.EndorsementDescriptor;
import org.hyperledger.fabric.protos.discovery.Peer;
import org.hyperledger.fabric.protos.discovery.PeerMembershipQuery;
import org.hyperledger.fabric.protos.discovery.Peers;
import org.hyperledger.fabric.protos.discovery.Query;
import org.hyperledger.fabric.protos.discovery.QueryResult;
import org.hyperledger.fabric.protos.discovery.Request;
import org.hyperledger.fabric.protos.discovery.SignedRequest;
import org.hyperledger.fabric.protos.gossip.Chaincode;
import org.hyperledger.fabric.protos.gossip.GossipMessage;
import org.hyperledger.fabric.protos.gossip.Properties;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.hyperledger.fabric.protos.peer.ChaincodeCall;
import org.hyperledger.fabric.protos.peer.ChaincodeInterest;

/** Asks a peer's discovery service. */
final class Discovery {
    private Discovery() {}

    static List<DiscoveredPeer> peers(Node node, Signer signer, String channel, Duration timeout) {
        String action = "list the peers of channel `" + channel + "`";
        QueryResult result = ask(
                node,
                signer,
                Query.newBuilder()
                        .setChannel(channel)
                        .setPeerQuery(PeerMembershipQuery.getDefaultInstance())
                        .build(),
                action,
                timeout);
        if (result.hasError()) {
            throw refusal(node, action, result);
        }
        return discovered(result.getMembers().getPeersByOrgMap().values());
    }

    static List<DiscoveredPeer> endorsers(
            Node node, Signer signer, String channel, String chaincode, Duration timeout) {
        String action = "list the endorsers of chaincode `" + chaincode + "` on channel `" + channel + "`";
        ChaincodeInterest interest = ChaincodeInterest.newBuilder()
                .addChaincodes(ChaincodeCall.newBuilder().setName(chaincode))
                .build();
        QueryResult result = ask(
                node,
                signer,
                Query.newBuilder()
                        .setChannel(channel)
                        .setCcQuery(ChaincodeQuery.newBuilder().addInterests(interest))
                        .build(),
                action,
                timeout);
        if (result.hasError()) {
            if (result.getError().getContent().startsWith("failed constructing descriptor")) {
                return List.of();
            }
            throw refusal(node, action, result);
        }
        EndorsementDescriptor descriptor = result.getCcQueryRes().getContent(0);
        return discovered(descriptor.getEndorsersByGroupsMap().values());
    }

    private static RejectedException refusal(Node node, String action, QueryResult result) {
        return new RejectedException(node.endpoint() + " was asked to " + action + ", and refused: "
                + result.getError().getContent()
                + ". That means that the peer has not joined the channel, or that the identity may not read it.");
    }

    private static QueryResult ask(Node node, Signer signer, Query query, String action, Duration timeout) {
        Credential client = node.endpoint()
                .client()
                .orElseThrow(() -> new IllegalStateException(
                        "Discovery at " + node.endpoint() + " needs a TLS client certificate"));
        ByteString request = Request.newBuilder()
                .setAuthentication(AuthInfo.newBuilder()
                        .setClientIdentity(signer.creator())
                        .setClientTlsCertHash(Hashes.sha256(
                                ByteString.copyFrom(client.certificate().der()))))
                .addQueries(query)
                .build()
                .toByteString();
        SignedRequest signed = SignedRequest.newBuilder()
                .setPayload(request)
                .setSignature(signer.sign(request))
                .build();
        return node.await(node.call(DiscoveryGrpc.getDiscoverMethod(), signed, timeout), action)
                .getResults(0);
    }

    private static List<DiscoveredPeer> discovered(Iterable<Peers> groups) {
        Set<DiscoveredPeer> result = new LinkedHashSet<>();
        for (Peers group : groups) {
            group.getPeersList().forEach(peer -> result.add(discovered(peer)));
        }
        List<DiscoveredPeer> sorted = new ArrayList<>(result);
        sorted.sort((a, b) -> (a.mspId() + "/" + a.address()).compareTo(b.mspId() + "/" + b.address()));
        return List.copyOf(sorted);
    }

    private static DiscoveredPeer discovered(Peer peer) {
        try {
            SerializedIdentity identity = SerializedIdentity.parseFrom(peer.getIdentity());
            GossipMessage alive =
                    GossipMessage.parseFrom(peer.getMembershipInfo().getPayload());
            GossipMessage state = GossipMessage.parseFrom(peer.getStateInfo().getPayload());
            Properties properties = state.getStateInfo().getProperties();
            return new DiscoveredPeer(
                    new MspId(identity.getMspid()),
                    alive.getAliveMsg().getMembership().getEndpoint(),
                    properties.getLedgerHeight(),
                    properties.getChaincodesList().stream()
                            .map(Chaincode::getName)
                            .toList());
        } catch (InvalidProtocolBufferException e) {
            throw new RejectedException("A peer spreads gossip that cannot be read: " + e.getMessage() + ".", e);
        }
    }
}
