package io.weft.embedded.peer;

import static io.weft.embedded.peer.EmbeddedNetwork.CHANNEL;
import static io.weft.embedded.peer.EmbeddedNetwork.TIMEOUT;
import static io.weft.embedded.peer.EmbeddedNetwork.peer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.weft.chaincode.ChaincodeDefinition;
import io.weft.chaincode.PeerPackages;
import io.weft.channel.ChainInfo;
import io.weft.channel.GenesisBlock;
import io.weft.channel.PeerChannels;
import io.weft.gateway.Call;
import io.weft.gateway.CallResult;
import io.weft.gateway.EndorserDiscovery;
import io.weft.gateway.TransactionClient;
import io.weft.model.Chaincode;
import io.weft.model.Collection;
import io.weft.model.ConsensusType;
import io.weft.model.MspId;
import io.weft.pki.CertificateAuthority;
import io.weft.pki.DistinguishedName;
import io.weft.pki.Profile;
import io.weft.pki.Role;
import io.weft.problem.RejectedException;
import io.weft.protocol.Answer;
import io.weft.protocol.DiscoveredPeer;
import io.weft.protocol.Invocation;
import io.weft.protocol.PeerConnection;
import io.weft.protocol.Signer;
import io.weft.sample.AssetContract;
import io.weft.testing.TestNetworks;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.client.ChaincodeEvent;
import org.hyperledger.fabric.client.CloseableIterator;
import org.hyperledger.fabric.client.Contract;
import org.hyperledger.fabric.client.EndorseException;
import org.hyperledger.fabric.client.Gateway;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.Proposal;
import org.hyperledger.fabric.client.SubmittedTransaction;
import org.hyperledger.fabric.client.Transaction;
import org.hyperledger.fabric.protos.gateway.ErrorDetail;
import org.hyperledger.fabric.protos.gateway.ProposedTransaction;
import org.hyperledger.fabric.protos.peer.BlockAndPrivateData;
import org.hyperledger.fabric.protos.peer.EndorserGrpc;
import org.hyperledger.fabric.protos.peer.FilteredBlock;
import org.hyperledger.fabric.protos.peer.FilteredTransaction;
import org.hyperledger.fabric.protos.peer.ProposalResponse;
import org.hyperledger.fabric.protos.peer.SignedProposal;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network of embedded nodes, as weft's own clients and the Fabric Gateway SDK see it. */
class EmbeddedPeerTest {
    private static final String KV = "kv";
    private static EmbeddedNetwork network;

    @BeforeAll
    static void start(@TempDir Path folder) {
        network = EmbeddedNetwork.joined(ConsensusType.RAFT, 3, folder);
        network.deploy(
                network.chaincodePackage("kv_1.0", KeyValueContract.class),
                ChaincodeDefinition.of(withCollection(TestNetworks.chaincode(KV, "1.0")), 1));
    }

    /** With private data of org1, which a client of org1 writes and reads. */
    private static Chaincode withCollection(Chaincode chaincode) {
        return new Chaincode(
                chaincode.name(),
                chaincode.version(),
                chaincode.image(),
                chaincode.endorsement(),
                List.of(new Collection(
                        "secrets", "OR('Org1MSP.member')", 0, 1, 0, true, true, Optional.of("OR('Org1MSP.peer')"))),
                chaincode.init(),
                chaincode.tls(),
                chaincode.organizations(),
                chaincode.port(),
                chaincode.environment(),
                chaincode.workload());
    }

    @AfterAll
    static void stop() {
        if (network != null) {
            network.close();
        }
    }

    private static PeerConnection first(String organization) {
        return network.connection(peer(organization, 0));
    }

    private static Call call(String function, String... arguments) {
        return Call.of(CHANNEL, KV, function, arguments);
    }

    private static CallResult submit(String organization, String function, String... arguments) {
        try (TransactionClient client = network.gateway(organization)) {
            return client.submit(call(function, arguments), TIMEOUT);
        }
    }

    private static String evaluate(String organization, String function, String... arguments) {
        try (TransactionClient client = network.gateway(organization)) {
            CallResult.Evaluated result = (CallResult.Evaluated) client.evaluate(call(function, arguments), TIMEOUT);
            return new String(result.payload().bytes(), StandardCharsets.UTF_8);
        }
    }

