package io.weft.embedded.ledger;

import static io.weft.embedded.ledger.Chain.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.embedded.ledger.Chain.Simulated;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.hyperledger.fabric.protos.ledger.rwset.NsReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRead;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWrite;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.RangeQueryInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private final Ledgers ledgers = Ledgers.inMemory();
    private final Chain chain = Chain.begin(ledgers, "trading");
    private Simulation simulation;

    @BeforeEach
    void begin() {
        chain.run("setup", setup -> {
            for (char key = 'a'; key <= 'e'; key++) {
                setup.put("cc", String.valueOf(key), bytes("value " + key));
            }
        });
        simulation = chain.ledger.simulate("tx1");
    }

    @AfterEach
    void close() {
        simulation.close();
        ledgers.close();
    }

    @Test
    void reads_see_the_committed_state_and_not_the_own_writes() {
        simulation.put("cc", "a", bytes("new"));
        simulation.put("cc", "f", bytes("new"));
        simulation.delete("cc", "b");

        assertThat(simulation.get("cc", "a")).hasValue(bytes("value a"));
        assertThat(simulation.get("cc", "b")).hasValue(bytes("value b"));
        assertThat(simulation.get("cc", "f")).isEmpty();
        assertThat(simulation.range("cc", "a", "")).toIterable().hasSize(5);
    }

    @Test
    void an_empty_value_deletes() throws InvalidProtocolBufferException {
        simulation.put("cc", "a", bytes(""));

        assertThat(accessTo("cc").getWritesList())
                .containsExactly(
                        KVWrite.newBuilder().setKey("a").setIsDelete(true).build());
    }

    @Test
    void the_last_write_of_a_key_counts() throws InvalidProtocolBufferException {
        simulation.put("cc", "a", bytes("1"));
        simulation.delete("cc", "a");
        simulation.put("cc", "a", bytes("2"));

        assertThat(accessTo("cc").getWritesList())
                .singleElement()
                .satisfies(write -> assertThat(write.getValue().toStringUtf8()).isEqualTo("2"))
                .satisfies(write -> assertThat(write.getIsDelete()).isFalse());
    }

    @Test
    void a_read_of_an_absent_key_has_no_version() throws InvalidProtocolBufferException {
        simulation.get("cc", "x");
        simulation.get("cc", "a");

        assertThat(accessTo("cc").getReadsList())
                .containsExactly(
                        KVRead.newBuilder()
                                .setKey("a")
                                .setVersion(new StateVersion(1, 0).message())
                                .build(),
                        KVRead.newBuilder().setKey("x").build());
    }

    @Test
    void reading_metadata_is_a_read_of_the_key() throws InvalidProtocolBufferException {
        assertThat(simulation.metadata("cc", "a")).isEmpty();

        assertThat(accessTo("cc").getReadsList()).extracting(KVRead::getKey).containsExactly("a");
    }

    @Test
    void metadata_is_read_as_it_was_put() {
        chain.run("mark", other -> other.putMetadata("cc", "a", Map.of("P", bytes("p"), "Q", bytes("q"))));

        try (Simulation later = chain.ledger.simulate("tx2")) {
            assertThat(later.metadata("cc", "a")).containsOnlyKeys("P", "Q").containsEntry("P", bytes("p"));
        }
    }

    @Test
    void a_range_that_is_read_to_its_end_is_exhausted() throws InvalidProtocolBufferException {
        List<String> keys = keys(simulation.range("cc", "b", "d"));

        assertThat(keys).containsExactly("b", "c");
        assertThat(onlyRange().getItrExhausted()).isTrue();
        assertThat(onlyRange().getStartKey()).isEqualTo("b");
        assertThat(onlyRange().getEndKey()).isEqualTo("d");
        assertThat(readKeys(onlyRange())).containsExactly("b", "c");
        assertThat(accessTo("cc").getReadsList()).isEmpty();
    }

    @Test
    void a_range_that_is_left_early_ends_with_the_last_key_read() throws InvalidProtocolBufferException {
        Iterator<Entry> range = simulation.range("cc", "", "");
        assertThat(range.hasNext()).isTrue();
        range.next();
        range.next();
        assertThat(range.hasNext()).isTrue();

        assertThat(onlyRange().getItrExhausted()).isFalse();
        assertThat(onlyRange().getEndKey()).isEqualTo("b");
        assertThat(readKeys(onlyRange())).containsExactly("a", "b");
    }

    @Test
    void an_empty_range_records_no_reads_but_is_exhausted() throws InvalidProtocolBufferException {
        assertThat(simulation.range("cc", "x", "y").hasNext()).isFalse();

        assertThat(onlyRange().getItrExhausted()).isTrue();
        assertThat(onlyRange().getReadsInfoCase()).isEqualTo(RangeQueryInfo.ReadsInfoCase.READSINFO_NOT_SET);
    }

    @Test
    void the_same_range_twice_is_recorded_once_and_others_in_their_order() throws InvalidProtocolBufferException {
        keys(simulation.range("cc", "c", "d"));
        keys(simulation.range("cc", "a", "b"));
        keys(simulation.range("cc", "c", "d"));

        assertThat(accessTo("cc").getRangeQueriesInfoList())
                .extracting(RangeQueryInfo::getStartKey)
                .containsExactly("c", "a");
    }

    @Test
    void a_range_of_more_than_fifty_keys_is_recorded_as_hashes() throws InvalidProtocolBufferException {
        chain.run("many", other -> {
            for (int i = 0; i < 51; i++) {
                other.put("many", "key%03d".formatted(i), bytes("1"));
            }
        });
        Simulated fifty = chain.simulate("tx2", other -> keys(other.range("many", "", "key050")));
        Simulated fiftyOne = chain.simulate("tx3", other -> keys(other.range("many", "", "")));

        assertThat(access(fifty.open().getNsRwset(0))
                        .getRangeQueriesInfo(0)
                        .getRawReads()
                        .getKvReadsCount())
                .isEqualTo(50);
        assertThat(access(fiftyOne.open().getNsRwset(0)).getRangeQueriesInfo(0).getReadsMerkleHashes())
                .satisfies(hashes -> assertThat(hashes.getMaxDegree()).isEqualTo(50))
                .satisfies(hashes -> assertThat(hashes.getMaxLevel()).isEqualTo(1))
                .satisfies(hashes -> assertThat(hashes.getMaxLevelHashesCount()).isEqualTo(1));
    }

    @Test
    void pages_follow_each_other_by_bookmarks() {
        Page first = simulation.range("cc", "a", "e", 2, "");
        Page second = simulation.range("cc", "a", "e", 2, first.bookmark());
        Page third = simulation.range("cc", "a", "", 2, "e");

        assertThat(first.entries()).extracting(Entry::key).containsExactly("a", "b");
        assertThat(first.bookmark()).isEqualTo("c");
        assertThat(second.entries()).extracting(Entry::key).containsExactly("c", "d");
        assertThat(second.bookmark()).isEmpty();
        assertThat(third.entries()).extracting(Entry::key).containsExactly("e");
        assertThat(third.bookmark()).isEmpty();
    }

    @Test
    void a_full_page_is_recorded_up_to_its_last_key_and_a_short_one_to_the_end() throws InvalidProtocolBufferException {
        simulation.range("cc", "a", "z", 2, "");
        simulation.range("cc", "a", "z", 9, "c");

        List<RangeQueryInfo> ranges = accessTo("cc").getRangeQueriesInfoList();
        assertThat(ranges.get(0).getItrExhausted()).isFalse();
        assertThat(ranges.get(0).getEndKey()).isEqualTo("b");
        assertThat(ranges.get(1).getItrExhausted()).isTrue();
        assertThat(ranges.get(1).getStartKey()).isEqualTo("c");
        assertThat(ranges.get(1).getEndKey()).isEqualTo("z");
    }

    @Test
    void pages_are_for_transactions_without_writes() {
        simulation.range("cc", "a", "z", 2, "");
        assertThatThrownBy(() -> simulation.put("cc", "a", bytes("1")))
                .isInstanceOf(SimulationException.class)
                .hasMessage("txid [tx1]: unsuppored transaction. "
                        + "Transaction has already performed a paginated query. Writes are not allowed");

        try (Simulation writer = chain.ledger.simulate("tx2")) {
            writer.delete("cc", "a");
            assertThatThrownBy(() -> writer.range("cc", "a", "z", 2, ""))
                    .isInstanceOf(SimulationException.class)
                    .hasMessage("txid [tx2]: unsuppored transaction. "
                            + "Paginated queries are supported only in a read-only transaction");
        }
    }

    @Test
    void nothing_can_be_done_after_the_end() {
        simulation.put("cc", "a", bytes("1"));
        Iterator<Entry> range = simulation.range("cc", "", "");
        simulation.publicWrites();
        assertThatThrownBy(() -> simulation.put("cc", "a", bytes("2"))).isInstanceOf(IllegalStateException.class);

        simulation.close();
        simulation.close();

        assertThatThrownBy(range::next).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> simulation.get("cc", "a"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this instance should not be used after calling Done()");
        assertThat(simulation.publicWrites().getNsRwsetCount()).isEqualTo(1);
    }

    @Test
    void namespaces_are_in_the_order_of_their_names() {
        simulation.put("zeta", "a", bytes("1"));
        simulation.put("alpha", "a", bytes("1"));
        simulation.get("_lifecycle", "namespaces/fields/alpha/Sequence");

        assertThat(simulation.publicWrites().getNsRwsetList())
                .extracting(NsReadWriteSet::getNamespace)
                .containsExactly("_lifecycle", "alpha", "zeta");
        assertThat(simulation.privateWrites().getNsPvtRwsetList()).isEmpty();
    }

    private RangeQueryInfo onlyRange() throws InvalidProtocolBufferException {
        assertThat(accessTo("cc").getRangeQueriesInfoList()).hasSize(1);
        return accessTo("cc").getRangeQueriesInfo(0);
    }

    private static List<String> readKeys(RangeQueryInfo range) {
        return range.getRawReads().getKvReadsList().stream().map(KVRead::getKey).toList();
    }

    private static List<String> keys(Iterator<Entry> range) {
        List<String> result = new java.util.ArrayList<>();
        range.forEachRemaining(entry -> result.add(entry.key()));
        return result;
    }

    private KVRWSet accessTo(String namespace) throws InvalidProtocolBufferException {
        return access(simulation.publicWrites().getNsRwsetList().stream()
                .filter(found -> found.getNamespace().equals(namespace))
                .findFirst()
                .orElseThrow());
    }

    private static KVRWSet access(NsReadWriteSet namespace) throws InvalidProtocolBufferException {
        return KVRWSet.parseFrom(namespace.getRwset());
    }
}
