package io.weft.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.cli.CommandRun;
import io.weft.local.ProgramNode.Running;
import io.weft.testing.Eventually;
import io.weft.testing.SmallSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network outlives the command that made it, and comes back when its process is killed. */
class BackgroundTest {
    @TempDir
    Path folder;

    @AfterEach
    void down() throws Exception {
        weft("down");
    }

    private CommandRun weft(String... arguments) throws IOException, InterruptedException {
        return CommandRun.of(
                folder, List.of(arguments).get(0), SmallSpec.write(folder).toString(), arguments);
    }

    private ProcessHandle daemon() {
        StateFolder state = new StateFolder(folder.resolve("weft"), "trade");
        return DaemonClient.find(state).orElseThrow().process().find().orElseThrow();
    }

    @Test
    void it_survives_the_command_and_a_killed_process_is_replaced_by_the_next_up() throws Exception {
        CommandRun up = weft("up");
        assertThat(up.err())
                .startsWith("Network runs on this machine, on embedded nodes, for development only. On Fabric's own"
                        + " programs: `--nodes fabric`; on a cluster: `--platform kubernetes`.");
        assertThat(up.code()).as(up.err()).isZero();
        assertThat(weft("submit", "CreateAsset", "a1", "blue", "5", "tom", "100")
                        .code())
                .isZero();
        String before = weft("status", "-o", "json").out();
        Running daemon = Running.of(daemon());
        daemon.find().orElseThrow().destroyForcibly();
        Eventually.eventually("the process ends", () -> daemon.find().isEmpty());
        CommandRun status = weft("status");
        assertThat(status.code()).isEqualTo(7);
        assertThat(status.out()).contains("It does not run; `weft up` starts it.");
        CommandRun question = weft("evaluate", "ReadAsset", "a1");
        assertThat(question.code()).isEqualTo(4);
        assertThat(question.err()).contains("has ended; `weft up` starts it again");
        assertThat(weft("up").code()).isZero();
        assertThat(weft("status", "-o", "json").out()).isEqualTo(before);
        assertThat(weft("evaluate", "ReadAsset", "a1").out()).contains("blue");
        Running second = Running.of(daemon());
        assertThat(weft("down").code()).isZero();
        assertThat(second.find()).isEmpty();
        assertThat(folder.resolve("weft")).doesNotExist();
    }
}
