package io.weft.scenario;

import static io.weft.scenario.Stage.PEER1;
import static io.weft.scenario.Stage.PEER2;

import com.google.protobuf.ByteString;
import io.weft.pki.EcdsaSignature;
import io.weft.protocol.Signer;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.peer.SignedProposal;

/** What a peer endorses, and what it refuses to. */
final class Endorsement {
    void a_client_has_a_peer_endorse_a_write(Stage stage) {
        String channel = stage.market();
        stage.out().step("A client of Org1 proposes `put` to a peer of its organization");
        stage.propose(PEER1, Draft.of(stage.client("org1"), channel, "trial", "put", "colour", "blue"));
        stage.out().step("and of the other organization");
        stage.propose(PEER2, Draft.of(stage.client("org1"), channel, "trial", "put", "colour", "blue"));
    }

    void a_client_reads_what_is_not_there(Stage stage) {
        stage.propose(PEER1, Draft.of(stage.client("org2"), stage.market(), "trial", "get", "nothing"));
    }

    void the_chaincode_says_no(Stage stage) {
        stage.propose(PEER1, Draft.of(stage.client("org1"), stage.market(), "trial", "fail", "out of stock"));
    }

    void the_chaincode_sees_who_asks_and_transient_data_stay_out_of_the_transaction(Stage stage) {
        String channel = stage.market();
        stage.out().step("Who asks");
        stage.propose(PEER1, Draft.of(stage.client("org2"), channel, "trial", "whoami"));
        stage.out().step("Transient data");
        stage.propose(
                PEER1,
                Draft.of(stage.client("org1"), channel, "trial", "arguments", "one", "two")
                        .withTransient("value", "hidden"));
    }

    void reads_ranges_pages_composite_keys_and_history(Stage stage) {
        String channel = stage.market();
        Signer client = stage.client("org1");
        stage.out().step("Four keys are written");
        for (int i = 1; i <= 4; i++) {
            stage.invoke(Draft.of(client, channel, "trial", "put", "shelf" + i, "book" + i));
        }
        stage.invoke(Draft.of(client, channel, "trial", "putComposite", "place", "north", "one"));
        stage.invoke(Draft.of(client, channel, "trial", "putComposite", "place", "north", "two"));
        stage.invoke(Draft.of(client, channel, "trial", "delete", "shelf2"));
        stage.invoke(Draft.of(client, channel, "trial", "put", "shelf2", "again"));
        stage.out().step("A range");
        stage.propose(PEER1, Draft.of(client, channel, "trial", "count", "shelf1", "shelf4", "count"));
        stage.out().step("The first page of two");
        stage.propose(PEER1, Draft.of(client, channel, "trial", "page", "shelf1", "shelf5", "2", ""));
        stage.out().step("The next one");
        stage.propose(PEER1, Draft.of(client, channel, "trial", "page", "shelf1", "shelf5", "2", "shelf3"));
        stage.out().step("Composite keys by their first part");
        stage.propose(PEER1, Draft.of(client, channel, "trial", "composites", "place", "north"));
        stage.out().step("What a key was before");
        stage.propose(PEER1, Draft.of(client, channel, "trial", "history", "shelf2"));
    }

    void a_chaincode_calls_another(Stage stage) {
        String channel = stage.market();
        Signer client = stage.client("org1");
        stage.out().step("one of the same channel");
        stage.propose(PEER1, Draft.of(client, channel, "trial", "call", "either", "", "put", "colour", "red"));
        stage.out().step("one that does not exist");
        stage.propose(PEER1, Draft.of(client, channel, "trial", "call", "nothing", "", "put", "colour", "red"));
        stage.out().step("a system chaincode");
        stage.propose(PEER1, Draft.of(client, channel, "trial", "call", "qscc", "", "GetChainInfo", channel));
    }

    void a_rich_query_needs_couchdb(Stage stage) {
        stage.propose(PEER1, Draft.of(stage.client("org1"), stage.market(), "trial", "rich", "{\"selector\":{}}"));
    }

