package io.weft.embedded.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.List;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockData;
import org.hyperledger.fabric.protos.common.Config;
import org.hyperledger.fabric.protos.common.ConfigEnvelope;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.junit.jupiter.api.Test;

class ConfigBlockTest {
    private static final ConfigEnvelope CONFIGURATION = ConfigEnvelope.newBuilder()
            .setConfig(Config.newBuilder().setSequence(7))
            .build();

    private static Block block(HeaderType type, ByteString data) {
        return Chain.block(3, ByteString.EMPTY, List.of(Chain.envelope("ch", "id", type, data)));
    }

    @Test
    void a_block_with_a_configuration_alone_is_one() {
        Block block = block(HeaderType.CONFIG, CONFIGURATION.toByteString());
        assertThat(ConfigBlock.is(block)).isTrue();
        assertThat(ConfigBlock.configuration(block)).hasValue(CONFIGURATION);
    }

    @Test
    void a_transaction_is_none() {
        Block block = block(HeaderType.ENDORSER_TRANSACTION, CONFIGURATION.toByteString());
        assertThat(ConfigBlock.is(block)).isFalse();
        assertThat(ConfigBlock.configuration(block)).isEmpty();
    }

    @Test
    void a_configuration_among_others_is_none() {
        Envelope one = Chain.envelope("ch", "id", HeaderType.CONFIG, CONFIGURATION.toByteString());
        Block block = Chain.block(3, ByteString.EMPTY, List.of(one, one));
        assertThat(ConfigBlock.is(block)).isFalse();
        assertThat(ConfigBlock.is(Block.getDefaultInstance())).isFalse();
    }

    @Test
    void what_cannot_be_read_is_none() {
        Block noEnvelope = Block.newBuilder()
                .setData(BlockData.newBuilder().addData(ByteString.copyFromUtf8("no envelope")))
                .build();
        assertThat(ConfigBlock.is(noEnvelope)).isFalse();
        assertThat(ConfigBlock.configuration(noEnvelope)).isEmpty();
        assertThat(ConfigBlock.configuration(block(HeaderType.CONFIG, ByteString.copyFromUtf8("no configuration"))))
                .isEmpty();
    }
}
