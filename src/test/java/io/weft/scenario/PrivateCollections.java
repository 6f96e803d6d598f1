package io.weft.scenario;

import static io.weft.scenario.Stage.PEER1;
import static io.weft.scenario.Stage.PEER2;

import io.weft.model.NodeRef;
import io.weft.protocol.Signer;
import org.hyperledger.fabric.protos.common.Envelope;

/** Private data: who gets it, and what others see. */
final class PrivateCollections {
    private static Draft put(Signer by, String channel, String collection, String key, String value) {
        return Draft.of(by, channel, "trial", "putPrivate", collection, key).withTransient("value", value);
    }

    private static void read(Stage stage, String channel, NodeRef peer, String collection, String key) {
        stage.propose(
                peer, Draft.of(stage.client(peer.organization()), channel, "trial", "getPrivate", collection, key));
    }

    void members_share_private_data_and_the_ledger_has_hashes(Stage stage) {
        String channel = stage.market();
        Draft.Signed proposal =
                put(stage.client("org1"), channel, "shared", "price", "100").sign();
        stage.out().step("It is proposed");
        stage.propose(PEER1, proposal);
        stage.out().step("and submitted");
        Envelope transaction = stage.endorsed(proposal, PEER1, PEER2);
        stage.submit(transaction, proposal.txId());
        stage.out().step("Org1 reads");
        read(stage, channel, PEER1, "shared", "price");
        stage.out().step("Org2 reads");
        read(stage, channel, PEER2, "shared", "price");
    }

    void what_only_org1_has_org2_does_not_see(Stage stage) {
        String channel = stage.market();
        Draft.Signed proposal =
                put(stage.client("org1"), channel, "first", "secret", "42").sign();
        stage.submit(stage.endorsed(proposal, PEER1, PEER2), proposal.txId());
        stage.out().step("Org1 reads at its peer");
        read(stage, channel, PEER1, "first", "secret");
        stage.out().step("Org2 reads at its peer");
        read(stage, channel, PEER2, "first", "secret");
        stage.out().step("Org2 reads at Org1's peer");
        stage.propose(PEER1, Draft.of(stage.client("org2"), channel, "trial", "getPrivate", "first", "secret"));
        stage.out().step("Org2 writes");
        stage.propose(PEER1, put(stage.client("org2"), channel, "first", "secret", "43"));
        stage.out().step("Org2 asks for the hash");
        stage.propose(PEER2, Draft.of(stage.client("org2"), channel, "trial", "privateHash", "first", "secret"));
    }

    void a_collection_that_lets_others_ask_still_has_no_data_at_their_peers(Stage stage) {
        String channel = stage.market();
        Draft.Signed proposal =
                put(stage.client("org2"), channel, "open", "offer", "7").sign();
        stage.submit(stage.endorsed(proposal, PEER1, PEER2), proposal.txId());
        stage.out().step("At Org1's peer");
        stage.propose(PEER1, Draft.of(stage.client("org2"), channel, "trial", "getPrivate", "open", "offer"));
        stage.out().step("At Org2's peer");
        stage.propose(PEER2, Draft.of(stage.client("org2"), channel, "trial", "getPrivate", "open", "offer"));
    }

    void private_data_are_deleted_and_purged(Stage stage) {
        String channel = stage.market();
        Signer client = stage.client("org1");
        stage.invoke(put(client, channel, "shared", "old", "1"));
        stage.invoke(put(client, channel, "shared", "older", "1"));
        stage.out().step("Deleted");
        Draft.Signed delete = Draft.of(client, channel, "trial", "deletePrivate", "shared", "old")
                .sign();
        stage.propose(PEER1, delete);
        stage.submit(stage.endorsed(delete, PEER1, PEER2), delete.txId());
        read(stage, channel, PEER1, "shared", "old");
        stage.out().step("Purged");
        Draft.Signed purge = Draft.of(client, channel, "trial", "purgePrivate", "shared", "older")
                .sign();
        stage.propose(PEER1, purge);
        stage.submit(stage.endorsed(purge, PEER1, PEER2), purge.txId());
        read(stage, channel, PEER1, "shared", "older");
    }

    void the_collection_does_not_exist(Stage stage) {
        stage.propose(PEER1, put(stage.client("org1"), stage.market(), "nothing", "price", "1"));
    }
}
