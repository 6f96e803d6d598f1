package io.weft.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.cli.CommandRun;
import io.weft.local.ProgramNode.Running;
import io.weft.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
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
        return CommandRun.of(folder, List.of(arguments).get(0), spec().toString(), arguments);
    }

    private Path spec() throws IOException {
        Path spec = folder.resolve("network.yaml");
        if (!Files.exists(spec)) {
            Files.writeString(spec, """
                    apiVersion: weft/v1
                    kind: Network
                    metadata: {name: trade}
                    platform: {type: local, nodes: embedded}
                    fabric: {version: 3.1.5}
                    organizations:
                      - {name: org1, orderers: 1, peers: 1}
                    channels:
                      - name: trading
                        ordering: {type: raft, organizations: [org1], batch: {timeout: 100ms}}
                        members: [org1]
                        chaincodes:
                          - name: asset
                            version: "1.0"
                            image: example.com/asset:1.0
                            local: {class: io.weft.sample.AssetContract}
                    """);
        }
        return spec;
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
