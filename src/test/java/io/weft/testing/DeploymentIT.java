package io.weft.testing;

import static io.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.chaincode.ApprovedChaincode;
import io.weft.chaincode.Approver;
import io.weft.chaincode.ChaincodeDefinition;
import io.weft.chaincode.ChaincodePackage;
import io.weft.chaincode.ChaincodeServer;
import io.weft.chaincode.ChannelLifecycle;
import io.weft.chaincode.DefinitionDiff;
import io.weft.chaincode.PeerPackages;
import io.weft.channel.ChannelParticipation;
import io.weft.channel.ChannelStatus;
import io.weft.channel.GenesisBlock;
import io.weft.channel.JoinOutcome;
import io.weft.channel.PeerChannels;
import io.weft.gateway.Call;
import io.weft.gateway.CallResult;
import io.weft.gateway.EndorserDiscovery;
import io.weft.gateway.TransactionClient;
import io.weft.model.Chaincode;
import io.weft.model.Channel;
import io.weft.model.Collection;
import io.weft.model.ConsensusType;
import io.weft.model.HostPort;
import io.weft.model.MspId;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.pki.CertificateAuthority;
import io.weft.pki.Credential;
import io.weft.pki.DistinguishedName;
import io.weft.pki.Profile;
import io.weft.problem.RejectedException;
import io.weft.problem.UnreachableException;
import io.weft.problem.WeftException;
import io.weft.protocol.Invocation;
import io.weft.protocol.OrdererConnection;
import io.weft.protocol.PeerConnection;
import io.weft.protocol.Signer;
import io.weft.protocol.Submitter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A network from its first block to a transaction, on real ordering nodes and peers. */
class DeploymentIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final MspId ORG1 = new MspId("Org1MSP");
    private static final MspId ORG2 = new MspId("Org2MSP");

    @Nested
    class OnRaft extends Deployment {
        OnRaft() {
            super(ConsensusType.RAFT, 3);
        }
    }

    @Nested
    class OnBft extends Deployment {
        OnBft() {
            super(ConsensusType.BFT, 4);
        }
    }

    /** The steps in the order in which a deployment takes them; each leaves what the next one needs. */
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    abstract static class Deployment {
        private final ConsensusType type;
        private final int orderers;
        private LocalFabric fabric;
        private KeyValueChaincode server;
        private Channel channel;
        private GenesisBlock genesis;
        private PeerConnection peer1;
        private PeerConnection peer2;
        private Signer admin1;
        private Signer admin2;
        private ChaincodePackage chaincodePackage;
        private ChaincodeDefinition definition;
        private ChannelLifecycle lifecycle;

        Deployment(ConsensusType type, int orderers) {
            this.type = type;
            this.orderers = orderers;
        }

        @BeforeAll
        void start(@TempDir Path folder) {
            FabricPrograms programs = FabricPrograms.require();
            Assumptions.assumeTrue(
                    type == ConsensusType.RAFT || programs.version().isAtLeast(3, 0), "BFT needs Fabric 3.0");
            Network network = TestNetworks.network(programs.version(), type, orderers, 1);
            fabric = LocalFabric.start(programs, network, folder);
            server = new KeyValueChaincode();
            channel = network.channel(TestNetworks.CHANNEL);
            genesis = fabric.genesis(channel);
            peer1 = fabric.peer("org1", "peer0");
            peer2 = fabric.peer("org2", "peer0");
            admin1 = fabric.identities().admin("org1");
            admin2 = fabric.identities().admin("org2");
            chaincodePackage = ChaincodePackage.of(
                    "kv_1.0", new ChaincodeServer(new HostPort("localhost", server.port()), Optional.empty()));
            server.serve(chaincodePackage.id().toString());
            Chaincode chaincode = TestNetworks.chaincode("kv", "1.0");
            definition = ChaincodeDefinition.of(chaincode, 1);
            lifecycle = new ChannelLifecycle(channel.name(), new Submitter(type, fabric.orderers()));
        }

        @AfterAll
        void stop() {
            if (fabric != null) {
                fabric.close();
                server.close();
            }
        }

        private Approver approver1() {
            return new Approver(admin1, peer1);
        }

        private Approver approver2() {
            return new Approver(admin2, peer2);
        }

        @Test
        @Order(1)
        void ordering_nodes_join_and_take_part() {
            for (NodeRef node : channel.ordering().consenters()) {
                ChannelParticipation participation = fabric.participation(node.node());
                assertThat(participation.channels(TIMEOUT)).isEmpty();
                assertThat(participation.channel(channel.name(), TIMEOUT)).isEmpty();

                JoinOutcome outcome = participation.join(genesis, TIMEOUT);

                assertThat(outcome)
                        .isEqualTo(new JoinOutcome.Joined(new ChannelStatus(channel.name(), "consenter", "active", 1)));
                assertThat(participation.channels(TIMEOUT)).containsExactly(channel.name());
            }
        }

        @Test
        @Order(2)
        void joining_again_finds_the_name_taken_by_the_same_channel() {
            ChannelParticipation participation = fabric.participation("orderer0");

            assertThat(participation.join(genesis, TIMEOUT)).isEqualTo(new JoinOutcome.NameTaken());

            OrdererConnection orderer = fabric.orderer("orderer0");
            Signer reader = fabric.identities().admin("orderer");
            GenesisBlock found = GenesisBlock.of(orderer.block(reader, channel.name(), 0, TIMEOUT));
            assertThat(found.isSameChannel(genesis)).isTrue();
            assertThat(found.isSameChannel(fabric.genesis(channel))).isFalse();
            assertThat(orderer.configBlock(reader, channel.name(), TIMEOUT)
                            .getHeader()
                            .getNumber())
                    .isZero();
        }

        @Test
        @Order(3)
        void an_ordering_node_refuses_blocks_and_readers_that_are_not_its_own() {
            assertThatThrownBy(() -> fabric.orderer("orderer0").block(admin1, "unknown", 0, TIMEOUT))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("`orderer/orderer0`")
                    .hasMessageContaining("(404)");
            assertThatThrownBy(() -> fabric.participation(
                                    "orderer0", fabric.identities().adminTls("org1"))
                            .channels(TIMEOUT))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("refused the client certificate");
            assertThatThrownBy(() -> fabric.participation("orderer0").channel("NoChannelId", TIMEOUT))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("(400)");
        }

        @Test
        @Order(4)
        void peers_join_once() {
            for (PeerChannels peer : List.of(new PeerChannels(peer1, admin1), new PeerChannels(peer2, admin2))) {
                assertThat(peer.channels(TIMEOUT)).isEmpty();

                assertThat(peer.join(genesis, TIMEOUT)).isTrue();

                assertThat(peer.channels(TIMEOUT)).containsExactly(channel.name());
                assertThat(peer.join(genesis, TIMEOUT)).isFalse();
                assertThat(peer.genesisBlock(channel.name(), TIMEOUT).isSameChannel(genesis))
                        .isTrue();
                assertThat(peer.chainInfo(channel.name(), TIMEOUT).currentHash())
                        .isEqualTo(genesis.hash());
            }
        }

        @Test
        @Order(5)
        void the_admin_of_another_organization_may_not_make_a_peer_join() {
            assertThatThrownBy(() -> new PeerChannels(peer1, admin2).join(genesis, TIMEOUT))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("`org1/peer0`")
                    .hasMessageContaining("access denied");
        }

        @Test
        @Order(6)
        void a_package_is_installed_once() {
            for (PeerPackages peer : List.of(new PeerPackages(peer1, admin1), new PeerPackages(peer2, admin2))) {
                assertThat(peer.install(chaincodePackage, TIMEOUT)).isTrue();
                assertThat(peer.install(chaincodePackage, TIMEOUT)).isFalse();
                assertThat(peer.installed(TIMEOUT)).singleElement().satisfies(found -> {
                    assertThat(found.id()).isEqualTo(chaincodePackage.id());
                    assertThat(found.uses()).isEmpty();
                });
            }
        }

        @Test
        @Order(7)
        void nothing_is_committed_before_anybody_approved() {
            assertThat(lifecycle.committed(peer1, admin1, "kv", TIMEOUT)).isEmpty();
            assertThat(lifecycle.approved(approver1(), "kv", 1, TIMEOUT)).isEmpty();
            assertThatThrownBy(() -> lifecycle.commit(admin1, definition, List.of(peer1, peer2), List.of(), TIMEOUT))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("chaincode definition not agreed to by this org")
                    .hasMessageContaining("Have that organization approve exactly this definition.");
        }

        @Test
        @Order(8)
        void approvals_that_differ_are_shown_field_by_field() {
            ChaincodeDefinition other = ChaincodeDefinition.of(TestNetworks.chaincode("kv", "2.0"), 1);
            assertThat(lifecycle.approve(
                            approver1(), definition, Optional.of(chaincodePackage.id()), List.of(peer2), TIMEOUT))
                    .isTrue();
            assertThat(lifecycle.approve(
                            approver2(), other, Optional.of(chaincodePackage.id()), List.of(peer1), TIMEOUT))
                    .isTrue();

            assertThat(lifecycle.readiness(peer1, admin1, definition, TIMEOUT))
                    .isEqualTo(Map.of(ORG1, true, ORG2, false));
            assertThat(lifecycle.differences(definition, List.of(approver1(), approver2()), TIMEOUT))
                    .isEqualTo(Map.of(ORG2, List.of(new DefinitionDiff("version", "1.0", "2.0"))));
        }

        @Test
        @Order(9)
        void an_approval_can_be_mended_and_is_made_once() {
            Optional<io.weft.chaincode.PackageId> id = Optional.of(chaincodePackage.id());

            assertThat(lifecycle.approve(approver2(), definition, id, List.of(peer1), TIMEOUT))
                    .isTrue();

            assertThat(lifecycle.approve(approver1(), definition, id, List.of(), TIMEOUT))
                    .isFalse();
            assertThat(lifecycle.approve(approver2(), definition, id, List.of(), TIMEOUT))
                    .isFalse();
            assertThat(lifecycle.differences(definition, List.of(approver1(), approver2()), TIMEOUT))
                    .isEmpty();
            assertThat(lifecycle.readiness(peer2, admin2, definition, TIMEOUT))
                    .isEqualTo(Map.of(ORG1, true, ORG2, true));
        }

        @Test
        @Order(10)
        void a_definition_is_committed_once() {
            assertThat(lifecycle.commit(admin1, definition, List.of(peer1, peer2), List.of(), TIMEOUT))
                    .isTrue();

            assertThat(lifecycle.commit(admin2, definition, List.of(peer2, peer1), List.of(), TIMEOUT))
                    .isFalse();
            assertThat(lifecycle.committed(peer2, admin2, "kv", TIMEOUT)).hasValueSatisfying(found -> {
                assertThat(found.definition()).isEqualTo(definition);
                assertThat(found.approvals()).isEqualTo(Map.of(ORG1, true, ORG2, true));
            });
            assertThat(new PeerPackages(peer1, admin1).installed(TIMEOUT))
                    .singleElement()
                    .satisfies(found -> assertThat(found.uses()).isEqualTo(Map.of(channel.name(), List.of("kv:1.0"))));
        }

        @Test
        @Order(11)
        void a_sequence_is_not_skipped() {
            assertThatThrownBy(() -> lifecycle.approve(
                            approver1(), definition.withSequence(3), Optional.empty(), List.of(), TIMEOUT))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("next available sequence number")
                    .hasMessageContaining("Take the next sequence number");
        }

        @Test
        @Order(12)
        void discovery_finds_the_endorsers_of_both_organizations() {
            for (EndorserDiscovery discovery :
                    List.of(new EndorserDiscovery(peer1, admin1), new EndorserDiscovery(peer2, admin2))) {
                assertThat(discovery.await(channel.name(), "kv", List.of(ORG1, ORG2), TIMEOUT))
                        .extracting(found -> found.mspId())
                        .containsExactly(ORG1, ORG2);
            }
        }

        @Test
        @Order(13)
        void a_client_writes_through_one_organization_and_reads_through_the_other() {
            try (TransactionClient writer =
                            new TransactionClient(peer1, fabric.identities().client("org1"));
                    TransactionClient reader =
                            new TransactionClient(peer2, fabric.identities().client("org2"))) {
                CallResult written =
                        writer.submitWhenReady(Call.of(channel.name(), "kv", "put", "apple", "red"), TIMEOUT);
                assertThat(written).isInstanceOfSatisfying(CallResult.Committed.class, commit -> {
                    assertThat(commit.isValid()).isTrue();
                    assertThat(commit.block()).isPositive();
                    assertThat(commit.transactionId()).hasSize(64);
                });
                long block = ((CallResult.Committed) written).block();
                awaitHeight(new PeerChannels(peer2, admin2), block + 1);

                assertThat(text(reader.evaluateWhenReady(Call.of(channel.name(), "kv", "get", "apple"), TIMEOUT)))
                        .isEqualTo("red");
            }
        }

        @Test
        @Order(14)
        void transient_data_reach_the_chaincode() {
            Call call = new Call(
                    channel.name(),
                    "kv",
                    "transient",
                    List.of("secret"),
                    Map.of("secret", "42".getBytes(StandardCharsets.UTF_8)),
                    List.of());
            try (TransactionClient client =
                    new TransactionClient(peer1, fabric.identities().client("org1"))) {
                assertThat(text(client.evaluate(call, TIMEOUT))).isEqualTo("42");
            }
            assertThat(call.toString()).doesNotContain("42");
        }

        @Test
        @Order(15)
        void what_a_chaincode_refuses_is_no_failure_of_the_network() {
            Call call = Call.of(channel.name(), "kv", "fail", "no apples left");
            try (TransactionClient client =
                    new TransactionClient(peer1, fabric.identities().client("org1"))) {
                assertThat(client.evaluate(call, TIMEOUT))
                        .isInstanceOfSatisfying(CallResult.ChaincodeError.class, error -> {
                            assertThat(error.status()).isEqualTo(500);
                            assertThat(error.message()).isEqualTo("no apples left");
                        });
                assertThat(client.submit(call, TIMEOUT))
                        .isInstanceOfSatisfying(CallResult.ChaincodeError.class, error -> assertThat(error.message())
                                .isEqualTo("no apples left"));
            }
        }

        @Test
        @Order(16)
        void a_chaincode_that_is_not_there_is_a_failure_of_the_network() {
            try (TransactionClient client =
                    new TransactionClient(peer1, fabric.identities().client("org1"))) {
                assertThatThrownBy(() -> client.evaluate(Call.of(channel.name(), "nothing", "get", "x"), TIMEOUT))
                        .isInstanceOf(WeftException.class)
                        .hasMessageContaining("`org1/peer0`")
                        .hasMessageContaining("nothing");
            }
        }

        @Test
        @Order(17)
        void peers_that_compute_different_results_are_named() {
            Submitter submitter = new Submitter(type, fabric.orderers());
            assertThatThrownBy(() -> submitter.submit(
                            admin1,
                            Invocation.of(channel.name(), "kv", "differ"),
                            List.of(peer1, peer2),
                            List.of(peer1),
                            TIMEOUT))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("different results")
                    .hasMessageContaining("`org1/peer0`")
                    .hasMessageContaining("`org2/peer0`");
        }

        @Test
        @Order(18)
        void a_chaincode_with_tls_init_and_collections_is_deployed_too() {
            CertificateAuthority tlsCa = fabric.identities().tlsAuthority("org1");
            Credential serving = tlsCa.issue(
                    DistinguishedName.of("kv"), new Profile.TlsServer(List.of("localhost")), Duration.ofDays(1));
            Credential calling =
                    tlsCa.issue(DistinguishedName.of("caller"), new Profile.TlsClient(), Duration.ofDays(1));
            try (KeyValueChaincode secret = KeyValueChaincode.withTls(serving, tlsCa.certificate())) {
                ChaincodePackage chaincode = ChaincodePackage.of(
                        "secret_1",
                        new ChaincodeServer(
                                new HostPort("localhost", secret.port()),
                                Optional.of(new ChaincodeServer.Tls(tlsCa.certificate(), calling))));
                secret.serve(chaincode.id().toString());
                ChaincodeDefinition wanted = ChaincodeDefinition.of(demanding(), 1);

                assertThat(new PeerPackages(peer1, admin1).install(chaincode, TIMEOUT))
                        .isTrue();
                assertThat(lifecycle.approve(approver1(), wanted, Optional.of(chaincode.id()), List.of(peer2), TIMEOUT))
                        .isTrue();
                assertThat(lifecycle.approve(approver2(), wanted, Optional.empty(), List.of(peer1), TIMEOUT))
                        .isTrue();
                assertThat(lifecycle.approved(approver2(), "secret", 1, TIMEOUT))
                        .hasValue(new ApprovedChaincode(wanted, Optional.empty()));
                assertThat(lifecycle.commit(admin1, wanted, List.of(peer1, peer2), List.of(), TIMEOUT))
                        .isTrue();
                assertThat(lifecycle.committed(peer1, admin1, "secret", TIMEOUT))
                        .hasValueSatisfying(
                                found -> assertThat(found.definition()).isEqualTo(wanted));

                assertThatThrownBy(
                                () -> peer1.query(admin1, Invocation.of(channel.name(), "secret", "get", "a"), TIMEOUT))
                        .isInstanceOf(RejectedException.class)
                        .hasMessageContaining("must call as init first");
                assertThat(lifecycle.initialize(
                                admin1, "secret", "put", List.of("a", "first"), List.of(peer1), TIMEOUT))
                        .isTrue();
                assertThat(lifecycle.initialize(
                                admin1, "secret", "put", List.of("a", "second"), List.of(peer1), TIMEOUT))
                        .isFalse();
                assertThat(peer1.query(admin1, Invocation.of(channel.name(), "secret", "get", "a"), TIMEOUT)
                                .toStringUtf8())
                        .isEqualTo("first");
            }
        }

        private static Chaincode demanding() {
            Chaincode plain = TestNetworks.chaincode("secret", "1");
            return new Chaincode(
                    plain.name(),
                    plain.version(),
                    plain.image(),
                    Optional.of("OR('Org1MSP.peer')"),
                    List.of(new Collection(
                            "prices",
                            "OR('Org1MSP.member','Org2MSP.member')",
                            0,
                            1,
                            10,
                            true,
                            false,
                            Optional.of("/Channel/Application/Endorsement"))),
                    Optional.of(new Chaincode.Init("put", List.of())),
                    true,
                    List.of("org1"),
                    plain.port(),
                    plain.environment(),
                    plain.workload());
        }

        @Test
        @Order(19)
        void fabric_computes_the_same_package_id(@TempDir Path folder) throws IOException {
            Path file = folder.resolve("kv.tar.gz");
            Files.write(file, chaincodePackage.bytes());

            assertThat(FabricPrograms.runIn(
                            fabric.configuration(new NodeRef("org1", "peer0")),
                            FabricPrograms.require().folder().resolve("peer"),
                            "lifecycle",
                            "chaincode",
                            "calculatepackageid",
                            file.toString()))
                    .contains(chaincodePackage.id().toString());
        }

        @Test
        @Order(20)
        void a_transaction_finds_its_way_when_an_ordering_node_is_gone() {
            fabric.kill(new NodeRef("orderer", "orderer0"));
            Submitter submitter = new Submitter(type, fabric.orderers());

            assertThat(submitter.submit(
                            admin1,
                            Invocation.of(channel.name(), "kv", "put", "pear", "green"),
                            List.of(peer1, peer2),
                            List.of(peer1, peer2),
                            Duration.ofSeconds(90)))
                    .isInstanceOf(io.weft.protocol.Submission.Done.class);
            assertThatThrownBy(() -> fabric.orderer("orderer0").newestBlock(admin1, channel.name(), TIMEOUT))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContaining("`orderer/orderer0`");
            assertThatThrownBy(() -> fabric.participation("orderer0").channels(TIMEOUT))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContaining("`orderer/orderer0`");
        }

        private static String text(CallResult result) {
            assertThat(result).isInstanceOf(CallResult.Evaluated.class);
            return ((CallResult.Evaluated) result).payload().text();
        }

        private void awaitHeight(PeerChannels peer, long height) {
            eventually(() -> peer.chainInfo(channel.name(), TIMEOUT).height(), seen -> seen >= height);
        }
    }
}
