package io.weft.embedded.peer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.config.RuleException;
import io.weft.embedded.config.SignedData;
import io.weft.model.HostPort;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hyperledger.fabric.protos.discovery.ChaincodeQueryResult;
import org.hyperledger.fabric.protos.discovery.ConfigResult;
import org.hyperledger.fabric.protos.discovery.DiscoveryGrpc;
import org.hyperledger.fabric.protos.discovery.Endpoint;
import org.hyperledger.fabric.protos.discovery.Endpoints;
import org.hyperledger.fabric.protos.discovery.Error;
import org.hyperledger.fabric.protos.discovery.PeerMembershipResult;
import org.hyperledger.fabric.protos.discovery.Peers;
import org.hyperledger.fabric.protos.discovery.Query;
import org.hyperledger.fabric.protos.discovery.QueryResult;
import org.hyperledger.fabric.protos.discovery.Request;
import org.hyperledger.fabric.protos.discovery.Response;
import org.hyperledger.fabric.protos.discovery.SignedRequest;
import org.hyperledger.fabric.protos.peer.ChaincodeInterest;

/**
 * Tells of the network: peers, configuration, endorsers.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/discovery/service.go">Fabric's service.go</a>
 */
final class DiscoveryService extends DiscoveryGrpc.DiscoveryImplBase {
    private static final String WRITERS = "/Channel/Application/Writers";

    private final PeerNode peer;

    DiscoveryService(PeerNode peer) {
        this.peer = peer;
    }

    @Override
    public void discover(SignedRequest signed, StreamObserver<Response> responses) {
        try {
            Request request = request(signed);
            Response.Builder result = Response.newBuilder();
            request.getQueriesList().forEach(query -> result.addResults(answer(query, request, signed)));
            responses.onNext(result.build());
            responses.onCompleted();
        } catch (Refusal e) {
            responses.onError(Status.UNKNOWN.withDescription(e.getMessage()).asRuntimeException());
        }
    }

    private static Request request(SignedRequest signed) {
        Request request;
        try {
            request = Request.parseFrom(signed.getPayload());
        } catch (InvalidProtocolBufferException e) {
            throw new Refusal("failed parsing request: " + e.getMessage(), e);
        }
        if (!request.hasAuthentication()) {
            throw new Refusal("access denied, no authentication info in request");
        }
        if (request.getAuthentication().getClientIdentity().isEmpty()) {
            throw new Refusal("access denied, client identity wasn't supplied");
        }
        // Fabric compares the hash of the client's TLS certificate only where peers demand one, as embedded ones do
        // not.
        return request;
    }

    private QueryResult answer(Query query, Request request, SignedRequest signed) {
        SignedData data = new SignedData(
                request.getAuthentication().getClientIdentity(), signed.getPayload(), signed.getSignature());
        try {
            if (query.getChannel().isEmpty()) {
                peer.organization().requireAdmin(data);
                return query.hasLocalPeers() ? localPeers() : unknown();
            }
            PeerChannel channel = peer.channel(query.getChannel()).orElseThrow(() -> new Refusal("access denied"));
            channel.view().require(WRITERS, List.of(data));
            return ofChannel(query, channel);
        } catch (RuleException | Refusal e) {
            return error("access denied");
        }
    }

    private QueryResult ofChannel(Query query, PeerChannel channel) {
        return switch (query.getQueryCase()) {
            case CONFIG_QUERY ->
                QueryResult.newBuilder()
                        .setConfigResult(configuration(channel.view()))
                        .build();
            case PEER_QUERY -> peers(channel, query.getPeerQuery().getFilter());
            case CC_QUERY -> endorsers(channel, query.getCcQuery().getInterestsList());
            case LOCAL_PEERS, QUERY_NOT_SET -> unknown();
        };
    }

    private static ConfigResult configuration(ChannelView view) {
        ConfigResult.Builder result = ConfigResult.newBuilder().putAllMsps(view.msps());
        for (String mspId : view.ordererOrganizations()) {
            Endpoints.Builder endpoints = Endpoints.newBuilder();
            for (String address : view.ordererAddresses(mspId)) {
                HostPort parsed = HostPort.parse(address);
                endpoints.addEndpoint(
                        Endpoint.newBuilder().setHost(parsed.host()).setPort(parsed.port()));
            }
            result.putOrderers(mspId, endpoints.build());
        }
        return result.build();
    }

    private QueryResult peers(PeerChannel channel, ChaincodeInterest filter) {
        try {
            return members(EndorserGroups.eligible(peer, channel, filter));
        } catch (Refusal e) {
            return error(e.getMessage());
        }
    }

    /** The peers of all organizations that this one shares a channel with. */
    private QueryResult localPeers() {
        Map<ByteString, Member> byIdentity = new LinkedHashMap<>();
        peer.channels().forEach(channel -> Member.of(peer, channel)
                .forEach(member -> byIdentity.putIfAbsent(member.identity(), member)));
        return members(byIdentity.values().stream()
                .sorted(Comparator.comparing(Member::name))
                .toList());
    }

    private static QueryResult members(List<Member> members) {
        Map<String, Peers.Builder> byOrganization = new TreeMap<>();
        members.forEach(member -> byOrganization
                .computeIfAbsent(member.mspId(), id -> Peers.newBuilder())
                .addPeers(member.toProto()));
        PeerMembershipResult.Builder result = PeerMembershipResult.newBuilder();
        byOrganization.forEach((mspId, peers) -> result.putPeersByOrg(mspId, peers.build()));
        return QueryResult.newBuilder().setMembers(result).build();
    }

    /** As Go's protobuf prints it, whose fields have a colon before their brace and no space within. */
    private static String text(ChaincodeInterest interest) {
        return TextFormat.printer()
                .emittingSingleLine(true)
                .printToString(interest)
                .strip()
                .replace(" { ", ":{")
                .replace(" }", "}")
                .replace(": ", ":");
    }

    private QueryResult endorsers(PeerChannel channel, List<ChaincodeInterest> interests) {
        if (interests.isEmpty()) {
            return error("chaincode query must have at least one chaincode interest");
        }
        ChaincodeQueryResult.Builder result = ChaincodeQueryResult.newBuilder();
        for (ChaincodeInterest interest : interests) {
            if (interest.getChaincodesCount() == 0) {
                return error("chaincode interest must contain at least one chaincode");
            }
            if (interest.getChaincodesList().stream()
                    .anyMatch(call -> call.getName().isEmpty())) {
                return error("chaincode name in interest cannot be empty");
            }
            try {
                result.addContent(EndorserGroups.find(peer, channel, interest).toProto());
            } catch (Refusal e) {
                return error("failed constructing descriptor for " + text(interest));
            }
        }
        return QueryResult.newBuilder().setCcQueryRes(result).build();
    }

    private static QueryResult unknown() {
        return error("unknown or missing request type");
    }

    private static QueryResult error(String text) {
        return QueryResult.newBuilder()
                .setError(Error.newBuilder().setContent(text))
                .build();
    }
}
