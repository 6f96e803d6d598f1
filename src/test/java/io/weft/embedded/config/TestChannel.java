package io.weft.embedded.config;

import com.google.protobuf.ByteString;
import io.weft.channel.ChannelConfiguration;
import io.weft.channel.GenesisBlock;
import io.weft.model.Channel;
import io.weft.model.ConsensusType;
import io.weft.model.FabricVersion;
import io.weft.model.MspId;
import io.weft.model.Network;
import io.weft.pki.CertificateAuthority;
import io.weft.pki.Credential;
import io.weft.pki.DistinguishedName;
import io.weft.pki.Profile;
import io.weft.pki.Role;
import io.weft.protocol.Signer;
import io.weft.testing.Identities;
import io.weft.testing.TestNetworks;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.hyperledger.fabric.protos.common.Config;
import org.hyperledger.fabric.protos.common.ConfigGroup;

/** A channel {@code trading} of OrdererMSP, Org1MSP and Org2MSP, as weft makes it, and everybody's keys. */
final class TestChannel {
    private static final Duration VALIDITY = Duration.ofDays(1);

    private final Network network;
    private final Identities identities;
    private final GenesisBlock genesis;

    TestChannel(ConsensusType type, int orderers) {
        network = TestNetworks.network(FabricVersion.parse("3.1.5"), type, orderers, 1);
        identities = new Identities(network);
        Channel channel = network.channels().get(0);
        genesis = GenesisBlock.create(
                channel.name(),
                ChannelConfiguration.of(
                        network,
                        channel,
                        identities.msps(),
                        identities.consenters(channel.ordering().consenters())),
                new byte[24],
                Instant.parse("2026-01-02T03:04:05Z"));
    }

    Network network() {
        return network;
    }

    Identities identities() {
        return identities;
    }

    GenesisBlock genesis() {
        return genesis;
    }

    ConfigGroup tree() {
        return genesis.configuration();
    }

    Config config() {
        return Config.newBuilder().setChannelGroup(tree()).build();
    }

    ChannelView view() {
        return ChannelView.ofBlock(genesis.block());
    }

    /** The view of the channel if its first block had another tree. */
    ChannelView view(UnaryOperator<ConfigGroup> change) {
        return ChannelView.of(
                TestNetworks.CHANNEL,
                Config.newBuilder().setChannelGroup(change.apply(tree())).build());
    }

    /** Somebody new in an organization. */
    Signer enroll(String organization, String name, Role role) {
        return signer(organization, credential(identities.authority(organization), name, role));
    }

    Signer signer(String organization, Credential credential) {
        return new Signer(network.organization(organization).mspId(), credential);
    }

    static Signer signer(MspId mspId, Credential credential) {
        return new Signer(mspId, credential);
    }

    static Credential credential(CertificateAuthority authority, String name, Role role) {
        return authority.issue(DistinguishedName.of(name), new Profile.Enrollment(role, Map.of()), VALIDITY);
    }

    static SignedData signed(Signer signer, String message) {
        ByteString data = ByteString.copyFromUtf8(message);
        return new SignedData(signer.creator(), data, signer.sign(data));
    }
}