    private static CallResult.Committed committed(CallResult result) {
        assertThat(result).isInstanceOf(CallResult.Committed.class);
        return (CallResult.Committed) result;
    }

    private static Answer.Refused refused(Answer answer) {
        assertThat(answer).isInstanceOf(Answer.Refused.class);
        return (Answer.Refused) answer;
    }

    private static Contract contract(Gateway gateway) {
        return gateway.getNetwork(CHANNEL).getContract(KV);
    }

    private static SignedProposal proposal(Gateway gateway, String function, String... arguments) throws Exception {
        Proposal proposal =
                contract(gateway).newProposal(function).addArguments(arguments).build();
        ByteString bytes =
                ProposedTransaction.parseFrom(proposal.getBytes()).getProposal().getProposalBytes();
        return SignedProposal.newBuilder()
                .setProposalBytes(bytes)
                .setSignature(network.client("org1").sign(bytes))
                .build();
    }

    @Test
    void a_peer_lists_its_channels_and_joins_one_only_once() {
        PeerChannels channels = new PeerChannels(first("org1"), network.admin("org1"));

        assertThat(channels.channels(TIMEOUT)).containsExactly(CHANNEL);
        assertThat(channels.join(network.genesis(), TIMEOUT)).isFalse();
        assertThat(refused(first("org1")
                                .propose(
                                        network.admin("org1"),
                                        new Invocation(
                                                "",
                                                "cscc",
                                                List.of(
                                                        ByteString.copyFromUtf8("JoinChain"),
                                                        network.genesis()
                                                                .block()
                                                                .toByteString()),
                                                Invocation.Kind.CONFIGURATION),
                                        TIMEOUT))
                        .message())
                .isEqualTo("cannot create ledger from genesis block: ledger [" + CHANNEL
                        + "] already exists with state [ACTIVE]");
    }

    @Test
    void what_one_organization_submits_the_other_reads() {
        CallResult.Committed result = committed(submit("org1", "put", "colour", "blue"));

        assertThat(result.code()).isEqualTo("VALID");
        assertThat(evaluate("org2", "get", "colour")).isEqualTo("blue");
    }

    @Test
    void the_sample_contract_works_through_both_organizations() {
        network.deploy(
                network.chaincodePackage("asset_1.0", AssetContract.class),
                ChaincodeDefinition.of(TestNetworks.chaincode("asset", "1.0"), 1));
        try (TransactionClient one = network.gateway("org1");
                TransactionClient two = network.gateway("org2")) {
            committed(one.submit(Call.of(CHANNEL, "asset", "InitLedger"), TIMEOUT));
            CallResult.Committed moved =
                    committed(two.submit(Call.of(CHANNEL, "asset", "TransferAsset", "asset1", "Gita"), TIMEOUT));

            assertThat(moved.payload().text()).isEqualTo("Amara");
            CallResult.Evaluated read =
                    (CallResult.Evaluated) one.evaluate(Call.of(CHANNEL, "asset", "ReadAsset", "asset1"), TIMEOUT);
            assertThat(read.payload().text())
                    .isEqualTo("{\"AppraisedValue\":300,\"Color\":\"blue\",\"ID\":\"asset1\",\"Owner\":\"Gita\","
                            + "\"Size\":5}");
            assertThat(two.submit(Call.of(CHANNEL, "asset", "DeleteAsset", "none"), TIMEOUT))
                    .isInstanceOfSatisfying(CallResult.ChaincodeError.class, error -> {
                        assertThat(error.status()).isEqualTo(500);
                        assertThat(error.message()).isEqualTo("the asset none does not exist");
                    });
        }
    }

