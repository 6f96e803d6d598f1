package io.weft.embedded.chaincode;

import static io.weft.embedded.chaincode.Peers.CHANNEL;
import static io.weft.embedded.chaincode.Peers.ORG1;
import static io.weft.embedded.chaincode.Peers.ORG2;
import static io.weft.embedded.chaincode.Peers.OTHER_CHANNEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.embedded.chaincode.Peers.Outcome;
import io.weft.embedded.ledger.Sha256;
import io.weft.embedded.ledger.Simulation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.hyperledger.fabric.protos.ledger.rwset.NsReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRead;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWrite;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;
import org.hyperledger.fabric.protos.peer.ChaincodeSpec;
import org.hyperledger.fabric.protos.peer.CollectionConfig;
import org.hyperledger.fabric.protos.peer.CollectionConfigPackage;
import org.hyperledger.fabric.protos.peer.CollectionPolicyConfig;
import org.hyperledger.fabric.protos.peer.GetQueryResult;
import org.hyperledger.fabric.protos.peer.GetStateByRange;
import org.hyperledger.fabric.protos.peer.GetStateMultiple;
import org.hyperledger.fabric.protos.peer.GetStateMultipleResult;
import org.hyperledger.fabric.protos.peer.QueryStateNext;
import org.hyperledger.fabric.protos.peer.StaticCollectionConfig;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.hyperledger.fabric.protos.peer.WriteBatchState;
import org.hyperledger.fabric.protos.peer.WriteRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that a chaincode can ask of its peer, by Fabric's own shim: here it is handed the messages; the subclass
 * does all of it again over a stream.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StreamProtocolTest {
    /** {@code cc} with a collection {@code secrets} that only members of Org1MSP may read and write. */
    private static final CollectionConfigPackage COLLECTIONS = CollectionConfigPackage.newBuilder()
            .addConfig(CollectionConfig.newBuilder()
                    .setStaticCollectionConfig(StaticCollectionConfig.newBuilder()
                            .setName("secrets")
                            .setMemberOrgsPolicy(CollectionPolicyConfig.newBuilder()
                                    .setSignaturePolicy(Policies.anyMember(List.of("Org1MSP"))))
                            .setMaximumPeerCount(1)
                            .setMemberOnlyRead(true)
                            .setMemberOnlyWrite(true)))
            .build();

    @TempDir
    Path folder;

    private final EveryRequest chaincode = new EveryRequest();
    private Peers peers;

    @BeforeEach
    void deploy() throws Exception {
        peers = new Peers(folder);
        peers.deploy(CHANNEL, "cc", source("cc", chaincode), COLLECTIONS, false);
        peers.deploy("other", source("other", new EveryRequest()));
    }

    /** Where peers find the chaincode. */
    ChaincodeSource source(String label, EveryRequest code) throws Exception {
        return new ChaincodeSource.InProcess(List.of(() -> code));
    }

    @AfterEach
    void close() {
        peers.close();
    }

    private Outcome evaluate(String... arguments) {
        return peers.evaluate("cc", arguments);
    }

    private Outcome submit(String... arguments) {
        Outcome result = peers.submit("cc", arguments);
        assertThat(result.code()).contains(TxValidationCode.VALID);
        return result;
    }

    private static KVRWSet writes(Outcome outcome, String namespace) {
        return outcome.writes().getNsRwsetList().stream()
                .filter(set -> set.getNamespace().equals(namespace))
                .map(NsReadWriteSet::getRwset)
                .map(bytes -> {
                    try {
                        return KVRWSet.parseFrom(bytes);
                    } catch (InvalidProtocolBufferException e) {
                        throw new AssertionError(e);
                    }
                })
                .findFirst()
                .orElse(KVRWSet.getDefaultInstance());
    }

    @Test
    void what_was_put_is_read_by_the_next_transaction_and_not_by_the_same() {
        assertThat(submit("put", "a", "1").text()).isEmpty();

        assertThat(evaluate("get", "a").text()).isEqualTo("1");
        assertThat(evaluate("get", "b").text()).isEmpty();
    }

    @Test
    void a_call_records_that_it_depends_on_the_definition() {
        Outcome outcome = evaluate("get", "a");

        assertThat(writes(outcome, "_lifecycle").getReadsList())
                .extracting(KVRead::getKey)
                .containsExactly("namespaces/fields/cc/Sequence");
        assertThat(writes(outcome, "cc").getReadsList())
                .extracting(KVRead::getKey)
                .containsExactly("a");
        assertThat(outcome.answer().version()).isEqualTo("1.0");
    }

    @Test
    void a_deleted_key_is_gone() {
        submit("put", "a", "1");

        Outcome deletion = submit("delete", "a");

        assertThat(writes(deletion, "cc").getWritesList()).allMatch(KVWrite::getIsDelete);
        assertThat(evaluate("get", "a").text()).isEmpty();
    }

    @Test
    void a_range_of_more_than_a_hundred_keys_comes_in_batches_and_complete() {
        submit("fill", "250");

        assertThat(evaluate("range", "", "").text().split(","))
                .hasSize(250)
                .startsWith("key0000=value0")
                .endsWith("key0249=value249");
        assertThat(evaluate("range", "key0003", "key0006").text())
                .isEqualTo("key0003=value3,key0004=value4,key0005=value5");
        assertThat(evaluate("first of range").text()).isEqualTo("key0000");
    }

    @Test
    void a_range_of_exactly_one_batch_ends_with_it() {
        submit("fill", "100");

        assertThat(evaluate("range", "", "").text().split(",")).hasSize(100);
    }

    @Test
    void pages_continue_at_their_bookmark() {
        submit("fill", "5");

        assertThat(evaluate("page", "", "", "2", "").text())
                .isEqualTo("key0000=value0,key0001=value1 count 2 next key0002");
        assertThat(evaluate("page", "", "", "2", "key0002").text())
                .isEqualTo("key0002=value2,key0003=value3 count 2 next key0004");
        assertThat(evaluate("page", "", "", "2", "key0004").text()).isEqualTo("key0004=value4 count 1 next ");
    }

    @Test
    void composite_keys_lie_beside_simple_ones() {
        submit("put", "a", "1");
        submit("put composite", "color", "blue", "x");
        submit("put composite", "color", "red", "y");

        assertThat(evaluate("range composite", "color", "blue").text()).isEqualTo("|color|blue|x|=c");
        assertThat(evaluate("range composite", "color").text()).isEqualTo("|color|blue|x|=c,|color|red|y|=c");
        assertThat(evaluate("range", "", "").text()).isEqualTo("a=1");
    }

    @Test
    void history_goes_from_the_newest_to_the_oldest() {
        submit("put", "a", "1");
        submit("put", "a", "2");
        submit("delete", "a");

        assertThat(evaluate("history", "a").text()).isEqualTo("deleted,2,1");
    }

    @Test
    void a_rich_query_is_refused_with_what_to_do() {
        Conversation conversation = conversation("peek");
        ChaincodeMessage answer = ask(
                conversation,
                ChaincodeMessage.Type.GET_QUERY_RESULT,
                GetQueryResult.newBuilder().setQuery("{}").build().toByteString());

        assertThat(answer.getPayload().toStringUtf8())
                .startsWith("GET_QUERY_RESULT failed: transaction ID: peek: ExecuteQuery not supported for leveldb")
                .contains("--nodes fabric");
        assertThatThrownBy(() -> evaluate("query")).isInstanceOf(ChaincodeFailure.class);
    }

    @Test
    void an_unknown_iterator_and_a_closed_one_are_not_found() {
        submit("fill", "150");
        Conversation conversation = conversation("peek");
        QueryStateNext next = QueryStateNext.newBuilder().setId("query-1").build();

        ask(
                conversation,
                ChaincodeMessage.Type.GET_STATE_BY_RANGE,
                GetStateByRange.getDefaultInstance().toByteString());
        ask(conversation, ChaincodeMessage.Type.QUERY_STATE_CLOSE, next.toByteString());

        assertThat(ask(conversation, ChaincodeMessage.Type.QUERY_STATE_NEXT, next.toByteString())
                        .getPayload()
                        .toStringUtf8())
                .isEqualTo("QUERY_STATE_NEXT failed: transaction ID: peek: query iterator not found");
    }

    @Test
    void a_batch_of_writes_and_a_read_of_many_keys_do_what_the_single_requests_do() throws Exception {
        submit("fill", "2");
        try (Simulation simulation = peers.ledger(CHANNEL).simulate("batch")) {
            Conversation conversation = conversation("batch", simulation);
            ask(
                    conversation,
                    ChaincodeMessage.Type.WRITE_BATCH_STATE,
                    WriteBatchState.newBuilder()
                            .addRec(WriteRecord.newBuilder()
                                    .setType(WriteRecord.Type.PUT_STATE)
                                    .setKey("x")
                                    .setValue(ByteString.copyFromUtf8("1")))
                            .addRec(WriteRecord.newBuilder()
                                    .setType(WriteRecord.Type.DEL_STATE)
                                    .setKey("key0000"))
                            .build()
                            .toByteString());
            ChaincodeMessage many = ask(
                    conversation,
                    ChaincodeMessage.Type.GET_STATE_MULTIPLE,
                    GetStateMultiple.newBuilder()
                            .addKeys("key0001")
                            .addKeys("none")
                            .build()
                            .toByteString());

            assertThat(GetStateMultipleResult.parseFrom(many.getPayload()).getValuesList())
                    .containsExactly(ByteString.copyFromUtf8("value1"), ByteString.EMPTY);
            assertThat(KVRWSet.parseFrom(simulation.publicWrites().getNsRwset(0).getRwset())
                            .getWritesList())
                    .extracting(write -> write.getKey() + write.getIsDelete())
                    .containsExactly("key0000true", "xfalse");
        }
    }

    private Conversation conversation(String txId) {
        return conversation(txId, peers.ledger(CHANNEL).simulate(txId));
    }

    private Conversation conversation(String txId, Simulation simulation) {
        return new Conversation(
                new ChaincodeCall(
                        CHANNEL,
                        txId,
                        "cc",
                        Peers.input(false, "f"),
                        peers.proposal(CHANNEL, txId, "cc", ORG1, Map.of()),
                        simulation),
                false,
                new Conversation.Peer() {
                    @Override
                    public void requireRead(String collection) {}

                    @Override
                    public void requireWrite(String collection) {}

                    @Override
                    public void requireDefined(String collection) {}

                    @Override
                    public void requirePurge() {}

                    @Override
                    public ChaincodeMessage invoke(ChaincodeSpec target) {
                        throw new AssertionError("Nobody calls.");
                    }
                });
    }

    private static ChaincodeMessage ask(Conversation conversation, ChaincodeMessage.Type type, ByteString payload) {
        CompletableFuture<ChaincodeMessage> answer = new CompletableFuture<>();
        conversation.accept(
                ChaincodeMessage.newBuilder().setType(type).setPayload(payload).build(), answer::complete);
        return answer.join();
    }

    @Test
    void a_key_keeps_the_policy_that_was_set_for_it() {
        submit("put", "a", "1");
        assertThat(evaluate("get policy", "a").text()).isEqualTo("none");

        submit("set policy", "a", "a policy");

        assertThat(evaluate("get policy", "a").text()).isEqualTo("a policy");
    }

    private Outcome withSecret(String value, String... arguments) {
        return peers.call(
                ORG1, "cc", Peers.input(false, arguments), Map.of("value", ByteString.copyFromUtf8(value)), true);
    }

    @Test
    void private_data_is_read_by_members_and_its_hash_by_all() {
        Outcome outcome = withSecret("s", "put private", "secrets", "k");

        assertThat(writes(outcome, "cc").getWritesList()).isEmpty();
        assertThat(evaluate("get private", "secrets", "k").text()).isEqualTo("s");
        assertThat(evaluate("range private", "secrets").text()).isEqualTo("k=s");
        assertThat(evaluate("hash private", "secrets", "k").text())
                .isEqualTo(HexFormat.of()
                        .formatHex(Sha256.of(ByteString.copyFromUtf8("s")).toByteArray()));
        withSecret("", "set private policy", "secrets", "k", "p");
        assertThat(evaluate("get private policy", "secrets", "k").text()).isEqualTo("p");
    }

    @Test
    void private_data_can_be_deleted_and_purged() {
        withSecret("s", "put private", "secrets", "k");
        withSecret("s", "put private", "secrets", "l");

        submit("delete private", "secrets", "k");
        submit("purge private", "secrets", "l");

        assertThat(evaluate("range private", "secrets").text()).isEmpty();
    }

    @Test
    void a_client_of_another_organization_reads_and_writes_no_private_data_of_a_members_only_collection() {
        withSecret("s", "put private", "secrets", "k");

        assertThatThrownBy(() -> peers.call(
                        ORG1, ORG2, "cc", Peers.input(false, "get private", "secrets", "k"), Map.of(), false))
                .isInstanceOf(ChaincodeFailure.class)
                .hasMessageContaining("transaction returned with failure");
        assertThat(evaluate("get private", "secrets", "k").status()).isEqualTo(200);
    }

    @Test
    void an_implicit_collection_needs_no_definition_and_an_unknown_one_is_an_error() {
        withSecret("s", "put private", "_implicit_org_Org1MSP", "k");

        assertThat(evaluate("get private", "_implicit_org_Org1MSP", "k").text()).isEqualTo("s");
        assertThatThrownBy(() -> evaluate("get private", "nothing", "k")).isInstanceOf(ChaincodeFailure.class);
    }

    @Test
    void private_data_leaves_a_read_of_the_whole_definition() {
        Outcome outcome = evaluate("get private", "secrets", "k");

        assertThat(writes(outcome, "_lifecycle").getReadsList())
                .extracting(KVRead::getKey)
                .containsExactly(
                        "namespaces/fields/cc/Collections",
                        "namespaces/fields/cc/EndorsementInfo",
                        "namespaces/fields/cc/Sequence",
                        "namespaces/fields/cc/ValidationInfo",
                        "namespaces/metadata/cc");
    }

    @Test
    void a_call_on_the_same_channel_joins_the_callers_transaction() {
        Outcome outcome = submit("call", "other", "", "put", "a", "1");

        assertThat(outcome.text()).isEqualTo("200  ");
        assertThat(writes(outcome, "other").getWritesList())
                .extracting(KVWrite::getKey)
                .containsExactly("a");
        assertThat(peers.evaluate("other", "get", "a").text()).isEqualTo("1");
    }

    @Test
    void a_call_on_another_channel_reads_there_and_writes_nothing() {
        peers.deploy(
                OTHER_CHANNEL,
                "other",
                new ChaincodeSource.InProcess(List.of(EveryRequest::new)),
                CollectionConfigPackage.getDefaultInstance(),
                false);

        Outcome outcome = submit("call", "other", OTHER_CHANNEL, "put", "a", "1");

        assertThat(outcome.text()).isEqualTo("200  ");
        assertThat(outcome.writes().getNsRwsetList())
                .extracting(NsReadWriteSet::getNamespace)
                .containsExactly("_lifecycle");
        assertThat(peers.ledger(OTHER_CHANNEL).state("other", "a")).isEmpty();
    }

    @Test
    void a_callee_that_fails_answers_its_caller() {
        assertThat(evaluate("call", "other", "", "fail", "no").text()).isEqualTo("500 no details");
    }

    @Test
    void a_chaincode_that_calls_itself_what_is_not_there_or_a_system_chaincode_fails() {
        assertThatThrownBy(() -> evaluate("call", "cc", "", "get", "a")).isInstanceOf(ChaincodeFailure.class);
        assertThatThrownBy(() -> evaluate("call", "nothing", "", "get", "a")).isInstanceOf(ChaincodeFailure.class);
        assertThatThrownBy(() -> evaluate("call", "other", "nowhere", "get", "a"))
                .isInstanceOf(ChaincodeFailure.class);
        assertThat(evaluate("call", "cscc", "", "GetChannels").text())
                .isEqualTo("500 Rejecting invoke of CSCC from another chaincode, original invocation for 'cc' ");
        assertThat(evaluate("call", "qscc", "", "GetChainInfo").text())
                .isEqualTo("500 Rejecting invoke of QSCC from another chaincode because of potential for deadlocks,"
                        + " original invocation for 'cc' ");
    }

    @Test
    void a_call_of_another_chaincode_is_subject_to_its_access_rule() {
        peers.forbidden.add("peer/ChaincodeToChaincode");

        assertThatThrownBy(() -> evaluate("call", "other", "", "get", "a")).isInstanceOf(ChaincodeFailure.class);
    }

    @Test
    void an_event_carries_chaincode_and_transaction() {
        Outcome outcome = evaluate("event", "sold", "for 5");

        assertThat(outcome.answer().event()).hasValueSatisfying(event -> {
            assertThat(event.getEventName()).isEqualTo("sold");
            assertThat(event.getPayload().toStringUtf8()).isEqualTo("for 5");
            assertThat(event.getChaincodeId()).isEqualTo("cc");
            assertThat(event.getTxId()).startsWith("tx");
        });
        assertThat(evaluate("get", "a").answer().event()).isEmpty();
    }

    @Test
    void the_chaincode_sees_creator_transient_data_and_time_of_the_proposal() {
        Outcome outcome = peers.call(
                ORG2, "cc", Peers.input(false, "context"), Map.of("secret", ByteString.copyFromUtf8("s")), false);

        assertThat(outcome.text())
                .contains("channel=trading")
                .contains("creator="
                        + HexFormat.of().formatHex(peers.creator(ORG2).toByteArray()))
                .contains("time=2023-11-14T22:13:20Z")
                .contains("transient secret=s");
    }

    @Test
    void an_error_answer_is_the_chaincodes_own() {
        Outcome outcome = evaluate("fail", "not today");

        assertThat(outcome.status()).isEqualTo(500);
        assertThat(outcome.message()).isEqualTo("not today");
        assertThat(outcome.text()).isEqualTo("details");
    }

    @Test
    void an_exception_is_a_failure_of_the_transaction() {
        assertThatThrownBy(() -> evaluate("throw", "oops"))
                .isInstanceOf(ChaincodeFailure.class)
                .hasMessageStartingWith("transaction returned with failure: ")
                .hasMessageContaining("oops");
    }

    @Test
    void two_transactions_run_at_the_same_time() {
        Supplier<String> waiting = () -> evaluate("wait").text();

        CompletableFuture<String> first = CompletableFuture.supplyAsync(waiting);
        CompletableFuture<String> second = CompletableFuture.supplyAsync(waiting);

        assertThat(first.join()).isEqualTo("true");
        assertThat(second.join()).isEqualTo("true");
    }

    @Test
    void a_transaction_that_takes_too_long_fails_and_the_next_one_runs() throws Exception {
        try (Peers impatient = new Peers(folder.resolve("impatient"), Duration.ofSeconds(3))) {
            impatient.deploy("slow", source("slow", new EveryRequest()));

            assertThatThrownBy(() -> impatient.evaluate("slow", "hang"))
                    .isInstanceOf(ChaincodeFailure.class)
                    .hasMessageMatching("failed to execute transaction tx\\d+: error sending: timeout expired while"
                            + " executing transaction");

            assertThat(impatient.evaluate("slow", "get", "a").status()).isEqualTo(200);
        }
    }

    @Test
    void a_chaincode_that_requires_initialization_runs_after_it_and_is_initialized_once() throws Exception {
        peers.deploy(CHANNEL, "late", source("late", new EveryRequest()), COLLECTIONS, true);

        assertThatThrownBy(() -> peers.submit("late", "get", "a"))
                .hasMessageEndingWith("invalid invocation: chaincode 'late' has not been initialized for this version,"
                        + " must call as init first");
        assertThatThrownBy(() -> peers.call(ORG1, "late", Peers.input(true, "begin", "private"), Map.of(), true))
                .hasMessageStartingWith("transaction returned with failure: ");
        assertThat(peers.call(ORG1, "late", Peers.input(true, "begin"), Map.of(), true)
                        .message())
                .isEqualTo("initialized");
        assertThat(peers.submit("late", "get", "initialized by").text()).isEqualTo("begin");
        assertThatThrownBy(() -> peers.call(ORG1, "late", Peers.input(true, "begin"), Map.of(), true))
                .hasMessageEndingWith("chaincode 'late' is already initialized but called as init");
        assertThatThrownBy(() -> peers.call(ORG1, "cc", Peers.input(true, "begin"), Map.of(), true))
                .hasMessageEndingWith("chaincode 'cc' does not require initialization but called as init");
    }

    @Test
    void a_chaincode_that_nobody_defined_is_not_found() {
        String inner = "chaincode nothing not found";

        assertThatThrownBy(() -> peers.evaluate("nothing", "get", "a"))
                .hasMessageEndingWith("invalid invocation: [channel trading] failed to get chaincode container info"
                        + " for nothing: " + inner);
        assertThatThrownBy(() -> peers.executor(ORG1)
                        .requireCallable(
                                CHANNEL, "nothing", peers.ledger(CHANNEL).simulate("tx")))
                .hasMessage("make sure the chaincode nothing has been successfully defined on channel trading and try"
                        + " again: " + inner);
    }
}
