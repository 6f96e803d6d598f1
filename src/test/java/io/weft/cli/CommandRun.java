package io.weft.cli;

import io.weft.testing.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A weft command in a process of its own.
 *
 * @param code its exit code
 * @param out what it printed
 * @param err progress and failures
 */
public record CommandRun(int code, String out, String err) {
    /**
     * Runs a command with a state folder of its own and no Fabric programs.
     *
     * @param state stands for {@code XDG_STATE_HOME}
     * @param arguments the command's name, then what follows the spec
     */
    public static CommandRun of(Path state, String command, String spec, String... arguments)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(
                Programs.java().toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Programs.classPath(),
                Weft.class.getName(),
                command,
                spec));
        line.addAll(Arrays.asList(arguments).subList(1, arguments.length));
        Path out = Files.createTempFile(state, "out", "");
        Path err = Files.createTempFile(state, "err", "");
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("XDG_STATE_HOME", state.toString());
        builder.environment().remove("FABRIC_BIN");
        int code = builder.start().waitFor();
        return new CommandRun(code, Files.readString(out), Files.readString(err));
    }
}
