package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the README as a newcomer would on a machine with nothing but Java: every weft command as it stands there, by the
 * launcher, and the class. Needs what {@code mvn package} builds.
 */
class ReadmeLocallyIT {
    private static final String SPEC = "network-specs/two-orgs.yaml";
    private static final String TALK = "Talk to it: ./weft ";

    @TempDir
    private Path folder;

    @BeforeEach
    void requireBuild() {
        assumeTrue(Files.exists(Path.of("target/weft-cli.jar")), "weft is not built");
    }

    @AfterEach
    void remove() throws Exception {
        weft(List.of("down", SPEC));
    }

    @Test
    void every_command_and_the_class_do_what_they_say() throws Exception {
        List<List<String>> commands = Documents.weftCommands(Documents.README);
        assertThat(commands.get(0)).containsExactly("up", SPEC);
        boolean classRan = false;
        for (List<String> command : commands) {
            if (command.get(0).equals("reset")) {
                String source =
                        Documents.blocks(Documents.README, "java").get(0).text();
                JavaExample.compile(source, folder).run(folder.resolve("weft").toString());
                assertThat(weft(List.of("evaluate", SPEC, "ReadAsset", "a2")).out())
                        .contains("\"Owner\":\"ann\"");
                classRan = true;
            }
            CommandRun run = weft(here(command));
            assertThat(run.code()).as("weft %s\n%s", command, run).isZero();
            if (command.get(0).equals("up")) {
                requireTransactionAndWhatToDoNext(run);
            } else if (command.contains("ReadAsset")) {
                assertThat(run.out()).contains("\"Owner\":\"tom\"");
            }
        }
        assertThat(classRan).as("the class ran before `reset`").isTrue();
        assertThat(commands).anySatisfy(command -> assertThat(command).first().isEqualTo("down"));
        assertThat(folder.resolve("weft")).doesNotExist();
    }

    private void requireTransactionAndWhatToDoNext(CommandRun up) throws Exception {
        assertThat(up.err()).startsWith("Network runs on this machine, on embedded nodes");
        String last = up.out().lines().reduce((line, next) -> next).orElseThrow();
        assertThat(last).startsWith(TALK);
        CommandRun next = weft(List.of(last.substring(TALK.length()).split(" ")));
        assertThat(next.out()).as(next.err()).contains("\"ID\":\"asset1\"", "\"ID\":\"asset6\"");
    }

    /** What a command writes goes to the test's folder. */
    private List<String> here(List<String> command) {
        List<String> result = new ArrayList<>(command);
        int to = result.indexOf("--to");
        if (to >= 0) {
            result.set(to + 1, folder.resolve(result.get(to + 1)).toString());
        }
        result.replaceAll(
                word -> word.equals("network.yaml") ? folder.resolve(word).toString() : word);
        return result;
    }

    private CommandRun weft(List<String> arguments) throws IOException, InterruptedException {
        return CommandRun.launched(folder, arguments);
    }
}
