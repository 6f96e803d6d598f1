package io.weft.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.fixture.DevelopmentNetwork;
import io.weft.fixture.TestChannel;
import io.weft.sample.AssetContract;
import java.nio.charset.StandardCharsets;
import org.hyperledger.fabric.client.Contract;
import org.hyperledger.fabric.client.Gateway;
import org.hyperledger.fabric.client.Network;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

@FabricNetwork
@Chaincode(name = "asset", contract = AssetContract.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FabricNetworkTest {
    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    @Order(1)
    void what_one_organization_submits_the_other_reads(
            @Client(organization = "org1") Contract ours,
            @Client(organization = "org2", user = "admin") Contract theirs)
            throws Exception {
        ours.submitTransaction("CreateAsset", "a1", "blue", "5", "tom", "100");

        assertThat(text(theirs.evaluateTransaction("ReadAsset", "a1"))).contains("\"Color\":\"blue\"");
    }

    @Test
    @Order(2)
    void tests_of_a_class_share_a_channel(Contract asset) throws Exception {
        assertThat(text(asset.evaluateTransaction("AssetExists", "a1"))).isEqualTo("true");
    }

    @Test
    @Order(3)
    void a_channel_of_the_class_is_not_the_one_of_the_spec(Network network, TestChannel channel, Gateway gateway)
            throws Exception {
        assertThat(network.getName()).isEqualTo(channel.name()).startsWith("test-");
        assertThat(channel.template()).isEqualTo("test");
        assertThat(text(gateway.getNetwork("test").getContract("asset").evaluateTransaction("AssetExists", "a1")))
                .isEqualTo("false");
    }

    @Test
    @Order(4)
    void a_test_breaks_something(DevelopmentNetwork network, @Client(organization = "org2") Contract asset) {
        network.failNextEndorsement("broken");
        network.cutOff("org2/peer0");

        assertThatThrownBy(() -> asset.evaluateTransaction("GetAllAssets")).isInstanceOf(Exception.class);
    }

    @Test
    @Order(5)
    void and_the_next_one_finds_it_whole(@Client(organization = "org2") Contract asset) throws Exception {
        assertThat(text(asset.evaluateTransaction("ReadAsset", "a1"))).contains("a1");
    }

    @Nested
    class Inside {
        @Test
        void a_nested_class_has_the_channel_of_the_outer_one(Contract asset) throws Exception {
            assertThat(text(asset.evaluateTransaction("AssetExists", "a1"))).isEqualTo("true");
        }
    }
}
