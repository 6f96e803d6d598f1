package io.weft.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.model.Capabilities;
import io.weft.model.Channel;
import io.weft.model.ConsensusType;
import io.weft.model.FabricVersion;
import io.weft.model.Network;
import io.weft.model.Ordering;
import io.weft.pki.GoldenFile;
import io.weft.testing.Identities;
import io.weft.testing.TestNetworks;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelConfigurationTest {
    private static final FabricVersion VERSION = FabricVersion.parse("3.1.5");

    private static ConfigGroup configuration(Network network, Channel channel) {
        Identities identities = new Identities(network);
        return ChannelConfiguration.of(
                network,
                channel,
                identities.msps(),
                identities.consenters(channel.ordering().consenters()));
    }

    private static Channel with(
            Channel channel, Ordering ordering, Map<String, String> policies, Map<String, String> acls) {
        return new Channel(
                channel.name(),
                ordering,
                channel.members(),
                policies,
                acls,
                new Capabilities("V3_0", "V2_0", "V2_5"),
                List.of());
    }

    @Test
    void a_raft_channel_reads_as_expected() throws IOException {
        Network network = TestNetworks.network(VERSION, ConsensusType.RAFT, 3, 2);
        Channel channel = network.channels().get(0);
        Channel custom = with(
                channel,
                channel.ordering(),
                Map.of(
                        "Admins", "ALL Admins",
                        "Application/Endorsement", "ANY Endorsement",
                        "Application/Org2MSP/Endorsement", "OR('Org2MSP.member')"),
                Map.of("event/Block", "/Channel/Application/Admins", "cscc/GetConfigBlock", "/Channel/Readers"));

        GoldenFile.assertMatches("channel/raft.txt", ConfigurationText.of(configuration(network, custom)));
    }

    @Test
    void a_bft_channel_reads_as_expected() throws IOException {
        Network network = TestNetworks.network(VERSION, ConsensusType.BFT, 4, 1);

        GoldenFile.assertMatches(
                "channel/bft.txt",
                ConfigurationText.of(configuration(network, network.channels().get(0))));
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,2", "3,2", "4,3", "5,4", "6,4", "7,5", "10,7"})
    void bft_blocks_need_so_many_signatures(int consenters, int quorum) throws InvalidProtocolBufferException {
        Network network = TestNetworks.network(VERSION, ConsensusType.BFT, consenters, 1);

        ConfigGroup orderer = configuration(network, network.channels().get(0)).getGroupsOrThrow("Orderer");

        SignaturePolicyEnvelope policy = SignaturePolicyEnvelope.parseFrom(
                orderer.getPoliciesOrThrow("BlockValidation").getPolicy().getValue());
        assertThat(policy.getRule().getNOutOf().getN()).isEqualTo(quorum);
        assertThat(policy.getIdentitiesCount()).isEqualTo(consenters);
    }

    @Test
    void a_policy_for_a_group_that_is_not_there_is_refused() {
        Network network = TestNetworks.network(VERSION, ConsensusType.RAFT, 1, 1);
        Channel channel = network.channels().get(0);
        Channel wrong = with(
                channel, channel.ordering(), Map.of("Application/Org9MSP/Admins", "OR('Org9MSP.admin')"), Map.of());

        assertThatThrownBy(() -> configuration(network, wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Application/Org9MSP/Admins");
    }

    @Test
    void options_that_do_not_exist_are_refused() {
        Network network = TestNetworks.network(VERSION, ConsensusType.RAFT, 1, 1);
        Channel channel = network.channels().get(0);
        Ordering ordering = channel.ordering();
        Ordering wrong = new Ordering(
                ordering.type(), ordering.organizations(), ordering.consenters(), ordering.batch(), Map.of("ticks", 5));

        assertThatThrownBy(() -> configuration(network, with(channel, wrong, Map.of(), Map.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("`ticks`");
    }

    @Test
    void equal_inputs_give_equal_blocks() {
        Network network = TestNetworks.network(VERSION, ConsensusType.RAFT, 3, 2);
        Channel channel = network.channels().get(0);
        Channel custom = with(
                channel,
                channel.ordering(),
                Map.of(),
                Map.of("event/Block", "Readers", "event/FilteredBlock", "Readers", "peer/Propose", "Writers"));
        Identities identities = new Identities(network);
        byte[] nonce = new byte[24];
        Instant time = Instant.parse("2026-01-02T03:04:05.678Z");

        GenesisBlock one = GenesisBlock.create("trading", of(network, custom, identities), nonce, time);
        GenesisBlock two = GenesisBlock.create("trading", of(network, custom, identities), nonce, time);

        assertThat(one.bytes()).isEqualTo(two.bytes());
        assertThat(GenesisBlock.parse(one.bytes()).isSameChannel(one)).isTrue();
        assertThat(GenesisBlock.parse(one.bytes()).channel()).isEqualTo("trading");
        nonce[0] = 1;
        assertThat(GenesisBlock.create("trading", one.configuration(), nonce, time)
                        .isSameChannel(one))
                .isFalse();
    }

    private static ConfigGroup of(Network network, Channel channel, Identities identities) {
        return ChannelConfiguration.of(
                network,
                channel,
                identities.msps(),
                identities.consenters(channel.ordering().consenters()));
    }
}
