package io.weft.scenario;

import static io.weft.scenario.Stage.PEER1;
import static io.weft.scenario.Stage.PEER2;

import com.google.protobuf.ByteString;
import io.weft.pki.EcdsaSignature;
import io.weft.protocol.Signer;
import java.util.List;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.peer.Endorsement;
import org.hyperledger.fabric.protos.peer.ProposalResponse;

/** What becomes of transactions in blocks. */
final class Validation {
    void a_transaction_with_all_endorsements_is_valid(Stage stage) {
        String channel = stage.market();
        stage.invoke(Draft.of(stage.client("org1"), channel, "trial", "put", "fruit", "apple"));
        stage.out().step("Both peers read it");
        stage.propose(PEER1, Draft.of(stage.client("org1"), channel, "trial", "get", "fruit"));
        stage.propose(PEER2, Draft.of(stage.client("org2"), channel, "trial", "get", "fruit"));
    }

    void the_endorsement_policy_is_not_met(Stage stage) {
        String channel = stage.market();
        Draft.Signed proposal = Draft.of(stage.client("org1"), channel, "trial", "put", "fruit", "pear")
                .sign();
        stage.out().step("A majority must endorse; one organization does");
        stage.submit(stage.endorsed(proposal, PEER1), proposal.txId());
        stage.out().step("A chaincode for which one is enough");
        Draft.Signed other = Draft.of(stage.client("org1"), channel, "either", "put", "fruit", "pear")
                .sign();
        stage.submit(stage.endorsed(other, PEER1), other.txId());
    }

    void two_transactions_change_what_both_have_read(Stage stage) {
        String channel = stage.market();
        Signer client = stage.client("org1");
        stage.invoke(Draft.of(client, channel, "trial", "put", "till", "0"));
        Draft.Signed first =
                Draft.of(client, channel, "trial", "append", "till", "1").sign();
        Draft.Signed second =
                Draft.of(client, channel, "trial", "append", "till", "2").sign();
        Envelope firstSubmission = stage.endorsed(first, PEER1, PEER2);
        Envelope secondSubmission = stage.endorsed(second, PEER1, PEER2);
        stage.out().step("The first");
        stage.submit(firstSubmission, first.txId());
        stage.out().step("The second");
        stage.submit(secondSubmission, second.txId());
        stage.propose(PEER1, Draft.of(client, channel, "trial", "get", "till"));
    }

    void a_key_appears_in_a_range_that_was_read(Stage stage) {
        String channel = stage.market();
        Signer client = stage.client("org1");
        stage.invoke(Draft.of(client, channel, "trial", "put", "box1", "full"));
        Draft.Signed counting = Draft.of(client, channel, "trial", "count", "box", "boy", "boxes")
                .sign();
        Envelope counted = stage.endorsed(counting, PEER1, PEER2);
        stage.out().step("Another box is added");
        stage.invoke(Draft.of(client, channel, "trial", "put", "box2", "full"));
        stage.out().step("The count is submitted");
        stage.submit(counted, counting.txId());
    }

    void a_transaction_is_submitted_twice(Stage stage) {
        String channel = stage.market();
        Draft.Signed proposal = Draft.of(stage.client("org1"), channel, "trial", "put", "twice", "1")
                .sign();
        Envelope transaction = stage.endorsed(proposal, PEER1, PEER2);
        stage.submit(transaction, proposal.txId());
        stage.out().step("Again");
        stage.submit(transaction, proposal.txId());
    }

    void the_endorsements_are_over_different_results(Stage stage) {
        String channel = stage.market();
        Draft.Signed proposal = Draft.of(stage.client("org1"), channel, "trial", "random", "lot")
                .sign();
        stage.submit(stage.endorsed(proposal, PEER1, PEER2), proposal.txId());
    }

    void an_endorsement_counts_once(Stage stage) {
        String channel = stage.market();
        Draft.Signed proposal = Draft.of(stage.client("org1"), channel, "trial", "put", "once", "1")
                .sign();
        stage.submit(stage.endorsed(proposal, PEER1, PEER1), proposal.txId());
    }

    void an_endorsement_has_the_high_one_of_two_signatures(Stage stage) {
        String channel = stage.market();
        Draft.Signed proposal = Draft.of(stage.client("org1"), channel, "trial", "put", "high", "1")
                .sign();
        ProposalResponse first = stage.ask(PEER1, proposal);
        ProposalResponse second = stage.ask(PEER2, proposal);
        Endorsement high = second.getEndorsement().toBuilder()
                .setSignature(ByteString.copyFrom(EcdsaSignature.parse(
                                second.getEndorsement().getSignature().toByteArray())
                        .negated()
                        .der()))
                .build();
        stage.submit(
                proposal.envelope(
                        List.of(first, second.toBuilder().setEndorsement(high).build())),
                proposal.txId());
    }

    void the_endorser_is_a_client(Stage stage) {
        String channel = stage.market();
        Draft.Signed proposal = Draft.of(stage.client("org1"), channel, "trial", "put", "client", "1")
                .sign();
        ProposalResponse first = stage.ask(PEER1, proposal);
        Signer client = stage.client("org2");
        Endorsement forged = Endorsement.newBuilder()
                .setEndorser(client.creator())
                .setSignature(client.sign(first.getPayload().concat(client.creator())))
                .build();
        stage.submit(
                proposal.envelope(
                        List.of(first, first.toBuilder().setEndorsement(forged).build())),
                proposal.txId());
    }

    void another_than_the_proposer_submits(Stage stage) {
        String channel = stage.market();
        Draft.Signed proposal = Draft.of(stage.client("org1"), channel, "trial", "put", "other", "1")
                .sign();
        ByteString payload = proposal.transaction(List.of(stage.ask(PEER1, proposal), stage.ask(PEER2, proposal)));
        stage.out().step("The signature is by somebody else than the header says");
        stage.broadcast(Draft.signed(stage.client("org2"), payload));
    }

    void the_write_set_was_changed_after_endorsement(Stage stage) {
        String channel = stage.market();
        Draft.Signed proposal = Draft.of(stage.client("org1"), channel, "trial", "put", "price", "100")
                .sign();
        Draft.Signed wanted = Draft.of(stage.client("org1"), channel, "trial", "put", "price", "999")
                .sign();
        ProposalResponse other = stage.ask(PEER1, wanted);
        List<ProposalResponse> answers = List.of(
                stage.ask(PEER1, proposal).toBuilder()
                        .setPayload(other.getPayload())
                        .build(),
                stage.ask(PEER2, proposal).toBuilder()
                        .setPayload(other.getPayload())
                        .build());
        stage.submit(proposal.envelope(answers), proposal.txId());
    }

    void the_action_is_of_another_chaincode_than_the_header_says(Stage stage) {
        String channel = stage.market();
        Draft.Signed proposal = Draft.of(stage.client("org1"), channel, "trial", "put", "name", "1")
                .sign();
        Draft.Signed other = Draft.of(stage.client("org1"), channel, "either", "put", "name", "1")
                .sign();
        ProposalResponse answer = stage.ask(PEER1, proposal);
        stage.out().step("The header names `either`, the endorsed action is of `trial`");
        stage.submit(other.envelope(List.of(answer)), other.txId());
    }

    void a_query_is_submitted(Stage stage) {
        String channel = stage.market();
        stage.invoke(Draft.of(stage.client("org1"), channel, "trial", "get", "fruit-never-written"));
    }
}
