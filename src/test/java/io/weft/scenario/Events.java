package io.weft.scenario;

import static io.weft.scenario.Stage.PEER1;
import static io.weft.scenario.Stage.PEER2;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.weft.protocol.Signer;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.gateway.ChaincodeEventsRequest;
import org.hyperledger.fabric.protos.gateway.ChaincodeEventsResponse;
import org.hyperledger.fabric.protos.gateway.GatewayGrpc;
import org.hyperledger.fabric.protos.gateway.SignedChaincodeEventsRequest;

/** Blocks and events as peers give them. */
final class Events {
    private static void events(
            Stage stage, Signer signer, Signer identity, ChaincodeEventsRequest.Builder builder, int count) {
        ByteString request = builder.setIdentity(identity.creator()).build().toByteString();
        io.grpc.Context.CancellableContext call = io.grpc.Context.current().withCancellation();
        try {
            call.run(() -> {
                Iterator<ChaincodeEventsResponse> answers = GatewayGrpc.newBlockingStub(stage.dial(PEER1))
                        .withDeadlineAfter(Stage.TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                        .chaincodeEvents(SignedChaincodeEventsRequest.newBuilder()
                                .setRequest(request)
                                .setSignature(signer.sign(request))
                                .build());
                int seen = 0;
                while (seen < count) {
                    ChaincodeEventsResponse answer = answers.next();
                    for (var event : answer.getEventsList()) {
                        stage.out().says("in block " + stage.out().block(answer.getBlockNumber()));
                        stage.out().event(event);
                        seen++;
                    }
                }
            });
        } catch (StatusRuntimeException e) {
            stage.out().failure(e);
        } finally {
            call.cancel(null);
        }
    }

    private static ChaincodeEventsRequest.Builder request(String channel, long from) {
        return ChaincodeEventsRequest.newBuilder()
                .setChannelId(channel)
                .setChaincodeId("trial")
                .setStartPosition(Stage.at(from));
    }

    void events_of_a_chaincode_are_replayed_and_followed(Stage stage) {
        String channel = stage.market();
        long from = stage.height(channel);
        Signer client = stage.client("org1");
        Draft.Signed first =
                Draft.of(client, channel, "trial", "event", "sold", "one").sign();
        stage.submit(stage.endorsed(first, PEER1, PEER2), first.txId());
        stage.invoke(Draft.of(client, channel, "trial", "put", "quiet", "1"));
        stage.invoke(Draft.of(client, channel, "trial", "event", "sold", "two"));
        stage.out().step("From the first block on");
        events(stage, client, client, request(channel, from), 2);
        stage.out().step("After the first transaction");
        events(stage, client, client, request(channel, from).setAfterTransactionId(first.txId()), 1);
        stage.out().step("An invalid transaction gives none");
        Draft.Signed lacking =
                Draft.of(client, channel, "trial", "event", "sold", "never").sign();
        stage.submit(stage.endorsed(lacking, PEER1), lacking.txId());
        stage.invoke(Draft.of(client, channel, "trial", "event", "sold", "three"));
        events(stage, client, client, request(channel, from), 3);
    }

    void events_are_refused(Stage stage) {
        String channel = stage.market();
        Signer client = stage.client("org1");
        stage.out().step("Somebody of an unknown authority");
        Signer impostor = stage.impostor("org1");
        events(stage, impostor, impostor, request(channel, 0), 1);
        stage.out().step("The signature is not by the identity");
        events(stage, stage.client("org2"), client, request(channel, 0), 1);
        stage.out().step("An unknown channel");
        events(stage, client, client, request("nowhere", 0), 1);
    }

    void filtered_blocks_have_codes_and_events_without_payload(Stage stage) {
        String channel = stage.market();
        long from = stage.height(channel);
        Signer client = stage.client("org1");
        stage.invoke(Draft.of(client, channel, "trial", "event", "sold", "one"));
        Draft.Signed lacking =
                Draft.of(client, channel, "trial", "put", "lacking", "1").sign();
        stage.submit(stage.endorsed(lacking, PEER1), lacking.txId());
        stage.out().step("Filtered");
        stage.deliverFromPeer(PEER1, true, Stage.seek(client, channel, Stage.at(from), Stage.newest()));
        stage.out().step("Whole");
        stage.deliverFromPeer(PEER1, false, Stage.seek(client, channel, Stage.at(from), Stage.newest()));
    }

    void a_peer_refuses_to_deliver(Stage stage) {
        String channel = stage.market();
        stage.out().step("An unknown channel");
        stage.deliverFromPeer(PEER1, true, Stage.seek(stage.client("org1"), "nowhere", Stage.oldest(), Stage.newest()));
        stage.out().step("Somebody of an unknown authority");
        stage.deliverFromPeer(PEER1, true, Stage.seek(stage.impostor("org1"), channel, Stage.oldest(), Stage.newest()));
        stage.out().step("A block that is not there yet");
        stage.deliverFromPeer(
                PEER1, true, Stage.seek(stage.client("org1"), channel, Stage.at(1_000_000), Stage.at(1_000_000)));
        stage.out().step("A client whose certificate has ended");
        stage.deliverFromPeer(PEER1, true, Stage.seek(stage.expired("org1"), channel, Stage.oldest(), Stage.newest()));
        stage.out().step("No range");
        stage.deliverFromPeer(
                PEER1,
                true,
                Draft.message(stage.client("org1"), HeaderType.DELIVER_SEEK_INFO, channel, ByteString.EMPTY));
    }
}
