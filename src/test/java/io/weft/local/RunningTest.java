package io.weft.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weft.local.ProgramNode.Running;
import io.weft.testing.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RunningTest {
    @Test
    void this_process_runs_and_another_one_with_its_number_does_not() {
        Running self = Running.of(ProcessHandle.current());

        assertThat(self.find()).contains(ProcessHandle.current());
        assertThat(new Running(self.pid(), self.started() - 1000).find()).isEmpty();
    }

    /** As in a container whose first process does not wait for orphans. */
    @Test
    void a_process_that_has_ended_does_not_run_though_nobody_waits_for_it() throws IOException {
        assumeTrue(Files.isDirectory(Path.of("/proc/self")), "only Linux keeps such a process in sight");
        Process parent = new ProcessBuilder("sh", "-c", "sleep 60 & echo $!; exec sleep 60").start();
        try (BufferedReader output = parent.inputReader()) {
            long pid = Long.parseLong(output.readLine());
            ProcessHandle child = ProcessHandle.of(pid).orElseThrow();
            Running running = Running.of(child);
            assertThat(running.find()).isPresent();
            // As long as it is a shell it may wait for its child.
            Path parentsName = Path.of("/proc/" + parent.pid() + "/comm");
            Eventually.eventually(
                    () -> Files.readString(parentsName), name -> name.strip().equals("sleep"));
            child.destroyForcibly();

            Eventually.eventually("the process ends", () -> running.find().isEmpty());

            assertThat(child.isAlive()).isTrue();
        } finally {
            parent.destroyForcibly();
        }
    }
}
