package io.weft.embedded.config;

import static io.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.weft.channel.ChannelConfiguration;
import io.weft.channel.GenesisBlock;
import io.weft.model.Channel;
import io.weft.model.ConsensusType;
import io.weft.model.FabricVersion;
import io.weft.model.HostPort;
import io.weft.model.NodeRef;
import io.weft.pki.Credential;
import io.weft.pki.DistinguishedName;
import io.weft.pki.EcdsaSignature;
import io.weft.pki.Profile;
import io.weft.protocol.OrdererConnection;
import io.weft.protocol.Signer;
import io.weft.testing.FabricPrograms;
import io.weft.testing.Identities;
import io.weft.testing.LocalFabric;
import io.weft.testing.TestNetworks;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.Capabilities;
import org.hyperledger.fabric.protos.common.Capability;
import org.hyperledger.fabric.protos.common.Config;
import org.hyperledger.fabric.protos.common.ConfigEnvelope;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ConfigPolicy;
import org.hyperledger.fabric.protos.common.ConfigSignature;
import org.hyperledger.fabric.protos.common.ConfigUpdate;
import org.hyperledger.fabric.protos.common.ConfigUpdateEnvelope;
import org.hyperledger.fabric.protos.common.ConfigValue;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.OrdererAddresses;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.Policy;
import org.hyperledger.fabric.protos.common.Status;
import org.hyperledger.fabric.protos.msp.FabricMSPConfig;
import org.hyperledger.fabric.protos.orderer.AtomicBroadcastGrpc;
import org.hyperledger.fabric.protos.orderer.BatchSize;
import org.hyperledger.fabric.protos.orderer.BatchTimeout;
import org.hyperledger.fabric.protos.orderer.BroadcastResponse;
import org.hyperledger.fabric.protos.orderer.etcdraft.ConfigMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same updates, to these rules and to Fabric's own ordering node: the answers are the same. */
class ConfigUpdatesVsOrdererIT {
    private static final Duration SHORT = Duration.ofSeconds(20);
    private static final NodeRef NODE = new NodeRef("orderer", "orderer0");

    @TempDir
    private Path folder;

    private Identities identities;
    private ChannelView view;