    void somebody_of_an_unknown_authority_proposes(Stage stage) {
        stage.propose(PEER1, Draft.of(stage.impostor("org1"), stage.market(), "trial", "get", "colour"));
    }

    void somebody_of_an_organization_that_is_no_member_proposes(Stage stage) {
        stage.propose(PEER1, Draft.of(stage.client("orderer"), stage.market(), "trial", "get", "colour"));
    }

    void a_client_whose_certificate_has_ended_proposes(Stage stage) {
        stage.propose(PEER1, Draft.of(stage.expired("org1"), stage.market(), "trial", "get", "colour"));
    }

    void the_signature_is_the_high_one_of_two(Stage stage) {
        stage.propose(
                PEER1,
                Draft.of(stage.client("org1"), stage.market(), "trial", "get", "colour")
                        .withSignature(signature -> ByteString.copyFrom(EcdsaSignature.parse(signature.toByteArray())
                                .negated()
                                .der())));
    }

    void the_proposal_was_changed_after_it_was_signed(Stage stage) {
        Draft.Signed proposal = Draft.of(stage.client("org1"), stage.market(), "trial", "put", "price", "100")
                .sign();
        Draft.Signed other = Draft.of(stage.client("org1"), stage.market(), "trial", "put", "price", "999")
                .sign();
        stage.propose(
                PEER1,
                new Draft.Signed(
                        proposal.signer(),
                        proposal.txId(),
                        proposal.header(),
                        proposal.payload(),
                        SignedProposal.newBuilder()
                                .setProposalBytes(other.proposal().getProposalBytes())
                                .setSignature(proposal.proposal().getSignature())
                                .build()));
    }

    void the_transaction_id_is_not_the_one_that_follows_from_nonce_and_creator(Stage stage) {
        stage.propose(
                PEER1,
                Draft.of(stage.client("org1"), stage.market(), "trial", "get", "colour")
                        .withHeader(header -> header.setTxId("0".repeat(64))));
    }

    void the_proposal_is_without_a_nonce(Stage stage) {
        stage.propose(
                PEER1,
                Draft.of(stage.client("org1"), stage.market(), "trial", "get", "colour")
                        .withNonce(ByteString.EMPTY));
    }

    void the_header_is_of_another_type(Stage stage) {
        stage.propose(
                PEER1,
                Draft.of(stage.client("org1"), stage.market(), "trial", "get", "colour")
                        .withHeader(header -> header.setType(HeaderType.MESSAGE_VALUE)));
    }

    void the_header_has_an_epoch(Stage stage) {
        stage.propose(
                PEER1,
                Draft.of(stage.client("org1"), stage.market(), "trial", "get", "colour")
                        .withHeader(header -> header.setEpoch(7)));
    }

    void the_channel_is_unknown(Stage stage) {
        stage.propose(PEER1, Draft.of(stage.client("org1"), "nowhere", "trial", "get", "colour"));
    }

    void the_chaincode_is_unknown(Stage stage) {
        stage.propose(PEER1, Draft.of(stage.client("org1"), stage.market(), "nothing", "get", "colour"));
    }

    void the_transaction_is_on_the_ledger_already(Stage stage) {
        String channel = stage.market();
        Draft.Signed proposal = Draft.of(stage.client("org1"), channel, "trial", "put", "colour", "green")
                .sign();
        stage.out().step("It is submitted");
        stage.submit(stage.endorsed(proposal, PEER1, PEER2), proposal.txId());
        stage.out().step("and proposed once more");
        stage.propose(PEER1, proposal);
    }

    void the_peer_is_asked_with_nothing(Stage stage) {
        stage.propose(
                PEER1,
                new Draft.Signed(
                        stage.client("org1"),
                        "",
                        org.hyperledger.fabric.protos.common.Header.getDefaultInstance(),
                        ByteString.EMPTY,
                        SignedProposal.getDefaultInstance()));
    }
}
