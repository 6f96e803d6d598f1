package io.weft.cli;

import io.weft.testing.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

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
        List<String> line = new ArrayList<>(List.of(command, spec));
        line.addAll(Arrays.asList(arguments).subList(1, arguments.length));
        return of(state, line);
    }

    /** The same with all words in their order. */
    public static CommandRun of(Path state, List<String> words) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(
                Programs.java().toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Programs.classPath(),
                Weft.class.getName()));
        line.addAll(words);
        return run(state, line);
    }

    /** Runs the launcher on what was built, in the project's folder. */
    public static CommandRun launched(Path state, List<String> words) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("./weft"));
        line.addAll(words);
        return run(state, line);
    }

    private static CommandRun run(Path state, List<String> line) throws IOException, InterruptedException {
        Path out = Files.createTempFile(state, "out", "");
        Path err = Files.createTempFile(state, "err", "");
        ProcessBuilder builder =
                process(state, line).redirectOutput(out.toFile()).redirectError(err.toFile());
        int code = builder.start().waitFor();
        return new CommandRun(code, Files.readString(out), Files.readString(err));
    }

    /** A process that finds no Fabric programs and no cluster, and keeps its networks in that folder. */
    static ProcessBuilder process(Path state, List<String> line) {
        ProcessBuilder builder = new ProcessBuilder(line);
        Map<String, String> environment = builder.environment();
        environment.put("XDG_STATE_HOME", state.toString());
        environment.put("WEFT_NO_BUILD", "1");
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.remove("FABRIC_BIN");
        environment.remove("KUBECONFIG");
        environment.put("PATH", "/usr/bin:/bin");
        return builder;
    }
}