    @Test
    void refusals_and_results_are_those_of_fabric() throws Exception {
        FabricPrograms programs = FabricPrograms.require();
        FabricVersion version = programs.version();
        try (LocalFabric fabric =
                LocalFabric.start(programs, TestNetworks.network(version, ConsensusType.RAFT, 1, 0), folder)) {
            identities = fabric.identities();
            Channel definition = fabric.network().channels().get(0);
            // No peer runs, so that their addresses do not matter.
            GenesisBlock genesis = GenesisBlock.create(
                    definition.name(),
                    ChannelConfiguration.of(
                            fabric.network(),
                            definition,
                            identities.msps(),
                            identities.consenters(definition.ordering().consenters()),
                            node -> node.equals(NODE) ? fabric.address(node) : new HostPort("localhost", 7051)),
                    new byte[24],
                    Instant.now());
            fabric.participation("orderer0").join(genesis, SHORT);
            view = ChannelView.ofBlock(genesis.block());
            ManagedChannel channel = dial(fabric);
            try {
                awaitLeader(channel);
                Map<String, String> theirs = new LinkedHashMap<>();
                Map<String, String> ours = new LinkedHashMap<>();
                for (Map.Entry<String, Envelope> entry : refused().entrySet()) {
                    BroadcastResponse answer = broadcast(channel, entry.getValue());
                    theirs.put(entry.getKey(), answer.getStatus() + " " + answer.getInfo());
                    ours.put(entry.getKey(), answer(entry.getValue()));
                }
                assertThat(theirs).hasSizeGreaterThan(30);
                assertThat(ours).containsExactlyEntriesOf(theirs);

                accepted(fabric, channel, "batch", ConfigUpdatesVsOrdererIT::batch, identities.admin("orderer"));
                accepted(fabric, channel, "anchor", ConfigEdit::anchorPeer, identities.admin("org1"));
                accepted(
                        fabric,
                        channel,
                        "organization",
                        root -> ConfigEdit.at(root, "Application", group -> group.toBuilder()
                                .removeGroups("Org2MSP")
                                .build()),
                        identities.admin("org1"),
                        identities.admin("org2"));
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private String answer(Envelope update) {
        try {
            ConfigUpdates.propose(view, update);
            return "SUCCESS ";
        } catch (ConfigUpdateException e) {
            return "BAD_REQUEST error applying config update to existing channel 'trading': " + e.getMessage();
        }
    }

    private static ManagedChannel dial(LocalFabric fabric) throws Exception {
        HostPort address = fabric.address(NODE);
        byte[] root =
                fabric.identities().tlsAuthority("orderer").certificate().pem().getBytes(StandardCharsets.UTF_8);
        return NettyChannelBuilder.forAddress("localhost", address.port())
                .sslContext(GrpcSslContexts.forClient()
                        .trustManager(new ByteArrayInputStream(root))
                        .build())
                .build();
    }

    private static BroadcastResponse broadcast(ManagedChannel channel, Envelope envelope) throws Exception {
        CompletableFuture<BroadcastResponse> result = new CompletableFuture<>();
        StreamObserver<Envelope> requests = AtomicBroadcastGrpc.newStub(channel).broadcast(new StreamObserver<>() {
            @Override
            public void onNext(BroadcastResponse answer) {
                result.complete(answer);
            }

            @Override
            public void onError(Throwable failure) {
                result.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {
                result.completeExceptionally(new IllegalStateException("No answer"));
            }
        });
        requests.onNext(envelope);
        BroadcastResponse answer = result.get(20, TimeUnit.SECONDS);
        requests.onCompleted();
        return answer;
    }

    /** A node without a leader answers 503; the update of nothing is refused with another status as soon as there is one. */
    private void awaitLeader(ManagedChannel channel) throws Exception {
        Envelope probe = signed(root -> root, identities.admin("org1"));
        eventually(
                () -> broadcast(channel, probe).getStatus(),
                answer -> answer != Status.SERVICE_UNAVAILABLE && answer != Status.NOT_FOUND);
    }

    /** Has Fabric order an update and compares its configuration with the one of these rules. */
    private void accepted(
            LocalFabric fabric,
            ManagedChannel channel,
            String name,
            UnaryOperator<ConfigGroup> change,
            Signer... signers)
            throws Exception {
        Envelope update = signed(change, signers);
        Config ours = ConfigUpdates.propose(view, update).getConfig();

        BroadcastResponse answer = broadcast(channel, update);

        assertThat(answer.getStatus()).as(name + ": " + answer.getInfo()).isEqualTo(Status.SUCCESS);
        OrdererConnection orderer = fabric.orderer("orderer0");
        Config theirs = eventually(
                () -> configuration(orderer.newestBlock(identities.admin("org1"), "trading", SHORT)),
                seen -> seen.getSequence() == ours.getSequence());
        assertThat(ours).as(name).isEqualTo(theirs);
        view = ChannelView.of("trading", theirs);
    }

    private static Config configuration(Block block) throws InvalidProtocolBufferException {
        Payload payload =
                Payload.parseFrom(Envelope.parseFrom(block.getData().getData(0)).getPayload());
        return ConfigEnvelope.parseFrom(payload.getData()).getConfig();
    }

    private ConfigUpdate update(UnaryOperator<ConfigGroup> change) {
        return ConfigEdit.update(
                "trading", view.config(), change.apply(view.config().getChannelGroup()));
    }

    /** Signed by all of them; sent by an admin of the first organization if there are none, so that it may write. */
    private Envelope signed(UnaryOperator<ConfigGroup> change, Signer... signers) {
        return signed(update(change), signers);
    }

    private Envelope signed(ConfigUpdate update, Signer... signers) {
        ByteString bytes = update.toByteString();
        ConfigUpdateEnvelope.Builder envelope =
                ConfigUpdateEnvelope.newBuilder().setConfigUpdate(bytes);
        for (Signer signer : signers) {
            envelope.addSignatures(ConfigEdit.signature(signer, bytes));
        }
        return ConfigEdit.envelope(
                "trading", HeaderType.CONFIG_UPDATE, envelope.build().toByteString(), identities.admin("org1"));
    }

    private static ConfigGroup batch(ConfigGroup root) {
        return ConfigEdit.batch(root, 77, 200_000, 1000);
    }

    /** Updates that Fabric refuses, by what is wrong with them. */
    private Map<String, Envelope> refused() {
        Map<String, Envelope> result = new LinkedHashMap<>();
        Signer admin = identities.admin("orderer");
        Signer admin1 = identities.admin("org1");
        Signer admin2 = identities.admin("org2");
        result.put("nothing changes", signed(root -> root, admin1));
        result.put("nobody signs", signed(ConfigUpdatesVsOrdererIT::batch));
        result.put("others sign", signed(ConfigUpdatesVsOrdererIT::batch, admin1, admin2));
        result.put("a client signs", signed(ConfigEdit::anchorPeer, identities.client("org1")));
        result.put("another organization signs", signed(ConfigEdit::anchorPeer, admin2));
        result.put(
                "a majority is missing",
                signed(
                        root -> ConfigEdit.at(root, "Application", group -> group.toBuilder()
                                .removeGroups("Org2MSP")
                                .build()),
                        admin1));
        result.put(
                "another channel",
                signed(
                        update(ConfigEdit::anchorPeer).toBuilder()
                                .setChannelId("other")
                                .build(),
                        admin1));
        ConfigSignature signature =
                ConfigEdit.signature(admin1, update(ConfigEdit::anchorPeer).toByteString());
        result.put(
                "high S",
                ConfigEdit.envelope(
                        "trading",
                        HeaderType.CONFIG_UPDATE,
                        ConfigUpdateEnvelope.newBuilder()
                                .setConfigUpdate(update(ConfigEdit::anchorPeer).toByteString())
                                .addSignatures(signature.toBuilder()
                                        .setSignature(ByteString.copyFrom(EcdsaSignature.parse(
                                                        signature.getSignature().toByteArray())
                                                .negated()
                                                .der())))
                                .build()
                                .toByteString(),
                        admin1));
        result.put(
                "an element that is not there",
                signed(
                        update(ConfigEdit::anchorPeer).toBuilder()
                                .setReadSet(update(ConfigEdit::anchorPeer).getReadSet().toBuilder()
                                        .putGroups("Nothing", ConfigGroup.getDefaultInstance()))
                                .build(),
                        admin1));
        result.put(
                "an element of another version",
                signed(
                        update(ConfigEdit::anchorPeer).toBuilder()
                                .setReadSet(update(ConfigEdit::anchorPeer).getReadSet().toBuilder()
                                        .setVersion(4))
                                .build(),
                        admin1));
        result.put(
                "a name that is not allowed",
                signed(
                        update(ConfigEdit::anchorPeer).toBuilder()
                                .setWriteSet(update(ConfigEdit::anchorPeer).getWriteSet().toBuilder()
                                        .putGroups("..", ConfigGroup.getDefaultInstance()))
                                .build(),
                        admin1));
        result.put("two versions at once", signed(written(value -> value.setVersion(2)), admin1));
        result.put("no policy", signed(written(value -> value.setModPolicy("")), admin1));
        result.put("a policy of no name", signed(written(value -> value.setModPolicy("/Channel//Admins")), admin1));
        result.put(
                "a batch of nothing",
                signed(root -> ConfigEdit.value(root, "Orderer", "BatchSize", BatchSize.getDefaultInstance()), admin));
        result.put("no timeout", signed(timeout("2"), admin));
        result.put("a timeout of nothing", signed(timeout("0s"), admin));
        result.put(
                "an unknown key",
                signed(root -> ConfigEdit.value(root, "Orderer", "Colour", BatchSize.getDefaultInstance()), admin));
        result.put(
                "an unknown capability",
                signed(
                        root -> ConfigEdit.value(
                                root,
                                "Orderer",
                                "Capabilities",
                                Capabilities.newBuilder()
                                        .putCapabilities("V9_9", Capability.getDefaultInstance())
                                        .build()),
                        admin));
        result.put(
                "a group in an organization",
                signed(
                        root -> ConfigEdit.at(root, "Application/Org1MSP", group -> group.toBuilder()
                                .putGroups(
                                        "Team",
                                        ConfigGroup.newBuilder()
                                                .setModPolicy("Admins")
                                                .build())
                                .build()),
                        admin1));
        result.put(
                "a policy without contents",
                signed(
                        root -> ConfigEdit.at(root, "Application/Org1MSP", group -> group.toBuilder()
                                .putPolicies(
                                        "More",
                                        ConfigPolicy.newBuilder()
                                                .setModPolicy("Admins")
                                                .build())
                                .build()),
                        admin1));
        result.put("a policy of another type", signed(policy(Policy.newBuilder().setType(2)), admin1));
        result.put("a policy without a rule", signed(policy(Policy.newBuilder().setType(1)), admin1));
        result.put("another MSP ID", signed(msp(msp -> msp.setName("OtherMSP")), admin1));
        result.put("no authority", signed(msp(FabricMSPConfig.Builder::clearRootCerts), admin1));
        result.put("no admins", signed(msp(FabricMSPConfig.Builder::clearFabricNodeOus), admin1));
        Credential lower = TestCertificates.of("CN=lower")
                .issuedBy(identities.authority("org1").credential());
        result.put(
                "an authority that is none",
                signed(msp(msp -> msp.addIntermediateCerts(ByteString.copyFromUtf8(lower.certificatePem()))), admin1));
        Credential stranger = TestCertificates.of("CN=stranger")
                .authority()
                .issuedBy(TestCertificates.of("CN=nobody").authority().selfSigned());
        result.put(
                "an authority of strangers",
                signed(
                        msp(msp -> msp.addIntermediateCerts(ByteString.copyFromUtf8(stranger.certificatePem()))),
                        admin1));
        result.put("no consenters", signed(raft(ConfigMetadata.Builder::clearConsenters), admin));
        result.put(
                "no time for elections",
                signed(raft(raft -> raft.getOptionsBuilder().setElectionTick(1)), admin));
        result.put("no ticks", signed(raft(raft -> raft.getOptionsBuilder().setTickInterval("often")), admin));
        result.put("a consenter twice", signed(raft(raft -> raft.addConsenters(raft.getConsenters(0))), admin));
        result.put("a consenter of strangers", signed(raft(raft -> add(raft, "org1", "a")), admin));
        result.put(
                "two consenters",
                signed(
                        raft(raft -> {
                            add(raft, "orderer", "a");
                            add(raft, "orderer", "b");
                        }),
                        admin));
        if (view.hasCapability("Channel", "V3_0")) {
            result.put(
                    "no endpoints",
                    signed(
                            root -> ConfigEdit.value(
                                    root, "Orderer/OrdererMSP", "Endpoints", OrdererAddresses.getDefaultInstance()),
                            admin));
        }
        return result;
    }

    private ConfigUpdate written(Consumer<ConfigValue.Builder> change) {
        ConfigUpdate good = update(ConfigEdit::anchorPeer);
        return good.toBuilder()
                .setWriteSet(ConfigEdit.at(good.getWriteSet(), "Application/Org1MSP", group -> {
                    ConfigValue.Builder value = group.getValuesOrThrow("AnchorPeers").toBuilder();
                    change.accept(value);
                    return group.toBuilder()
                            .putValues("AnchorPeers", value.build())
                            .build();
                }))
                .build();
    }

    private static UnaryOperator<ConfigGroup> timeout(String text) {
        return root -> ConfigEdit.value(
                root,
                "Orderer",
                "BatchTimeout",
                BatchTimeout.newBuilder().setTimeout(text).build());
    }

    private static UnaryOperator<ConfigGroup> policy(Policy.Builder policy) {
        return root -> ConfigEdit.at(root, "Application/Org1MSP", group -> group.toBuilder()
                .putPolicies(
                        "Readers",
                        ConfigPolicy.newBuilder()
                                .setModPolicy("Admins")
                                .setPolicy(policy)
                                .build())
                .build());
    }

    private static UnaryOperator<ConfigGroup> msp(Consumer<FabricMSPConfig.Builder> change) {
        return root -> ConfigEdit.msp(root, "Application/Org1MSP", change);
    }

    private static UnaryOperator<ConfigGroup> raft(Consumer<ConfigMetadata.Builder> change) {
        return root -> ConfigEdit.raft(root, change);
    }

    private void add(ConfigMetadata.Builder raft, String organization, String name) {
        Credential tls = identities
                .tlsAuthority(organization)
                .issue(DistinguishedName.of(name), new Profile.TlsServer(List.of(name)), Duration.ofDays(1));
        ByteString pem = ByteString.copyFromUtf8(tls.certificatePem());
        raft.addConsenters(org.hyperledger.fabric.protos.orderer.etcdraft.Consenter.newBuilder()
                .setHost(name)
                .setPort(7050)
                .setClientTlsCert(pem)
                .setServerTlsCert(pem));
    }
}
