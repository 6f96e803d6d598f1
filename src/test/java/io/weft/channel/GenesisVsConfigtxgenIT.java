package io.weft.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.model.Capabilities;
import io.weft.model.Channel;
import io.weft.model.ConsensusType;
import io.weft.model.Member;
import io.weft.model.Names;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.model.Organization;
import io.weft.testing.FabricPrograms;
import io.weft.testing.Identities;
import io.weft.testing.TestNetworks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fabric's own configtxgen, given the same network, writes the same configuration. */
class GenesisVsConfigtxgenIT {
    private static final Map<ConsensusType, String> OPTIONS = Map.of(ConsensusType.RAFT, """
                EtcdRaft:
                  Options: {TickInterval: 300ms, ElectionTick: 50}
                  Consenters:
            """, ConsensusType.BFT, """
                SmartBFT:
                  RequestBatchMaxCount: 100
                  RequestBatchMaxBytes: 10485760
                  RequestBatchMaxInterval: 50ms
                  IncomingMessageBufferSize: 200
                  RequestPoolSize: 400
                  RequestForwardTimeout: 1s
                  RequestComplainTimeout: 20s
                  RequestAutoRemoveTimeout: 3m0s
                  ViewChangeResendInterval: 5s
                  ViewChangeTimeout: 20s
                  LeaderHeartbeatTimeout: 1m0s
                  LeaderHeartbeatCount: 10
                  CollectTimeout: 1s
                ConsenterMapping:
            """);

    @TempDir
    private Path folder;

    @Test
    void raft_is_equal() throws IOException {
        FabricPrograms programs = FabricPrograms.require();
        compare(programs, TestNetworks.network(programs.version(), ConsensusType.RAFT, 3, 2));
    }

    @Test
    void raft_with_the_capabilities_of_older_nodes_is_equal() throws IOException {
        FabricPrograms programs = FabricPrograms.require();
        Network network = TestNetworks.network(programs.version(), ConsensusType.RAFT, 1, 1);
        Channel channel = network.channels().get(0);
        compare(
                programs,
                with(
                        network,
                        new Channel(
                                channel.name(),
                                channel.ordering(),
                                channel.members(),
                                Map.of(
                                        "Application/Endorsement",
                                        "ANY Endorsement",
                                        "Application/Org1MSP/Endorsement",
                                        "OutOf(1, AND('Org1MSP.peer','Org1MSP.admin'), 'Org1MSP.client')"),
                                Map.of("peer/Propose", "/Channel/Application/Writers", "event/Block", "Readers"),
                                new Capabilities("V2_0", "V2_0", "V2_0"),
                                List.of())));
    }

    @Test
    void bft_is_equal() throws IOException {
        FabricPrograms programs = FabricPrograms.require();
        Assumptions.assumeTrue(programs.version().isAtLeast(3, 0), "BFT needs Fabric 3.0");
        for (int orderers : List.of(1, 4, 5, 6, 7, 10)) {
            compare(programs, TestNetworks.network(programs.version(), ConsensusType.BFT, orderers, 1));
        }
    }

    private static Network with(Network network, Channel channel) {
        return new Network(
                network.name(),
                network.namespace(),
                network.fabric(),
                network.validity(),
                network.organizations(),
                List.of(channel));
    }

    private void compare(FabricPrograms programs, Network network) throws IOException {
        Channel channel = network.channels().get(0);
        Identities identities = new Identities(network);
        ConfigGroup ours = ChannelConfiguration.of(
                network,
                channel,
                identities.msps(),
                identities.consenters(channel.ordering().consenters()));
        Files.writeString(folder.resolve("configtx.yaml"), configtx(network, channel, identities));
        Path block = folder.resolve("genesis.block");
        FabricPrograms.run(
                programs.folder().resolve("configtxgen"),
                "-configPath",
                folder.toString(),
                "-profile",
                "Test",
                "-channelID",
                channel.name(),
                "-outputBlock",
                block.toString());
        GenesisBlock theirs = GenesisBlock.parse(Files.readAllBytes(block));

        assertThat(ConfigurationText.of(ours)).isEqualTo(ConfigurationText.of(theirs.configuration()));
        assertThat(sorted(ours)).isEqualTo(sorted(theirs.configuration()));
        GenesisBlock same = GenesisBlock.create(channel.name(), ours, new byte[24], java.time.Instant.EPOCH);
        assertThat(same.block().getMetadata()).isEqualTo(theirs.block().getMetadata());
    }

