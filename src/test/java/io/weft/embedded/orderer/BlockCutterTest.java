package io.weft.embedded.orderer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.weft.embedded.config.Batch;
import java.time.Duration;
import java.util.List;
import org.hyperledger.fabric.protos.common.Envelope;
import org.junit.jupiter.api.Test;

class BlockCutterTest {
    private static final Batch LIMITS = new Batch(3, 1000, 100, Duration.ofSeconds(2));

    private final BlockCutter cutter = new BlockCutter();

    /** Payload and signature together are so long. */
    private static Envelope envelope(int size) {
        return Envelope.newBuilder()
                .setPayload(ByteString.copyFrom(new byte[size - 10]))
                .setSignature(ByteString.copyFrom(new byte[10]))
                .build();
    }

    @Test
    void a_batch_is_complete_with_its_last_message() {
        Envelope first = envelope(20);
        Envelope second = envelope(21);
        Envelope third = envelope(22);
        assertThat(cutter.add(first, LIMITS)).isEmpty();
        assertThat(cutter.add(second, LIMITS)).isEmpty();
        assertThat(cutter.add(third, LIMITS)).containsExactly(List.of(first, second, third));
        assertThat(cutter.isPending()).isFalse();
    }

    @Test
    void a_message_that_would_exceed_the_preferred_bytes_begins_the_next_batch() {
        Envelope first = envelope(60);
        Envelope second = envelope(41);
        cutter.add(first, LIMITS);
        assertThat(cutter.add(second, LIMITS)).containsExactly(List.of(first));
        assertThat(cutter.cut()).containsExactly(second);
    }

    @Test
    void exactly_the_preferred_bytes_still_fit() {
        cutter.add(envelope(60), LIMITS);
        assertThat(cutter.add(envelope(40), LIMITS)).isEmpty();
    }

    @Test
    void a_message_above_the_preferred_bytes_gets_a_block_of_its_own() {
        Envelope small = envelope(20);
        Envelope large = envelope(101);
        cutter.add(small, LIMITS);
        assertThat(cutter.add(large, LIMITS)).containsExactly(List.of(small), List.of(large));
        assertThat(cutter.isPending()).isFalse();
        assertThat(cutter.add(large, LIMITS)).containsExactly(List.of(large));
    }

    @Test
    void what_was_cut_is_not_counted_again() {
        cutter.add(envelope(90), LIMITS);
        cutter.cut();
        assertThat(cutter.add(envelope(90), LIMITS)).isEmpty();
        assertThat(cutter.cut()).hasSize(1);
    }
}
