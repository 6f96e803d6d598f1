package io.weft.embedded.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.weft.model.ConsensusType;
import org.hyperledger.fabric.protos.common.Block;
import org.junit.jupiter.api.Test;

class ConfigViewsTest {
    private static final Block BLOCK =
            new TestChannel(ConsensusType.RAFT, 1).genesis().block();

    private final ConfigViews views = new ConfigViews();

    @Test
    void a_block_is_read_once() {
        ChannelView first = views.of(BLOCK);
        assertThat(first.channel()).isEqualTo(ChannelView.ofBlock(BLOCK).channel());
        assertThat(views.of(BLOCK.toBuilder().build())).isSameAs(first);
    }

    @Test
    void a_header_does_not_stand_for_other_data() {
        Block other = new TestChannel(ConsensusType.RAFT, 3).genesis().block();
        Block forged = BLOCK.toBuilder().setData(other.getData()).build();
        assertThat(views.of(forged).consenters()).hasSize(3);
        assertThat(views.of(BLOCK).consenters()).hasSize(1);
        assertThat(views.of(forged).consenters()).hasSize(3);
    }

    @Test
    void what_cannot_be_read_is_refused_each_time() {
        Block.Builder broken = BLOCK.toBuilder();
        broken.getDataBuilder().setData(0, ByteString.copyFromUtf8("no envelope"));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> views.of(broken.build())).isInstanceOf(InvalidConfigurationException.class);
        }
    }
}
