package io.weft.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.platform.Item;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordJsonTest {
    private static final NodeDescription NODE = new NodeDescription(
            "trade/org1-peer0",
            "org1/peer0",
            NodeDescription.Kind.PEER,
            NodeDescription.Form.EMBEDDED,
            "n1",
            "d1",
            Map.of("main", 20001),
            List.of("main"),
            List.of("peer", "node \"start\"\n"),
            Map.of("A", "ü"),
            "/tmp",
            Map.of());

    @Test
    void a_record_is_read_as_it_was_written() throws IOException {
        assertThat(RecordJson.parse(RecordJson.line(NODE), NodeDescription.class))
                .isEqualTo(NODE);
        assertThat(RecordJson.parse(RecordJson.pretty(NODE), NodeDescription.class))
                .isEqualTo(NODE);
        assertThat(RecordJson.line(NODE)).doesNotContain("\n");
    }

    @Test
    void records_hold_records_and_long_numbers() throws IOException {
        Control.Answer answer = new Control.Answer(
                "", Map.of("trade/org1-peer0", new Control.NodeState(Control.State.READY, "", "d1")));
        assertThat(RecordJson.parse(RecordJson.line(answer), Control.Answer.class))
                .isEqualTo(answer);
        Control.Listener listener = new Control.Listener(new ProgramNode.Running(1, Long.MAX_VALUE), 2, "t");
        assertThat(RecordJson.parse(RecordJson.line(listener), Control.Listener.class))
                .isEqualTo(listener);
    }

    @Test
    void bytes_come_back() throws IOException {
        byte[] bytes = new byte[300];
        bytes[7] = -1;
        Item item = new Item("trade", "record", Map.of(), Map.of(), Map.of("a", "b"), Map.of("block", bytes));
        Item read = RecordJson.parse(RecordJson.pretty(item), Item.class);
        assertThat(read.bytes().get("block")).isEqualTo(bytes);
        assertThat(read.texts()).isEqualTo(item.texts());
    }

    @Test
    void what_a_later_version_adds_is_passed_over() throws IOException {
        assertThat(RecordJson.parse("{\"more\":{\"a\":[1]},\"pid\":1,\"started\":2}", ProgramNode.Running.class))
                .isEqualTo(new ProgramNode.Running(1, 2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[]", "{\"pid\":1}", "{\"pid\":\"1\",\"started\":2}", "{\"pid\":1.5,\"started\":2}"})
    void what_has_another_shape_is_refused(String text) {
        assertThatThrownBy(() -> RecordJson.parse(text, ProgramNode.Running.class))
                .isInstanceOf(IOException.class);
    }
}
