package io.weft.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.weft.channel.ChannelConfiguration;
import io.weft.model.Channel;
import io.weft.model.ConsensusType;
import io.weft.model.FabricVersion;
import io.weft.model.Network;
import io.weft.model.Ordering;
import io.weft.testing.Identities;
import io.weft.testing.TestNetworks;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OrderingOptionTest {
    private static Message configuration(Network network, Identities identities, Map<String, Object> options) {
        Channel channel = network.channels().get(0);
        Ordering ordering = channel.ordering();
        Channel with = new Channel(
                channel.name(),
                new Ordering(
                        ordering.type(), ordering.organizations(), ordering.consenters(), ordering.batch(), options),
                channel.members(),
                channel.policies(),
                channel.acls(),
                channel.capabilities(),
                List.of());
        return ChannelConfiguration.of(network, with, identities.msps(), identities.consenters(ordering.consenters()));
    }

    /** The model holds only what differs from the defaults, so block 0 has to know the same ones. */
    @ParameterizedTest
    @EnumSource
    void the_defaults_are_those_that_a_channel_gets_without_any_option(ConsensusType type) {
        Map<String, Object> defaults = OrderingOption.of(type).stream()
                .collect(Collectors.toMap(OrderingOption::name, OrderingOption::modelDefault));
        Network network = TestNetworks.network(FabricVersion.parse("3.1.5"), type, 4, 1);
        Identities identities = new Identities(network);

        assertThat(defaults).isNotEmpty();
        assertThat(configuration(network, identities, defaults))
                .isEqualTo(configuration(network, identities, Map.of()));
    }
}
