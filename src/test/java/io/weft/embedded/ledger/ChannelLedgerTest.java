package io.weft.embedded.ledger;

import static io.weft.embedded.ledger.Chain.bytes;
import static io.weft.embedded.ledger.Chain.valid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hyperledger.fabric.protos.peer.TxValidationCode.BAD_CREATOR_SIGNATURE;
import static org.hyperledger.fabric.protos.peer.TxValidationCode.DUPLICATE_TXID;
import static org.hyperledger.fabric.protos.peer.TxValidationCode.ENDORSEMENT_POLICY_FAILURE;
import static org.hyperledger.fabric.protos.peer.TxValidationCode.INVALID_OTHER_REASON;
import static org.hyperledger.fabric.protos.peer.TxValidationCode.MVCC_READ_CONFLICT;
import static org.hyperledger.fabric.protos.peer.TxValidationCode.NIL_TXACTION;
import static org.hyperledger.fabric.protos.peer.TxValidationCode.PHANTOM_READ_CONFLICT;
import static org.hyperledger.fabric.protos.peer.TxValidationCode.VALID;

import com.google.protobuf.ByteString;
import io.weft.channel.BlockHash;
import io.weft.embedded.ledger.Chain.Simulated;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockMetadataIndex;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.ledger.queryresult.KeyModification;
import org.hyperledger.fabric.protos.ledger.rwset.NsReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChannelLedgerTest {
    private final Ledgers ledgers = Ledgers.inMemory();
    private final Chain chain = Chain.begin(ledgers, "trading");

    @AfterEach
    void close() {
        ledgers.close();
    }

    @Test
    void the_genesis_block_leaves_the_configuration_in_the_state() {
        assertThat(chain.ledger.height()).isEqualTo(1);
        assertThat(chain.ledger.state("", "CHANNEL_CONFIG_ENV_BYTES")).hasValue(Chain.CONFIGURATION.toByteArray());
        assertThat(chain.ledger.code("genesis")).hasValue(VALID);
        assertThat(metadata(chain.ledger.block(0), BlockMetadataIndex.TRANSACTIONS_FILTER_VALUE))
                .isEqualTo(ByteString.copyFrom(new byte[] {0}));
        assertThat(metadata(chain.ledger.block(0), BlockMetadataIndex.COMMIT_HASH_VALUE))
                .isEmpty();
    }

    @Test
    void a_configuration_block_replaces_the_configuration() {
        ByteString newer = ByteString.copyFromUtf8("a newer configuration");
        Block block = Chain.block(
                1,
                chain.ledger.info().getCurrentBlockHash(),
                List.of(Chain.envelope("trading", "update", HeaderType.CONFIG, newer)));

        assertThat(chain.ledger.commit(block, valid(1), Map.of())).containsExactly(VALID);

        assertThat(chain.ledger.state("", "CHANNEL_CONFIG_ENV_BYTES")).hasValue(newer.toByteArray());
    }

    @Test
    void a_second_ledger_of_a_channel_is_refused() {
        assertThatThrownBy(() -> ledgers.create("trading", Chain.genesis("trading")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("ledger [trading] already exists with state [ACTIVE]");
    }

    @Test
    void only_a_block_0_begins_a_ledger() {
        Block later = Chain.block(3, ByteString.EMPTY, List.of());

        assertThatThrownBy(() -> ledgers.create("other", later))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Not the genesis block of channel `other`: block 3 with 0 transactions.");
        assertThat(ledgers.channels()).containsExactly("trading");
    }

    @Test
    void a_ledger_that_could_not_begin_leaves_nothing() {
        Block orphan = Chain.block(
                0,
                ByteString.copyFromUtf8("x"),
                List.of(Chain.envelope("other", "genesis", HeaderType.CONFIG, Chain.CONFIGURATION)));

        assertThatThrownBy(() -> ledgers.create("other", orphan)).isInstanceOf(IllegalArgumentException.class);

        assertThat(ledgers.find("other")).isEmpty();
        assertThat(Chain.begin(ledgers, "other").ledger.height()).isEqualTo(1);
    }

    @Test
    void a_commit_that_fails_changes_nothing() {
        chain.run("tx1", put("a", "1"));
        chain.living((namespace, collection) -> {
            throw new IllegalStateException("The definition of `" + collection + "` is lost.");
        });
        Simulated transaction =
                chain.simulate("tx2", put("a", "2").andThen(s -> s.putPrivate("cc", "coll", "b", bytes("1"))));

        assertThatThrownBy(() -> chain.commit(transaction)).hasMessage("The definition of `coll` is lost.");

        assertThat(chain.ledger.height()).isEqualTo(2);
        assertThat(chain.ledger.code("tx2")).isEmpty();
        assertThat(chain.ledger.state("cc", "a")).hasValue(bytes("1"));
        chain.living(BlockToLive.UNLIMITED);
        assertThat(chain.commit(transaction)).containsExactly(VALID);
        assertThat(chain.ledger.state("cc", "a")).hasValue(bytes("2"));
    }

    @Test
    void a_removed_channel_can_begin_anew() {
        chain.run("tx1", put("a", "1"));

        ledgers.remove("trading");

        assertThat(ledgers.find("trading")).isEmpty();
        Chain anew = Chain.begin(ledgers, "trading");
        assertThat(anew.ledger.height()).isEqualTo(1);
        assertThat(anew.ledger.state("cc", "a")).isEmpty();
        assertThat(anew.ledger.code("tx1")).isEmpty();
    }

    @Test
    void channels_know_nothing_of_each_other() {
        Chain other = Chain.begin(ledgers, "other");

        chain.run("tx1", put("a", "1"));

        assertThat(other.ledger.state("cc", "a")).isEmpty();
        assertThat(other.ledger.height()).isEqualTo(1);
        assertThat(ledgers.channels()).containsExactly("other", "trading");
    }

    @Test
    void blocks_and_transactions_are_found_in_every_way() {
        Simulated transaction = chain.simulate("tx1", put("a", "1"));
        Block block = chain.next(transaction);

        chain.commit(transaction);

        Block committed = chain.ledger.block(1);
        assertThat(committed.getHeader()).isEqualTo(block.getHeader());
        assertThat(committed.getData()).isEqualTo(block.getData());
        ByteString hash = BlockHash.ofHeader(block.getHeader());
        assertThat(chain.ledger.blockByHash(hash)).hasValue(committed);
        assertThat(chain.ledger.blockByTransaction("tx1")).hasValue(committed);
        assertThat(chain.ledger.blockNumber("tx1")).hasValue(1L);
        assertThat(chain.ledger.transaction("tx1").orElseThrow().getTransactionEnvelope())
                .isEqualTo(transaction.envelope("trading"));
        assertThat(chain.ledger.transaction("tx1").orElseThrow().getValidationCode())
                .isZero();
        assertThat(chain.ledger.info().getHeight()).isEqualTo(2);
        assertThat(chain.ledger.info().getCurrentBlockHash()).isEqualTo(hash);
        assertThat(chain.ledger.info().getPreviousBlockHash())
                .isEqualTo(BlockHash.ofHeader(chain.ledger.block(0).getHeader()));
        assertThat(chain.ledger.transaction("tx2")).isEmpty();
        assertThat(chain.ledger.blockByHash(ByteString.copyFromUtf8("x"))).isEmpty();
        assertThatThrownBy(() -> chain.ledger.block(2))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("Channel `trading` has 2 blocks; no block 2.");
    }

    @Test
    void a_block_that_is_not_the_next_is_refused_and_changes_nothing() {
        Block first = chain.next(chain.simulate("tx1", put("a", "1")));
        Block gap = first.toBuilder()
                .setHeader(first.getHeader().toBuilder().setNumber(2))
                .build();
        Block stranger = first.toBuilder()
                .setHeader(first.getHeader().toBuilder().setPreviousHash(ByteString.copyFromUtf8("x")))
                .build();

        assertThatThrownBy(() -> chain.ledger.commit(gap, valid(1), Map.of()))
                .hasMessage("block number should have been 1 but was 2");
        assertThatThrownBy(() -> chain.ledger.commit(stranger, valid(1), Map.of()))
                .hasMessageStartingWith("unexpected Previous block hash. Expected PreviousHash = [")
                .hasMessageEndingWith("PreviousHash referred in the latest block= [78]");
        assertThatThrownBy(() -> chain.ledger.commit(first, List.of(), Map.of()))
                .hasMessage("Block 1 has 1 transactions, but there are 0 codes.");
        assertThat(chain.ledger.height()).isEqualTo(1);
        assertThat(chain.ledger.commit(first, valid(1), Map.of())).containsExactly(VALID);
    }

    @Test
    void listeners_hear_each_height_when_its_block_is_there() {
        List<String> heard = new ArrayList<>();
        try (BlockSource.Registration registration = chain.ledger.onHeight(height -> heard.add(
                height + " " + chain.ledger.block(height - 1).getHeader().getNumber()))) {
            assertThat(registration).isNotNull();
            chain.run("tx1", put("a", "1"));
            chain.run("tx2", put("a", "2"));
        }
        chain.run("tx3", put("a", "3"));

        assertThat(heard).containsExactly("2 1", "3 2");
    }

    @Test
    void codes_of_the_caller_stay_and_their_writes_do_not_happen() {
        Simulated transaction = chain.simulate("tx1", put("a", "1"));

        List<org.hyperledger.fabric.protos.peer.TxValidationCode> codes =
                chain.ledger.commit(chain.next(transaction), List.of(ENDORSEMENT_POLICY_FAILURE), Map.of());

        assertThat(codes).containsExactly(ENDORSEMENT_POLICY_FAILURE);
        assertThat(chain.ledger.code("tx1")).hasValue(ENDORSEMENT_POLICY_FAILURE);
        assertThat(metadata(chain.ledger.block(1), BlockMetadataIndex.TRANSACTIONS_FILTER_VALUE))
                .isEqualTo(ByteString.copyFrom(new byte[] {10}));
        assertThat(chain.ledger.state("cc", "a")).isEmpty();
    }

    @Test
    void a_transaction_id_counts_once_in_a_block_and_in_the_ledger() {
        assertThat(chain.commit(
                        chain.simulate("tx1", put("a", "1")),
                        chain.simulate("tx1", put("a", "2")),
                        chain.simulate("tx2", put("b", "1"))))
                .containsExactly(VALID, DUPLICATE_TXID, VALID);
        assertThat(chain.run("tx1", put("a", "3"))).isEqualTo(DUPLICATE_TXID);

        assertThat(chain.ledger.state("cc", "a")).hasValue(bytes("1"));
        assertThat(chain.ledger.code("tx1")).hasValue(VALID);
        assertThat(chain.ledger.blockNumber("tx1")).hasValue(1L);
    }

    @Test
    void only_valid_transactions_make_another_of_the_block_a_duplicate() {
        Block block = chain.next(chain.simulate("tx1", put("a", "1")), chain.simulate("tx1", put("a", "2")));

        assertThat(chain.ledger.commit(block, List.of(ENDORSEMENT_POLICY_FAILURE, VALID), Map.of()))
                .containsExactly(ENDORSEMENT_POLICY_FAILURE, VALID);
    }

    @Test
    void a_known_id_comes_before_a_missing_endorsement_and_after_a_bad_signature() {
        chain.run("tx1", put("a", "1"));
        Block block = chain.next(chain.simulate("tx1", put("a", "2")), chain.simulate("tx1", put("a", "3")));

        assertThat(chain.ledger.commit(block, List.of(ENDORSEMENT_POLICY_FAILURE, BAD_CREATOR_SIGNATURE), Map.of()))
                .containsExactly(DUPLICATE_TXID, BAD_CREATOR_SIGNATURE);
    }

    @Test
    void a_transaction_that_read_an_older_version_is_invalid() {
        chain.run("tx0", put("a", "0"));
        Simulated reader = chain.simulate("tx2", simulation -> {
            simulation.get("cc", "a");
            simulation.put("cc", "b", bytes("seen"));
        });
        chain.run("tx1", put("a", "1"));

        assertThat(chain.commit(reader)).containsExactly(MVCC_READ_CONFLICT);
        assertThat(chain.ledger.state("cc", "b")).isEmpty();
    }

    @Test
    void of_two_in_a_block_that_read_and_write_a_key_the_first_wins() {
        Consumer<Simulation> increment = simulation -> {
            simulation.get("cc", "counter");
            simulation.put("cc", "counter", bytes("1"));
        };

        assertThat(chain.commit(chain.simulate("tx1", increment), chain.simulate("tx2", increment)))
                .containsExactly(VALID, MVCC_READ_CONFLICT);
    }

    @Test
    void a_delete_counts_as_a_write_and_an_invalid_write_does_not_count() {
        chain.run("tx0", put("a", "0"));
        Consumer<Simulation> reader = simulation -> simulation.get("cc", "a");
        Simulated conflicting = chain.simulate("tx2", reader.andThen(put("a", "2")));
        chain.run("tx1", put("a", "1"));

        assertThat(chain.commit(
                        conflicting,
                        chain.simulate("tx3", reader),
                        chain.simulate("tx4", simulation -> simulation.delete("cc", "a")),
                        chain.simulate("tx5", reader)))
                .containsExactly(MVCC_READ_CONFLICT, VALID, VALID, MVCC_READ_CONFLICT);
        assertThat(chain.ledger.state("cc", "a")).isEmpty();
    }

    @Test
    void absence_is_read_and_can_be_outdated() {
        Simulated reader = chain.simulate("tx2", simulation -> simulation.get("cc", "a"));
        chain.run("tx1", put("a", "1"));

        assertThat(chain.commit(reader)).containsExactly(MVCC_READ_CONFLICT);
    }

    @Test
    void blind_writes_never_conflict() {
        assertThat(chain.commit(chain.simulate("tx1", put("a", "1")), chain.simulate("tx2", put("a", "2"))))
                .containsExactly(VALID, VALID);
        assertThat(chain.ledger.state("cc", "a")).hasValue(bytes("2"));
    }

    @Test
    void a_new_changed_or_deleted_key_in_a_range_is_a_phantom() {
        chain.run("tx0", put("b", "0").andThen(put("d", "0")));
        List<Consumer<Simulation>> changes =
                List.of(put("a", "1"), put("b", "1"), simulation -> simulation.delete("cc", "b"), put("c", "1"));

        for (int i = 0; i < changes.size(); i++) {
            Simulated earlier = chain.simulate("earlier" + i, drain("a", "z"));
            Simulated sameBlock = chain.simulate("same" + i, drain("a", "z"));
            Simulated change = chain.simulate("change" + i, changes.get(i));

            assertThat(chain.commit(change, sameBlock)).containsExactly(VALID, PHANTOM_READ_CONFLICT);
            assertThat(chain.commit(earlier)).containsExactly(PHANTOM_READ_CONFLICT);
        }
    }

    @Test
    void a_range_that_did_not_change_is_valid_whatever_happened_around_it() {
        chain.run("tx0", put("b", "0").andThen(put("c", "0")));
        Simulated reader = chain.simulate("tx2", drain("b", "d"));
        chain.run("tx1", put("a", "1").andThen(put("d", "1")).andThen(put("x", "1")));

        assertThat(chain.commit(
                        chain.simulate("tx3", put("a", "2").andThen(put("d", "2"))),
                        chain.simulate("tx4", simulation -> simulation.put("other", "b", bytes("1"))),
                        reader))
                .containsExactly(VALID, VALID, VALID);
    }

    @Test
    void a_range_that_was_not_read_to_its_end_is_compared_as_far_as_it_was_read() {
        chain.run("tx0", put("b", "0").andThen(put("d", "0")).andThen(put("f", "0")));
        Consumer<Simulation> firstTwo = simulation -> {
            Iterator<Entry> range = simulation.range("cc", "a", "z");
            range.next();
            range.next();
        };
        Simulated untouched = chain.simulate("tx1", firstTwo);
        Simulated touched = chain.simulate("tx2", firstTwo);

        assertThat(chain.commit(
                        chain.simulate("tx3", put("e", "1").andThen(put("f", "1"))),
                        untouched,
                        chain.simulate("tx4", put("d", "1")),
                        touched))
                .containsExactly(VALID, VALID, VALID, PHANTOM_READ_CONFLICT);
    }

    @Test
    void long_ranges_are_compared_by_their_hashes() {
        chain.run("tx0", simulation -> {
            for (int i = 0; i < 3_000; i++) {
                simulation.put("cc", "key%05d".formatted(i), bytes("0"));
            }
        });
        Simulated unchanged = chain.simulate("tx1", drain("key", "kez"));
        Simulated outdated = chain.simulate("tx2", drain("key", "kez"));

        assertThat(chain.commit(unchanged, chain.simulate("tx3", put("key01234", "1")), outdated))
                .containsExactly(VALID, VALID, PHANTOM_READ_CONFLICT);
    }

    @Test
    void unreadable_transactions_are_invalid_and_the_block_commits() {
        Block block = Chain.block(
                1,
                chain.ledger.info().getCurrentBlockHash(),
                List.of(
                        Chain.envelope("trading", "tx1", HeaderType.ENDORSER_TRANSACTION, ByteString.EMPTY),
                        new Simulated(
                                        "tx2",
                                        TxReadWriteSet.newBuilder()
                                                .addNsRwset(NsReadWriteSet.newBuilder()
                                                        .setNamespace("cc")
                                                        .setRwset(ByteString.copyFromUtf8("no message")))
                                                .build(),
                                        chain.simulate("none", simulation -> {}).secret())
                                .envelope("trading")));

        assertThat(chain.ledger.commit(block, valid(2), Map.of())).containsExactly(NIL_TXACTION, INVALID_OTHER_REASON);
        assertThat(chain.ledger.height()).isEqualTo(2);
    }

    @Test
    void metadata_is_kept_by_writes_and_goes_with_the_key() {
        byte[] policy = bytes("policy");
        chain.run("tx1", put("a", "1").andThen(simulation -> simulation.putMetadata("cc", "a", Map.of("P", policy))));
        assertThat(chain.ledger.metadata("cc", "a", "P")).hasValue(policy);

        chain.run("tx2", put("a", "2"));
        assertThat(chain.ledger.metadata("cc", "a", "P")).hasValue(policy);

        chain.run("tx3", simulation -> simulation.delete("cc", "a"));
        chain.run("tx4", put("a", "3"));
        assertThat(chain.ledger.metadata("cc", "a", "P")).isEmpty();
    }

    @Test
    void metadata_alone_keeps_the_value_but_raises_the_version() {
        chain.run("tx0", put("a", "1"));
        Simulated reader = chain.simulate("tx2", simulation -> simulation.get("cc", "a"));

        chain.run("tx1", simulation -> simulation.putMetadata("cc", "a", Map.of("P", bytes("policy"))));

        assertThat(chain.ledger.state("cc", "a")).hasValue(bytes("1"));
        assertThat(chain.ledger.metadata("cc", "a", "P")).hasValue(bytes("policy"));
        assertThat(chain.commit(reader)).containsExactly(MVCC_READ_CONFLICT);
    }

    @Test
    void metadata_of_a_key_that_does_not_exist_does_nothing() {
        Consumer<Simulation> mark = simulation -> simulation.putMetadata("cc", "a", Map.of("P", bytes("policy")));
        assertThat(chain.run("tx1", mark)).isEqualTo(VALID);
        assertThat(chain.ledger.state("cc", "a")).isEmpty();

        chain.run("tx2", put("a", "1"));
        assertThat(chain.ledger.metadata("cc", "a", "P")).isEmpty();
        assertThat(chain.commit(
                        chain.simulate("tx3", simulation -> simulation.delete("cc", "a")), chain.simulate("tx4", mark)))
                .containsExactly(VALID, VALID);
        assertThat(chain.ledger.state("cc", "a")).isEmpty();
    }

    @Test
    void history_tells_all_valid_modifications_from_the_newest() {
        chain.run("tx1", put("a", "1"));
        chain.commit(chain.simulate("tx22", put("a", "2")), chain.simulate("tx22", put("a", "duplicate")));
        chain.run("tx333", simulation -> simulation.delete("cc", "a"));
        chain.run("tx4", put("a\0b", "another key").andThen(put("ab", "another key")));

        List<KeyModification> found = new ArrayList<>();
        chain.simulate("query", simulation -> simulation.history("cc", "a").forEachRemaining(found::add));

        assertThat(found).extracting(KeyModification::getTxId).containsExactly("tx333", "tx22", "tx1");
        assertThat(found).extracting(KeyModification::getIsDelete).containsExactly(true, false, false);
        assertThat(found)
                .extracting(modification -> modification.getValue().toStringUtf8())
                .containsExactly("", "2", "1");
        assertThat(found.get(1).getTimestamp().getSeconds()).isEqualTo(1_700_000_004);
    }

    @Test
    void simulations_see_the_state_as_it_was_when_they_began() {
        chain.run("tx1", put("a", "1").andThen(put("b", "1")));
        try (Simulation simulation = chain.ledger.simulate("query")) {
            Iterator<Entry> range = simulation.range("cc", "", "");
            for (int i = 0; i < 200; i++) {
                chain.run("change" + i, put("a", "new" + i).andThen(put("key" + i, "1")));
                chain.run("delete" + i, simulate -> simulate.delete("cc", "b"));
            }

            assertThat(simulation.get("cc", "a")).hasValue(bytes("1"));
            assertThat(simulation.get("cc", "b")).hasValue(bytes("1"));
            assertThat(range).toIterable().extracting(Entry::key).containsExactly("a", "b");
            assertThat(simulation.history("cc", "a")).toIterable().hasSize(1);
        }
        assertThat(chain.ledger.state("cc", "a")).hasValue(bytes("new199"));
    }

    @Test
    void committed_ranges_are_in_the_order_of_their_bytes() {
        chain.run(
                "tx1",
                put("b", "1")
                        .andThen(put("a", "1"))
                        .andThen(put("\0composite\0", "1"))
                        .andThen(put("\uffff", "1"))
                        .andThen(put("\ud83d\ude00", "1")));

        assertThat(chain.ledger.range("cc", "", ""))
                .extracting(Entry::key)
                .containsExactly("\0composite\0", "a", "b", "\uffff", "\ud83d\ude00");
        assertThat(chain.ledger.range("cc", "a", "b")).extracting(Entry::key).containsExactly("a");
        assertThat(chain.ledger.range("c", "", "")).isEmpty();
    }

    static Consumer<Simulation> put(String key, String value) {
        return simulation -> simulation.put("cc", key, bytes(value));
    }

    private static Consumer<Simulation> drain(String start, String end) {
        return simulation -> simulation.range("cc", start, end).forEachRemaining(entry -> {});
    }

    private static ByteString metadata(Block block, int index) {
        return block.getMetadata().getMetadata(index);
    }
}
