package io.weft.scenario;

import static io.weft.scenario.Stage.PEER1;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.StatusRuntimeException;
import io.weft.protocol.Signer;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.protos.discovery.AuthInfo;
import org.hyperledger.fabric.protos.discovery.ChaincodeQuery;
import org.hyperledger.fabric.protos.discovery.ConfigQuery;
import org.hyperledger.fabric.protos.discovery.DiscoveryGrpc;
import org.hyperledger.fabric.protos.discovery.EndorsementDescriptor;
import org.hyperledger.fabric.protos.discovery.LocalPeerQuery;
import org.hyperledger.fabric.protos.discovery.PeerMembershipQuery;
import org.hyperledger.fabric.protos.discovery.Query;
import org.hyperledger.fabric.protos.discovery.QueryResult;
import org.hyperledger.fabric.protos.discovery.Request;
import org.hyperledger.fabric.protos.discovery.Response;
import org.hyperledger.fabric.protos.discovery.SignedRequest;
import org.hyperledger.fabric.protos.peer.ChaincodeCall;
import org.hyperledger.fabric.protos.peer.ChaincodeInterest;

/** What a peer tells of the network. */
final class DiscoveryCalls {
    private static SignedRequest request(Stage stage, Signer signer, Query query) {
        ByteString request = Request.newBuilder()
                .setAuthentication(AuthInfo.newBuilder()
                        .setClientIdentity(signer.creator())
                        .setClientTlsCertHash(ByteString.copyFrom(Draft.sha256(ByteString.copyFrom(
                                stage.house().tlsClient().certificate().der())))))
                .addQueries(query)
                .build()
                .toByteString();
        return SignedRequest.newBuilder()
                .setPayload(request)
                .setSignature(signer.sign(request))
                .build();
    }

    private static void ask(Stage stage, SignedRequest request) throws InvalidProtocolBufferException {
        try {
            Response response = DiscoveryGrpc.newBlockingStub(stage.dial(PEER1))
                    .withDeadlineAfter(Stage.TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                    .discover(request);
            for (QueryResult result : response.getResultsList()) {
                tell(stage, result);
            }
        } catch (StatusRuntimeException e) {
            stage.out().failure(e);
        }
    }

    private static void tell(Stage stage, QueryResult result) {
        switch (result.getResultCase()) {
            case ERROR -> stage.out().says("error", result.getError().getContent());
            case CONFIG_RESULT -> {
                stage.out()
                        .says(
                                "MSPs",
                                new TreeSet<>(
                                        result.getConfigResult().getMspsMap().keySet()));
                new TreeMap<>(result.getConfigResult().getOrderersMap()).forEach((msp, endpoints) -> stage.out()
                        .says("ordering nodes of " + msp + ": " + endpoints.getEndpointCount()));
            }
            case MEMBERS ->
                new TreeMap<>(result.getMembers().getPeersByOrgMap())
                        .forEach((msp, peers) -> stage.out().says("peers of " + msp + ": " + peers.getPeersCount()));
            case CC_QUERY_RES -> {
                for (EndorsementDescriptor descriptor : result.getCcQueryRes().getContentList()) {
                    stage.out().says("chaincode", descriptor.getChaincode());
                    stage.out()
                            .says(
                                    "layouts",
                                    descriptor.getLayoutsList().stream()
                                            .map(layout -> layout.getQuantitiesByGroupMap().values().stream()
                                                    .sorted()
                                                    .toList()
                                                    .toString())
                                            .sorted()
                                            .toList());
                    stage.out()
                            .says(
                                    "peers in groups",
                                    descriptor.getEndorsersByGroupsMap().values().stream()
                                            .map(peers -> peers.getPeersCount())
                                            .sorted()
                                            .toList());
                }
            }
            default -> stage.out().says("nothing");
        }
    }

    private static Query.Builder on(String channel) {
        return Query.newBuilder().setChannel(channel);
    }

    private static Query endorsers(String channel, String chaincode) {
        return on(channel)
                .setCcQuery(ChaincodeQuery.newBuilder()
                        .addInterests(ChaincodeInterest.newBuilder()
                                .addChaincodes(ChaincodeCall.newBuilder().setName(chaincode))))
                .build();
    }

    void a_peer_tells_peers_endorsers_and_configuration(Stage stage) throws InvalidProtocolBufferException {
        String channel = stage.market();
        stage.house().awaitEndorsers();
        Signer client = stage.client("org1");
        stage.out().step("The configuration");
        ask(
                stage,
                request(
                        stage,
                        client,
                        on(channel)
                                .setConfigQuery(ConfigQuery.getDefaultInstance())
                                .build()));
        stage.out().step("The channel's peers");
        ask(
                stage,
                request(
                        stage,
                        client,
                        on(channel)
                                .setPeerQuery(PeerMembershipQuery.getDefaultInstance())
                                .build()));
        stage.out().step("Endorsers where a majority must");
        ask(stage, request(stage, client, endorsers(channel, "trial")));
        stage.out().step("Endorsers where one is enough");
        ask(stage, request(stage, client, endorsers(channel, "either")));
        stage.out().step("All peers, asked by an admin");
        ask(
                stage,
                request(
                        stage,
                        stage.admin("org1"),
                        Query.newBuilder()
                                .setLocalPeers(LocalPeerQuery.getDefaultInstance())
                                .build()));
    }

    void discovery_is_refused(Stage stage) throws InvalidProtocolBufferException {
        String channel = stage.market();
        stage.house().awaitEndorsers();
        Signer client = stage.client("org1");
        stage.out().step("An unknown chaincode");
        ask(stage, request(stage, client, endorsers(channel, "nothing")));
        stage.out().step("An unknown channel");
        ask(stage, request(stage, client, endorsers("nowhere", "trial")));
        stage.out().step("Somebody of an unknown authority");
        ask(stage, request(stage, stage.impostor("org1"), endorsers(channel, "trial")));
        stage.out().step("All peers, asked by a client");
        ask(
                stage,
                request(
                        stage,
                        client,
                        Query.newBuilder()
                                .setLocalPeers(LocalPeerQuery.getDefaultInstance())
                                .build()));
        stage.out().step("A signature that is not over the request");
        SignedRequest good = request(stage, client, endorsers(channel, "trial"));
        ask(
                stage,
                good.toBuilder()
                        .setSignature(client.sign(ByteString.copyFromUtf8("other")))
                        .build());
        stage.out().step("Nothing");
        ask(stage, SignedRequest.getDefaultInstance());
        stage.out().step("The TLS certificate of somebody else");
        ByteString stolen = Request.newBuilder()
                .setAuthentication(AuthInfo.newBuilder()
                        .setClientIdentity(client.creator())
                        .setClientTlsCertHash(ByteString.copyFromUtf8("another")))
                .addQueries(endorsers(channel, "trial"))
                .build()
                .toByteString();
        ask(
                stage,
                SignedRequest.newBuilder()
                        .setPayload(stolen)
                        .setSignature(client.sign(stolen))
                        .build());
    }
}