    @Test
    void a_transaction_carries_an_endorsement_of_each_organization_that_the_policy_needs() throws Exception {
        try (Gateway gateway = network.sdk("org1")) {
            Transaction transaction = contract(gateway)
                    .newProposal("put")
                    .addArguments("endorsed", "by two")
                    .build()
                    .endorse();
            var envelope = org.hyperledger.fabric.protos.gateway.PreparedTransaction.parseFrom(transaction.getBytes())
                    .getEnvelope();
            io.weft.embedded.peer.Transaction.Action action = io.weft.embedded.peer.Transaction.read(
                            envelope.toByteString())
                    .action();

            assertThat(action.endorsements().stream()
                            .map(one -> mspId(one.identity()))
                            .toList())
                    .containsExactlyInAnyOrder("Org1MSP", "Org2MSP");
        }
    }

    private static String mspId(ByteString identity) {
        try {
            return org.hyperledger.fabric.protos.msp.SerializedIdentity.parseFrom(identity)
                    .getMspid();
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void an_identity_of_another_authority_is_refused_as_malformed() {
        CertificateAuthority stranger = CertificateAuthority.create(
                DistinguishedName.of("stranger-ca"), Duration.ofDays(1), Clock.systemUTC(), new SecureRandom());
        Signer signer = new Signer(
                new MspId("Org1MSP"),
                stranger.issue(
                        DistinguishedName.of("stranger"),
                        new Profile.Enrollment(Role.CLIENT, Map.of()),
                        Duration.ofDays(1)));

        Answer.Refused answer = refused(first("org1").propose(signer, Invocation.of(CHANNEL, KV, "get", "a"), TIMEOUT));

        assertThat(answer.message())
                .isEqualTo("error validating proposal: access denied: channel [" + CHANNEL
                        + "] creator org unknown, creator is malformed");
    }

    @Test
    void an_identity_of_another_organization_is_not_local() {
        Answer.Refused answer = refused(
                first("org1").propose(network.admin("org2"), Invocation.of("", "cscc", "GetChannels"), TIMEOUT));

        assertThat(answer.message())
                .isEqualTo("error validating proposal: access denied: channel [] creator org unknown, creator is"
                        + " malformed");
    }

    @Test
    void a_client_may_not_do_what_is_for_admins() {
        PeerPackages packages = new PeerPackages(first("org1"), network.client("org1"));

        assertThatThrownBy(() -> packages.installed(TIMEOUT))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("Failed to authorize invocation due to failed ACL check: Failed verifying that"
                        + " proposal's creator satisfies local MSP principal during channelless check policy with policy"
                        + " [Admins]: [The identity is not an admin under this MSP [Org1MSP]: The identity does not"
                        + " contain OU [ADMIN], MSP: [Org1MSP]]");
    }

    @Test
    void a_tampered_proposal_is_refused_with_a_grpc_error() throws Exception {
        try (Gateway gateway = network.sdk("org1")) {
            SignedProposal signed = proposal(gateway, "put", "tampered", "no");
            org.hyperledger.fabric.protos.peer.Proposal changed =
                    org.hyperledger.fabric.protos.peer.Proposal.parseFrom(signed.getProposalBytes()).toBuilder()
                            .setPayload(org.hyperledger.fabric.protos.peer.Proposal.parseFrom(
                                            proposal(gateway, "put", "tampered", "yes")
                                                    .getProposalBytes())
                                    .getPayload())
                            .build();

            StatusRuntimeException failure =
                    catchThrowableOfType(StatusRuntimeException.class, () -> EndorserGrpc.newBlockingStub(
                                    first("org1").channel())
                            .processProposal(signed.toBuilder()
                                    .setProposalBytes(changed.toByteString())
                                    .build()));

            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNKNOWN);
            assertThat(failure.getStatus().getDescription())
                    .isEqualTo("error validating proposal: access denied: channel [" + CHANNEL
                            + "] creator org [Org1MSP]");
        }
    }

    @Test
    void an_unknown_channel_is_a_response_with_status_500() {
        Answer.Refused answer = refused(
                first("org1").propose(network.client("org1"), Invocation.of("nowhere", KV, "get", "a"), TIMEOUT));

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.message()).isEqualTo("channel 'nowhere' not found");
    }

    @Test
    void an_undefined_chaincode_is_named() {
        Answer.Refused answer = refused(
                first("org1").propose(network.client("org1"), Invocation.of(CHANNEL, "nothing", "get", "a"), TIMEOUT));

        assertThat(answer.message())
                .isEqualTo("make sure the chaincode nothing has been successfully defined on channel " + CHANNEL
                        + " and try again: chaincode nothing not found");
    }

