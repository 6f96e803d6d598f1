package io.weft.embedded.ledger;

import static io.weft.embedded.ledger.Chain.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hyperledger.fabric.protos.peer.TxValidationCode.MVCC_READ_CONFLICT;
import static org.hyperledger.fabric.protos.peer.TxValidationCode.VALID;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.embedded.ledger.Chain.Simulated;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.hyperledger.fabric.protos.ledger.rwset.CollectionPvtReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxPvtReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.HashedRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWrite;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PrivateDataTest {
    private final Ledgers ledgers = Ledgers.inMemory();
    private final Chain chain =
            Chain.begin(ledgers, "trading").living((namespace, collection) -> collection.equals("short") ? 2 : 0);

    @AfterEach
    void close() {
        ledgers.close();
    }

    @Test
    void a_transaction_shows_hashes_only() throws InvalidProtocolBufferException {
        Simulated transaction = chain.simulate("tx1", put("coll", "key", "secret"));

        HashedRWSet hashes = HashedRWSet.parseFrom(
                transaction.open().getNsRwset(0).getCollectionHashedRwset(0).getHashedRwset());
        ByteString secret =
                transaction.secret().getNsPvtRwset(0).getCollectionPvtRwset(0).getRwset();
        assertThat(hashes.getHashedWrites(0).getKeyHash()).isEqualTo(Sha256.of("key"));
        assertThat(hashes.getHashedWrites(0).getValueHash()).isEqualTo(Sha256.of("secret"));
        assertThat(transaction.open().getNsRwset(0).getCollectionHashedRwset(0).getPvtRwsetHash())
                .isEqualTo(Sha256.of(secret));
        assertThat(new String(transaction.open().toByteArray(), StandardCharsets.ISO_8859_1))
                .doesNotContain("secret");
    }

    @Test
    void members_read_the_value_and_others_its_hash() {
        Simulated transaction = chain.simulate("tx1", put("coll", "key", "secret"));
        assertThat(chain.commit(transaction)).containsExactly(VALID);
        Chain stranger = Chain.begin(ledgers, "stranger");
        stranger.commitWithoutPrivateData(transaction);

        assertThat(getPrivate(chain, "coll", "key")).hasValue("secret");
        assertThat(chain.ledger.privateState("cc", "coll", "key")).hasValue(bytes("secret"));
        for (Chain peer : List.of(chain, stranger)) {
            assertThat(peer.ledger.privateHash("cc", "coll", Sha256.of("key")))
                    .hasValue(Sha256.of("secret").toByteArray());
        }
        assertThatThrownBy(() -> getPrivate(stranger, "coll", "key"))
                .isInstanceOf(SimulationException.class)
                .hasMessage("private data matching public hash version is not available. "
                        + "Public hash version = {BlockNum: 1, TxNum: 0}, Private data version = <nil>");
        assertThat(stranger.ledger.privateData(1)).isEmpty();
    }

    @Test
    void an_absent_key_is_absent_for_everybody() {
        assertThat(getPrivate(chain, "coll", "key")).isEmpty();
        chain.run("tx1", put("coll", "key", "secret"));
        chain.run("tx2", simulation -> simulation.deletePrivate("cc", "coll", "key"));

        assertThat(getPrivate(chain, "coll", "key")).isEmpty();
        assertThat(chain.ledger.privateHash("cc", "coll", Sha256.of("key"))).isEmpty();
    }

    @Test
    void private_reads_are_validated_by_their_hashes() {
        chain.run("tx1", put("coll", "key", "1"));
        Simulated value = chain.simulate("tx3", simulation -> simulation.getPrivate("cc", "coll", "key"));
        Simulated hash = chain.simulate("tx4", simulation -> simulation.privateHash("cc", "coll", "key"));
        Simulated absent = chain.simulate("tx5", simulation -> simulation.getPrivate("cc", "coll", "other"));
        Simulated elsewhere = chain.simulate("tx6", simulation -> simulation.getPrivate("cc", "coll2", "key"));

        assertThat(chain.commit(
                        chain.simulate("tx2", put("coll", "key", "2").andThen(put("coll", "other", "1"))),
                        value,
                        hash,
                        absent,
                        elsewhere))
                .containsExactly(VALID, MVCC_READ_CONFLICT, MVCC_READ_CONFLICT, MVCC_READ_CONFLICT, VALID);
    }

    @Test
    void data_that_does_not_have_the_hash_is_as_good_as_missing() {
        Simulated transaction =
                chain.simulate("tx1", put("coll", "key", "secret").andThen(put("coll2", "key", "secret")));
        Simulated forged = chain.simulate("tx1", put("coll", "key", "forged").andThen(put("coll2", "key", "secret")));

        assertThat(chain.ledger.commit(chain.next(transaction), List.of(VALID), Map.of("tx1", forged.secret())))
                .containsExactly(VALID);

        assertThat(chain.ledger.privateState("cc", "coll", "key")).isEmpty();
        assertThat(chain.ledger.privateState("cc", "coll2", "key")).hasValue(bytes("secret"));
        assertThat(collections(chain.ledger.privateData(1).get(0))).containsExactly("coll2");
    }

    @Test
    void data_of_an_invalid_transaction_is_not_kept() {
        Consumer<Simulation> both = put("coll", "key", "secret").andThen(simulation -> simulation.get("cc", "a"));
        Simulated outdated = chain.simulate("tx2", both);
        chain.run("tx1", simulation -> simulation.put("cc", "a", bytes("1")));

        assertThat(chain.commit(outdated)).containsExactly(MVCC_READ_CONFLICT);

        assertThat(chain.ledger.privateState("cc", "coll", "key")).isEmpty();
        assertThat(chain.ledger.privateData(2)).isEmpty();
    }

    @Test
    void the_private_data_of_a_block_is_kept_by_transaction() {
        Simulated first = chain.simulate("tx1", put("coll", "a", "1"));
        Simulated second = chain.simulate("tx2", simulation -> simulation.put("cc", "a", bytes("1")));
        Simulated third = chain.simulate("tx3", put("coll", "b", "1"));
        chain.commit(first, second, third);

        assertThat(chain.ledger.privateData(1))
                .containsExactly(Map.entry(0, first.secret()), Map.entry(2, third.secret()));
    }

    @Test
    void private_ranges_are_for_transactions_without_writes_and_leave_no_trace() {
        chain.run("tx1", put("coll", "b", "1").andThen(put("coll", "a", "1")).andThen(put("coll2", "c", "1")));
        List<String> keys = new ArrayList<>();

        Simulated query = chain.simulate("tx2", simulation -> {
            simulation.rangePrivate("cc", "coll", "", "").forEachRemaining(entry -> keys.add(entry.key()));
            assertThatThrownBy(() -> simulation.put("cc", "a", bytes("1")))
                    .hasMessage("txid [tx2]: unsuppored transaction. "
                            + "Transaction has already performed queries on pvt data. Writes are not allowed");
        });

        assertThat(keys).containsExactly("a", "b");
        assertThat(query.open().getNsRwsetList()).isEmpty();
        chain.simulate("tx3", simulation -> {
            simulation.putPrivate("cc", "coll", "a", bytes("2"));
            assertThatThrownBy(() -> simulation.rangePrivate("cc", "coll", "", ""))
                    .hasMessage("txid [tx3]: unsuppored transaction. "
                            + "Queries on pvt data is supported only in a read-only transaction");
        });
    }

    @Test
    void metadata_of_a_private_key_lies_with_its_hash_and_keeps_the_value_readable() {
        chain.run("tx1", put("coll", "key", "secret"));
        chain.run(
                "tx2", simulation -> simulation.putPrivateMetadata("cc", "coll", "key", Map.of("P", bytes("policy"))));

        assertThat(chain.ledger.privateMetadata("cc", "coll", Sha256.of("key"), "P"))
                .hasValue(bytes("policy"));
        assertThat(getPrivate(chain, "coll", "key")).hasValue("secret");
        try (Simulation simulation = chain.ledger.simulate("tx3")) {
            assertThat(simulation.privateMetadata("cc", "coll", "key")).containsOnlyKeys("P");
        }
    }

    @Test
    void data_lives_for_the_blocks_of_its_collection_and_no_longer() {
        chain.run("tx1", put("short", "key", "1").andThen(put("coll", "key", "1")));
        chain.run("tx2", put("coll", "x", "1"));
        chain.run("tx3", put("coll", "x", "2"));
        assertThat(chain.ledger.privateState("cc", "short", "key")).isPresent();
        assertThat(collections(chain.ledger.privateData(1).get(0))).containsExactly("coll", "short");

        chain.run("tx4", put("coll", "x", "3"));

        assertThat(getPrivate(chain, "short", "key")).isEmpty();
        assertThat(chain.ledger.privateHash("cc", "short", Sha256.of("key"))).isEmpty();
        assertThat(collections(chain.ledger.privateData(1).get(0))).containsExactly("coll");
        assertThat(getPrivate(chain, "coll", "key")).hasValue("1");
    }

    @Test
    void hashes_end_with_the_data_also_where_the_data_never_was() {
        chain.commitWithoutPrivateData(chain.simulate("tx1", put("short", "key", "1")));
        chain.run("tx2", put("coll", "x", "1"));
        chain.run("tx3", put("coll", "x", "2"));
        assertThat(chain.ledger.privateHash("cc", "short", Sha256.of("key"))).isPresent();

        chain.run("tx4", put("coll", "x", "3"));

        assertThat(chain.ledger.privateHash("cc", "short", Sha256.of("key"))).isEmpty();
    }

    @Test
    void a_newer_value_has_its_own_life() {
        chain.run("tx1", put("short", "key", "1"));
        chain.run("tx2", put("short", "key", "2"));
        chain.run("tx3", put("coll", "x", "1"));
        chain.run("tx4", put("coll", "x", "2"));
        assertThat(getPrivate(chain, "short", "key")).hasValue("2");
        assertThat(chain.ledger.privateData(1)).isEmpty();

        chain.run("tx5", put("short", "key", "3"));
        assertThat(getPrivate(chain, "short", "key")).hasValue("3");
    }

    @Test
    void a_purged_key_is_gone_with_all_its_former_values() throws InvalidProtocolBufferException {
        chain.run("tx1", put("coll", "key", "1").andThen(put("coll", "other", "1")));
        chain.run("tx2", put("coll", "key", "2"));

        assertThat(chain.run("tx3", simulation -> simulation.purgePrivate("cc", "coll", "key")))
                .isEqualTo(VALID);

        assertThat(getPrivate(chain, "coll", "key")).isEmpty();
        assertThat(keptKeys(1)).containsExactly("other");
        assertThat(keptKeys(2)).isEmpty();
        chain.run("tx4", put("coll", "key", "4"));
        assertThat(getPrivate(chain, "coll", "key")).hasValue("4");
        assertThat(keptKeys(4)).containsExactly("key");
    }

    @Test
    void a_key_written_after_its_purge_in_the_same_block_stays() throws InvalidProtocolBufferException {
        chain.run("tx1", put("coll", "key", "1"));

        chain.commit(
                chain.simulate("tx2", simulation -> simulation.purgePrivate("cc", "coll", "key")),
                chain.simulate("tx3", put("coll", "key", "3")));

        assertThat(getPrivate(chain, "coll", "key")).hasValue("3");
        assertThat(keptKeys(1)).isEmpty();
    }

    @Test
    void a_purge_reaches_a_peer_that_did_not_get_its_private_part() {
        chain.run("tx1", put("coll", "key", "1"));

        chain.commitWithoutPrivateData(
                chain.simulate("tx2", simulation -> simulation.purgePrivate("cc", "coll", "key")));

        assertThat(getPrivate(chain, "coll", "key")).isEmpty();
        assertThat(chain.ledger.privateState("cc", "coll", "key")).isEmpty();
    }

    private List<String> keptKeys(long block) throws InvalidProtocolBufferException {
        List<String> result = new ArrayList<>();
        for (TxPvtReadWriteSet data : chain.ledger.privateData(block).values()) {
            for (CollectionPvtReadWriteSet collection : data.getNsPvtRwset(0).getCollectionPvtRwsetList()) {
                KVRWSet.parseFrom(collection.getRwset()).getWritesList().stream()
                        .map(KVWrite::getKey)
                        .forEach(result::add);
            }
        }
        return result;
    }

    private static List<String> collections(TxPvtReadWriteSet data) {
        return data.getNsPvtRwset(0).getCollectionPvtRwsetList().stream()
                .map(CollectionPvtReadWriteSet::getCollectionName)
                .toList();
    }

    private static Optional<String> getPrivate(Chain chain, String collection, String key) {
        try (Simulation simulation = chain.ledger.simulate("query")) {
            return simulation.getPrivate("cc", collection, key).map(Chain::text);
        }
    }

    private static Consumer<Simulation> put(String collection, String key, String value) {
        return simulation -> simulation.putPrivate("cc", collection, key, bytes(value));
    }
}
