package io.weft.scenario;

import static io.weft.scenario.Stage.PEER1;
import static io.weft.scenario.Stage.PEER2;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.weft.protocol.Signer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.gateway.CommitStatusRequest;
import org.hyperledger.fabric.protos.gateway.CommitStatusResponse;
import org.hyperledger.fabric.protos.gateway.EndorseRequest;
import org.hyperledger.fabric.protos.gateway.EvaluateRequest;
import org.hyperledger.fabric.protos.gateway.GatewayGrpc;
import org.hyperledger.fabric.protos.gateway.SignedCommitStatusRequest;
import org.hyperledger.fabric.protos.gateway.SubmitRequest;

/** The gateway service of a peer, call by call. */
final class GatewayCalls {
    private static GatewayGrpc.GatewayBlockingStub gateway(Stage stage) {
        return GatewayGrpc.newBlockingStub(stage.dial(PEER1))
                .withDeadlineAfter(Stage.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }

    private static void evaluate(Stage stage, String channel, Draft draft, String... organizations) {
        Draft.Signed proposal = draft.sign();
        try {
            stage.out()
                    .response(gateway(stage)
                            .evaluate(EvaluateRequest.newBuilder()
                                    .setChannelId(channel)
                                    .setTransactionId(proposal.txId())
                                    .setProposedTransaction(proposal.proposal())
                                    .addAllTargetOrganizations(List.of(organizations))
                                    .build())
                            .getResult());
        } catch (StatusRuntimeException e) {
            stage.out().failure(e);
        }
    }

    private static Optional<Envelope> endorse(
            Stage stage, String channel, Draft.Signed proposal, String... organizations) {
        try {
            Envelope prepared = gateway(stage)
                    .endorse(EndorseRequest.newBuilder()
                            .setChannelId(channel)
                            .setTransactionId(proposal.txId())
                            .setProposedTransaction(proposal.proposal())
                            .addAllEndorsingOrganizations(List.of(organizations))
                            .build())
                    .getPreparedTransaction();
            stage.out().says("endorsed");
            return Optional.of(Draft.signed(proposal.signer(), prepared.getPayload()));
        } catch (StatusRuntimeException e) {
            stage.out().failure(e);
            return Optional.empty();
        }
    }

    private static void submit(Stage stage, String channel, String txId, Envelope envelope) {
        try {
            gateway(stage)
                    .submit(SubmitRequest.newBuilder()
                            .setChannelId(channel)
                            .setTransactionId(txId)
                            .setPreparedTransaction(envelope)
                            .build());
            stage.out().says("submitted");
        } catch (StatusRuntimeException e) {
            stage.out().failure(e);
        }
    }

    private static void status(Stage stage, Signer signer, String channel, String txId, ByteString identity) {
        ByteString request = CommitStatusRequest.newBuilder()
                .setChannelId(channel)
                .setTransactionId(txId)
                .setIdentity(identity)
                .build()
                .toByteString();
        try {
            CommitStatusResponse answer = gateway(stage)
                    .commitStatus(SignedCommitStatusRequest.newBuilder()
                            .setRequest(request)
                            .setSignature(signer.sign(request))
                            .build());
            stage.out()
                    .says("commit status " + answer.getResult() + " in block "
                            + stage.out().block(answer.getBlockNumber()));
        } catch (StatusRuntimeException e) {
            stage.out().failure(e);
        }
    }

    private static String market(Stage stage) {
        String channel = stage.market();
        stage.house().awaitEndorsers();
        return channel;
    }

    void a_transaction_goes_through_the_gateway(Stage stage) {
        String channel = market(stage);
        Signer client = stage.client("org1");
        Draft.Signed proposal =
                Draft.of(client, channel, "trial", "put", "gate", "open").sign();
        stage.out().step("Endorse");
        Envelope envelope = endorse(stage, channel, proposal).orElseThrow();
        stage.out().step("Submit");
        submit(stage, channel, proposal.txId(), envelope);
        stage.out().step("Commit status");
        status(stage, client, channel, proposal.txId(), client.creator());
        stage.out().step("Commit status, late, once more");
        status(stage, client, channel, proposal.txId(), client.creator());
        stage.out().step("Evaluate");
        evaluate(stage, channel, Draft.of(client, channel, "trial", "get", "gate"));
        stage.out().step("at the other organization's peers");
        stage.house().await(PEER2, channel, stage.height(channel) - 1, proposal.txId());
        evaluate(stage, channel, Draft.of(client, channel, "trial", "get", "gate"), "Org2MSP");
    }

    void a_gateway_refuses_to_evaluate(Stage stage) {
        String channel = market(stage);
        Signer client = stage.client("org1");
        stage.out().step("The chaincode says no");
        evaluate(stage, channel, Draft.of(client, channel, "trial", "fail", "out of stock"));
        stage.out().step("An unknown chaincode");
        evaluate(stage, channel, Draft.of(client, channel, "nothing", "get", "gate"));
        stage.out().step("An unknown channel");
        evaluate(stage, "nowhere", Draft.of(client, "nowhere", "trial", "get", "gate"));
        stage.out().step("An unknown organization");
        evaluate(stage, channel, Draft.of(client, channel, "trial", "get", "gate"), "Org9MSP");
        stage.out().step("Somebody of an unknown authority");
        evaluate(stage, channel, Draft.of(stage.impostor("org1"), channel, "trial", "get", "gate"));
        stage.out().step("No proposal");
        try {
            gateway(stage)
                    .evaluate(EvaluateRequest.newBuilder().setChannelId(channel).build());
        } catch (StatusRuntimeException e) {
            stage.out().failure(e);
        }
    }

    void a_gateway_refuses_to_endorse(Stage stage) {
        String channel = market(stage);
        Signer client = stage.client("org1");
        stage.out().step("The chaincode says no");
        endorse(
                stage,
                channel,
                Draft.of(client, channel, "trial", "fail", "out of stock").sign());
        stage.out().step("Each peer computes something else");
        endorse(
                stage,
                channel,
                Draft.of(client, channel, "trial", "random", "lot").sign());
        stage.out().step("An unknown chaincode");
        endorse(
                stage,
                channel,
                Draft.of(client, channel, "nothing", "get", "gate").sign());
        stage.out().step("An unknown organization");
        endorse(
                stage,
                channel,
                Draft.of(client, channel, "trial", "put", "gate", "1").sign(),
                "Org9MSP");
        stage.out().step("An unknown channel");
        endorse(
                stage,
                "nowhere",
                Draft.of(client, "nowhere", "trial", "put", "gate", "1").sign());
    }

    void a_gateway_refuses_to_submit(Stage stage) {
        String channel = market(stage);
        Signer client = stage.client("org1");
        Draft.Signed proposal =
                Draft.of(client, channel, "trial", "put", "gate", "2").sign();
        Envelope envelope = endorse(stage, channel, proposal).orElseThrow();
        stage.out().step("No signature");
        submit(
                stage,
                channel,
                proposal.txId(),
                envelope.toBuilder().clearSignature().build());
        stage.out().step("Somebody else's signature");
        submit(
                stage,
                channel,
                proposal.txId(),
                envelope.toBuilder()
                        .setSignature(stage.client("org2").sign(envelope.getPayload()))
                        .build());
        stage.out().step("Nothing");
        try {
            gateway(stage)
                    .submit(SubmitRequest.newBuilder().setChannelId(channel).build());
        } catch (StatusRuntimeException e) {
            stage.out().failure(e);
        }
    }

    void a_gateway_refuses_to_tell_a_commit_status(Stage stage) {
        String channel = market(stage);
        Signer client = stage.client("org1");
        Draft.Signed proposal =
                Draft.of(client, channel, "trial", "put", "gate", "3").sign();
        stage.submit(stage.endorsed(proposal, PEER1, PEER2), proposal.txId());
        stage.out().step("The signature is not by the identity");
        status(stage, stage.client("org2"), channel, proposal.txId(), client.creator());
        stage.out().step("Somebody of an unknown authority");
        Signer impostor = stage.impostor("org1");
        status(stage, impostor, channel, proposal.txId(), impostor.creator());
        stage.out().step("An unknown channel");
        status(stage, client, "nowhere", proposal.txId(), client.creator());
    }

    void an_invalid_transaction_has_its_code_as_commit_status(Stage stage) {
        String channel = market(stage);
        Signer client = stage.client("org1");
        Draft.Signed proposal =
                Draft.of(client, channel, "trial", "put", "gate", "4").sign();
        Envelope lacking = stage.endorsed(proposal, PEER1);
        submit(stage, channel, proposal.txId(), lacking);
        status(stage, client, channel, proposal.txId(), client.creator());
    }
}