    @Test
    void gateway_errors_have_fabrics_code_and_details() {
        try (Gateway gateway = network.sdk("org1")) {
            EndorseException failed = catchThrowableOfType(EndorseException.class, () -> contract(gateway)
                    .newProposal("fail")
                    .addArguments("not today")
                    .build()
                    .endorse());

            assertThat(failed.getStatus().getCode()).isEqualTo(Status.Code.ABORTED);
            assertThat(failed.getStatus().getDescription())
                    .isEqualTo("failed to endorse transaction, see attached details for more info");
            assertThat(failed.getDetails())
                    .allSatisfy(detail -> {
                        assertThat(detail.getMspId()).isEqualTo("Org1MSP");
                        assertThat(detail.getMessage()).isEqualTo("chaincode response 500, not today");
                        assertThat(detail.getAddress()).contains(".org1.example:");
                    })
                    .isNotEmpty();
            GatewayException unknown = catchThrowableOfType(
                    GatewayException.class,
                    () -> gateway.getNetwork(CHANNEL).getContract("nothing").evaluateTransaction("get", "a"));
            assertThat(unknown.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(unknown.getStatus().getDescription())
                    .isEqualTo("no peers available to evaluate chaincode nothing in channel " + CHANNEL);
        }
    }

    @Test
    void an_evaluated_refusal_of_the_chaincode_has_code_unknown() {
        try (Gateway gateway = network.sdk("org1")) {
            GatewayException failed = catchThrowableOfType(
                    GatewayException.class, () -> contract(gateway).evaluateTransaction("fail", "not today"));

            assertThat(failed.getStatus().getCode()).isEqualTo(Status.Code.UNKNOWN);
            assertThat(failed.getStatus().getDescription())
                    .isEqualTo("evaluate call to endorser returned error: chaincode response 500, not today");
        }
    }

    @Test
    void peers_that_compute_different_results_make_no_transaction() {
        try (Gateway gateway = network.sdk("org1")) {
            EndorseException failed = catchThrowableOfType(EndorseException.class, () -> contract(gateway)
                    .newProposal("random")
                    .addArguments("a")
                    .build()
                    .endorse());

            assertThat(failed.getStatus().getCode()).isEqualTo(Status.Code.ABORTED);
            assertThat(failed.getStatus().getDescription())
                    .isEqualTo("failed to collect enough transaction endorsements, see attached details for more info");
            assertThat(failed.getDetails())
                    .extracting(ErrorDetail::getMessage)
                    .contains("ProposalResponsePayloads do not match");
        }
    }

    @Test
    void too_few_endorsements_make_an_invalid_transaction() throws Exception {
        try (Gateway gateway = network.sdk("org1")) {
            SubmittedTransaction submitted = contract(gateway)
                    .newProposal("put")
                    .addArguments("lonely", "yes")
                    .setEndorsingOrganizations("Org1MSP")
                    .build()
                    .endorse()
                    .submitAsync();

            assertThat(submitted.getStatus().getCode()).isEqualTo(TxValidationCode.ENDORSEMENT_POLICY_FAILURE);
        }
        assertThat(evaluate("org1", "get", "lonely")).isEmpty();
    }

    @Test
    void the_policy_of_a_key_replaces_that_of_the_chaincode() throws Exception {
        submit("org1", "put", "mine", "1");
        committed(submit("org1", "onlyFor", "mine", "Org1MSP"));
        try (Gateway gateway = network.sdk("org1")) {
            assertThat(submittedBy(gateway, "Org1MSP", "mine", "2")).isEqualTo(TxValidationCode.VALID);
            assertThat(submittedBy(gateway, "Org2MSP", "mine", "3"))
                    .isEqualTo(TxValidationCode.ENDORSEMENT_POLICY_FAILURE);
        }
        assertThat(evaluate("org2", "get", "mine")).isEqualTo("2");
    }

    private static TxValidationCode submittedBy(Gateway gateway, String endorser, String key, String value)
            throws Exception {
        return contract(gateway)
                .newProposal("put")
                .addArguments(key, value)
                .setEndorsingOrganizations(endorser)
                .build()
                .endorse()
                .submitAsync()
                .getStatus()
                .getCode();
    }

    @Test
    void of_two_transactions_that_read_the_same_state_the_second_conflicts() throws Exception {
        submit("org1", "put", "list", "");
        try (Gateway gateway = network.sdk("org1")) {
            Transaction one = contract(gateway)
                    .newProposal("append")
                    .addArguments("list", "a")
                    .build()
                    .endorse();
            Transaction two = contract(gateway)
                    .newProposal("append")
                    .addArguments("list", "b")
                    .build()
                    .endorse();

            assertThat(one.submitAsync().getStatus().getCode()).isEqualTo(TxValidationCode.VALID);
            assertThat(two.submitAsync().getStatus().getCode()).isEqualTo(TxValidationCode.MVCC_READ_CONFLICT);
        }
        assertThat(evaluate("org2", "get", "list")).isEqualTo("a");
    }

    @Test
    void a_transaction_is_taken_only_once() throws Exception {
        try (Gateway gateway = network.sdk("org1")) {
            Proposal proposal = contract(gateway)
                    .newProposal("put")
                    .addArguments("once", "1")
                    .build();
            Transaction transaction = proposal.endorse();
            SubmittedTransaction submitted = transaction.submitAsync();
            assertThat(submitted.getStatus().isSuccessful()).isTrue();

            EndorseException again = catchThrowableOfType(EndorseException.class, proposal::endorse);
            assertThat(again.getDetails().get(0).getMessage())
                    .startsWith("duplicate transaction found [" + proposal.getTransactionId() + "]. Creator [");
            long height = network.node(peer("org1", 0)).height(CHANNEL).orElseThrow();
            transaction.submitAsync();
            committed(submit("org1", "put", "after", "duplicate"));
            assertThat(codes(gateway, height)).contains(TxValidationCode.DUPLICATE_TXID);
            // The first commit counts, however often the transaction comes.
            assertThat(submitted.getStatus().getCode()).isEqualTo(TxValidationCode.VALID);
        }
    }

    /** The codes in the blocks from that one to the newest. */
    private static List<TxValidationCode> codes(Gateway gateway, long from) {
        long height = network.node(peer("org1", 0)).height(CHANNEL).orElseThrow();
        List<TxValidationCode> result = new java.util.ArrayList<>();
        try (CloseableIterator<FilteredBlock> blocks = gateway.getNetwork(CHANNEL)
                .newFilteredBlockEventsRequest()
                .startBlock(from)
                .build()
                .getEvents(options -> options.withDeadlineAfter(TIMEOUT.toSeconds(), TimeUnit.SECONDS))) {
            for (long number = from; number < height; number++) {
                blocks.next().getFilteredTransactionsList().stream()
                        .map(FilteredTransaction::getTxValidationCode)
                        .forEach(result::add);
            }
        }
        return result;
    }

    @Test
    void the_commit_status_is_told_after_the_commit_too() throws Exception {
        try (Gateway gateway = network.sdk("org1");
                Gateway other = network.sdk("org2")) {
            SubmittedTransaction submitted = contract(gateway)
                    .newProposal("put")
                    .addArguments("late", "1")
                    .build()
                    .endorse()
                    .submitAsync();
            org.hyperledger.fabric.client.Status early = submitted.getStatus();

            org.hyperledger.fabric.client.Status late =
                    gateway.newCommit(submitted.getBytes()).getStatus();

            assertThat(late.getBlockNumber()).isEqualTo(early.getBlockNumber());
            assertThat(late.getCode()).isEqualTo(TxValidationCode.VALID);
            assertThat(other).isNotNull();
        }
    }

    @Test
    void events_are_replayed_from_a_block_and_after_a_transaction() throws Exception {
        CallResult.Committed one = committed(submit("org1", "announce", "news", "one"));
        CallResult.Committed two = committed(submit("org1", "announce", "news", "two"));
        try (Gateway gateway = network.sdk("org2")) {
            try (CloseableIterator<ChaincodeEvent> events = gateway.getNetwork(CHANNEL)
                    .newChaincodeEventsRequest(KV)
                    .startBlock(one.block())
                    .build()
                    .getEvents(options -> options.withDeadlineAfter(TIMEOUT.toSeconds(), TimeUnit.SECONDS))) {
                ChaincodeEvent event = events.next();
                assertThat(event.getTransactionId()).isEqualTo(one.transactionId());
                assertThat(event.getEventName()).isEqualTo("news");
                assertThat(new String(event.getPayload(), StandardCharsets.UTF_8))
                        .isEqualTo("one");
                assertThat(events.next().getTransactionId()).isEqualTo(two.transactionId());
            }
            try (CloseableIterator<ChaincodeEvent> events = gateway.getNetwork(CHANNEL)
                    .newChaincodeEventsRequest(KV)
                    .startBlock(one.block())
                    .checkpoint(new org.hyperledger.fabric.client.Checkpoint() {
                        @Override
                        public java.util.OptionalLong getBlockNumber() {
                            return java.util.OptionalLong.of(one.block());
                        }

                        @Override
                        public Optional<String> getTransactionId() {
                            return Optional.of(one.transactionId());
                        }
                    })
                    .build()
                    .getEvents(options -> options.withDeadlineAfter(TIMEOUT.toSeconds(), TimeUnit.SECONDS))) {
                assertThat(events.next().getTransactionId()).isEqualTo(two.transactionId());
            }
        }
    }

    @Test
    void new_events_arrive_as_they_are_committed() {
        try (Gateway gateway = network.sdk("org1");
                CloseableIterator<ChaincodeEvent> events = gateway.getNetwork(CHANNEL)
                        .getChaincodeEvents(
                                KV, options -> options.withDeadlineAfter(TIMEOUT.toSeconds(), TimeUnit.SECONDS))) {
            // The stream begins with the next commit after the peer has taken the request up, whenever that is.
            CompletableFuture<ChaincodeEvent> next = CompletableFuture.supplyAsync(events::next);
            while (!next.isDone()) {
                committed(submit("org2", "announce", "news", "fresh"));
            }
            assertThat(new String(next.join().getPayload(), StandardCharsets.UTF_8))
                    .isEqualTo("fresh");
        }
    }

    private static void putSecret(String key, String value) {
        try (TransactionClient client = network.gateway("org1")) {
            CallResult.Committed result = committed(client.submit(
                    new Call(
                            CHANNEL,
                            KV,
                            "putPrivate",
                            List.of("secrets", key),
                            Map.of("value", value.getBytes(StandardCharsets.UTF_8)),
                            List.of()),
                    TIMEOUT));
            assertThat(result.code()).isEqualTo("VALID");
        }
    }

    @Test
    void private_data_reaches_the_members_and_nobody_else() {
        putSecret("safe", "4711");

        assertThat(evaluate("org1", "getPrivate", "secrets", "safe")).isEqualTo("4711");
        ByteString atOther = network.connection(peer("org1", 1))
                .query(network.client("org1"), Invocation.of(CHANNEL, KV, "getPrivate", "secrets", "safe"), TIMEOUT);
        assertThat(atOther.toStringUtf8()).isEqualTo("4711");
        Answer.Refused stranger = refused(first("org1")
                .propose(network.client("org2"), Invocation.of(CHANNEL, KV, "getPrivate", "secrets", "safe"), TIMEOUT));
        assertThat(stranger.message())
                .startsWith("error in simulation: transaction returned with failure: ")
                .contains("Unsuccessful response received");
        Answer.Refused elsewhere = refused(first("org2")
                .propose(network.client("org1"), Invocation.of(CHANNEL, KV, "getPrivate", "secrets", "safe"), TIMEOUT));
        assertThat(elsewhere.message())
                .startsWith("error in simulation: transaction returned with failure: ")
                .contains("Unsuccessful response received");
    }

    @Test
    void blocks_are_delivered_with_the_private_data_that_the_client_may_see() throws Exception {
        putSecret("delivered", "0815");
        long newest = network.node(peer("org1", 0)).height(CHANNEL).orElseThrow() - 1;

        assertThat(privateData("org1", newest)).contains("0815");
        try (Gateway gateway = EmbeddedNetwork.sdk(first("org1"), network.client("org2"))) {
            assertThat(next(gateway, newest).getPrivateDataMapMap()).isEmpty();
        }
    }

    private static String privateData(String organization, long block) {
        try (Gateway gateway = network.sdk(organization)) {
            return next(gateway, block).getPrivateDataMapMap().values().toString();
        }
    }

    private static BlockAndPrivateData next(Gateway gateway, long block) {
        try (CloseableIterator<BlockAndPrivateData> blocks = gateway.getNetwork(CHANNEL)
                .newBlockAndPrivateDataEventsRequest()
                .startBlock(block)
                .build()
                .getEvents(options -> options.withDeadlineAfter(TIMEOUT.toSeconds(), TimeUnit.SECONDS))) {
            return blocks.next();
        }
    }

    @Test
    void discovery_knows_the_endorsers_of_both_organizations() {
        EndorserDiscovery discovery = new EndorserDiscovery(first("org1"), network.client("org1"));

        List<DiscoveredPeer> found =
                discovery.await(CHANNEL, KV, List.of(new MspId("Org1MSP"), new MspId("Org2MSP")), TIMEOUT);

        assertThat(found)
                .extracting(one -> one.mspId().value())
                .containsExactly("Org1MSP", "Org1MSP", "Org2MSP", "Org2MSP");
        assertThat(found).allSatisfy(one -> assertThat(one.height()).isPositive());
        assertThat(first("org2").endorsers(network.client("org2"), CHANNEL, KV, TIMEOUT))
                .hasSize(4);
    }

    @Test
    void discovery_denies_access_without_a_reason() {
        assertThatThrownBy(() -> first("org1").peers(network.client("org1"), "nowhere", TIMEOUT))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("access denied");
    }

    @Test
    void blocks_and_transactions_are_found_by_number_hash_and_id() {
        CallResult.Committed committed = committed(submit("org1", "put", "found", "yes"));
        PeerChannels channels = new PeerChannels(first("org1"), network.admin("org1"));
        ChainInfo info = channels.chainInfo(CHANNEL, TIMEOUT);

        assertThat(info.height()).isGreaterThan(committed.block());
        assertThat(channels.block(CHANNEL, committed.block(), TIMEOUT)
                        .getHeader()
                        .getNumber())
                .isEqualTo(committed.block());
        GenesisBlock genesis = channels.genesisBlock(CHANNEL, TIMEOUT);
        assertThat(genesis.block().getHeader())
                .isEqualTo(network.genesis().block().getHeader());
        assertThat(channels.configBlock(CHANNEL, TIMEOUT).getHeader().getNumber())
                .isZero();
        assertThat(first("org1")
                        .query(
                                network.client("org1"),
                                Invocation.of(
                                        CHANNEL, "qscc", "GetTransactionByID", CHANNEL, committed.transactionId()),
                                TIMEOUT))
                .isNotEmpty();
        assertThat(refused(first("org1")
                                .propose(
                                        network.client("org1"),
                                        Invocation.of(CHANNEL, "qscc", "GetTransactionByID", CHANNEL, "none"),
                                        TIMEOUT))
                        .message())
                .isEqualTo("Failed to get transaction with id none, error no such transaction ID [none] in index");
    }

    @Test
    void an_endorsement_without_result_is_not_signed() throws Exception {
        try (Gateway gateway = network.sdk("org1")) {
            ProposalResponse response = EndorserGrpc.newBlockingStub(
                            first("org1").channel())
                    .processProposal(proposal(gateway, "fail", "no"));

            assertThat(response.getResponse().getStatus()).isEqualTo(500);
            assertThat(response.hasEndorsement()).isFalse();
            assertThat(response.getPayload()).isNotEmpty();
        }
    }

    @Test
    void the_operations_endpoint_says_that_the_peer_is_well() throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://"
                                        + network.node(peer("org1", 0)).operationsAddress() + "/healthz"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"status\":\"OK\"");
    }
}