    /** Go writes maps within values in any order. */
    private static ConfigGroup sorted(ConfigGroup group) throws IOException {
        ConfigGroup.Builder result = group.toBuilder();
        group.getGroupsMap().forEach((name, child) -> {
            try {
                result.putGroups(name, sorted(child));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        if (group.containsValues("ACLs")) {
            var value = group.getValuesOrThrow("ACLs");
            result.putValues(
                    "ACLs",
                    value.toBuilder()
                            .setValue(Deterministic.bytes(
                                    org.hyperledger.fabric.protos.peer.ACLs.parseFrom(value.getValue())))
                            .build());
        }
        return result.build();
    }

    private String configtx(Network network, Channel channel, Identities identities) throws IOException {
        Names names = new Names(network);
        StringBuilder result = new StringBuilder("Organizations:\n");
        for (Organization organization : network.organizations()) {
            String mspId = organization.mspId().value();
            Path msp = folder.resolve("msp").resolve(organization.name());
            for (Map.Entry<String, String> file :
                    identities.msps().get(organization.name()).files().entrySet()) {
                write(msp.resolve(file.getKey()), file.getValue());
            }
            boolean orders = channel.ordering().organizations().contains(organization.name());
            result.append("- &")
                    .append(organization.name())
                    .append("\n  Name: ")
                    .append(mspId)
                    .append("\n  ID: ")
                    .append(mspId)
                    .append("\n  MSPDir: ")
                    .append(msp)
                    .append("\n  Policies:\n");
            String peersToo = orders
                    ? "'" + mspId + ".member'"
                    : "'" + mspId + ".admin', '" + mspId + ".peer', '" + mspId + ".client'";
            String clients = orders ? "'" + mspId + ".member'" : "'" + mspId + ".admin', '" + mspId + ".client'";
            policy(result, "Readers", "Signature", "OR(" + peersToo + ")");
            policy(result, "Writers", "Signature", "OR(" + clients + ")");
            policy(result, "Admins", "Signature", "OR('" + mspId + ".admin')");
            if (orders) {
                result.append("  OrdererEndpoints:\n");
                channel.ordering().consenters().forEach(node -> result.append("  - ")
                        .append(names.host(node))
                        .append(":7050\n"));
            } else {
                policy(
                        result,
                        "Endorsement",
                        "Signature",
                        channel.policies()
                                .getOrDefault("Application/" + mspId + "/Endorsement", "OR('" + mspId + ".peer')"));
                result.append("  AnchorPeers:\n");
                for (String peer : channel.member(organization.name()).anchorPeers()) {
                    result.append("  - {Host: ")
                            .append(names.host(new NodeRef(organization.name(), peer)))
                            .append(", Port: 7051}\n");
                }
            }
        }
        result.append("Profiles:\n  Test:\n    Policies:\n");
        standard(result, "    ");
        result.append("    Capabilities: {")
                .append(channel.capabilities().channel())
                .append(": true}\n");
        result.append("    Orderer:\n      OrdererType: ")
                .append(channel.ordering().type() == ConsensusType.RAFT ? "etcdraft" : "BFT")
                .append("\n      BatchTimeout: 200ms\n      BatchSize: {MaxMessageCount: 10, AbsoluteMaxBytes: 10 MB,"
                        + " PreferredMaxBytes: 512 KB}\n")
                .append("      Organizations: [*orderer]\n      Capabilities: {V2_0: true}\n      Policies:\n");
        standard(result, "      ");
        result.append("        BlockValidation: {Type: ImplicitMeta, Rule: \"ANY Writers\"}\n");
        result.append(OPTIONS.get(channel.ordering().type()).indent(2));
        consenters(result, names, channel, identities);
        result.append("    Application:\n      Organizations: [")
                .append(channel.members().stream()
                        .map(Member::organization)
                        .map(name -> "*" + name)
                        .collect(Collectors.joining(", ")))
                .append("]\n      Capabilities: {")
                .append(channel.capabilities().application())
                .append(": true}\n")
                .append("      ACLs:\n");
        channel.acls().forEach((resource, policy) -> result.append("        ")
                .append(resource)
                .append(": ")
                .append(policy)
                .append("\n"));
        result.append("      Policies:\n");
        standard(result, "      ");
        result.append("        Endorsement: {Type: ImplicitMeta, Rule: \"")
                .append(channel.policies().getOrDefault("Application/Endorsement", "MAJORITY Endorsement"))
                .append("\"}\n        LifecycleEndorsement: {Type: ImplicitMeta, Rule: \"MAJORITY Endorsement\"}\n");
        return result.toString();
    }

    private void consenters(StringBuilder result, Names names, Channel channel, Identities identities)
            throws IOException {
        List<NodeRef> nodes = channel.ordering().consenters();
        for (int i : IntStream.range(0, nodes.size()).toArray()) {
            NodeRef node = nodes.get(i);
            Path tls = folder.resolve(node.node() + "-tls.crt");
            Path signing = folder.resolve(node.node() + "-sign.crt");
            write(tls, identities.tls(node).certificatePem());
            write(signing, identities.signing(node).certificatePem());
            result.append("        - {Host: ")
                    .append(names.host(node))
                    .append(", Port: 7050, ClientTLSCert: ")
                    .append(tls)
                    .append(", ServerTLSCert: ")
                    .append(tls);
            if (channel.ordering().type() == ConsensusType.BFT) {
                result.append(", ID: ")
                        .append(i + 1)
                        .append(", MSPID: OrdererMSP, Identity: ")
                        .append(signing);
            }
            result.append("}\n");
        }
    }

    private static void standard(StringBuilder result, String indent) {
        result.append(indent).append("  Readers: {Type: ImplicitMeta, Rule: \"ANY Readers\"}\n");
        result.append(indent).append("  Writers: {Type: ImplicitMeta, Rule: \"ANY Writers\"}\n");
        result.append(indent).append("  Admins: {Type: ImplicitMeta, Rule: \"MAJORITY Admins\"}\n");
    }

    private static void policy(StringBuilder result, String name, String type, String rule) {
        result.append("    ")
                .append(name)
                .append(": {Type: ")
                .append(type)
                .append(", Rule: \"")
                .append(rule)
                .append("\"}\n");
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
