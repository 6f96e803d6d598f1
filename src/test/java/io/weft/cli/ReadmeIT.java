package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weft.kubernetes.KubeConfig;
import io.weft.kubernetes.NodeImages;
import io.weft.model.Network;
import io.weft.spec.NetworkSpecs;
import io.weft.testing.ApiServer;
import io.weft.testing.FreshName;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the README: every weft command in the order in which it stands there, and the class, each in a namespace of the
 * test's own. Needs {@code KUBECONFIG} and a cluster whose nodes have the images.
 */
class ReadmeIT {
    private static final Path SPEC = Path.of("network-specs/two-orgs.yaml");

    private final String namespace = FreshName.of("readme");
    private final Network network =
            NetworkSpecs.load(SPEC, Optional.of(namespace)).network();
    private String kubeconfig;

    @TempDir
    private Path folder;

    @BeforeEach
    void requireClusterWithImages() {
        KubeConfig cluster = ApiServer.clusterOrSkip();
        kubeconfig = System.getenv("KUBECONFIG").split(File.pathSeparator, -1)[0];
        Set<String> present = NodeImages.of(cluster);
        List<String> missing = Stream.concat(
                        Stream.of(
                                network.fabric().images().peer(),
                                network.fabric().images().orderer(),
                                network.fabric().images().ca()),
                        network.channels().stream()
                                .flatMap(channel -> channel.chaincodes().stream())
                                .map(chaincode -> chaincode.image()))
                .filter(image -> !present.contains(image))
                .toList();
        assumeTrue(missing.isEmpty(), "no node of the cluster has the images " + missing);
    }

    @AfterEach
    void remove() {
        if (kubeconfig != null) {
            weft(List.of("down", SPEC.toString(), "-n", namespace));
        }
    }

    @Test
    void every_command_and_the_class_do_what_they_say() throws Exception {
        List<List<String>> commands = Documents.weftCommands(Documents.README);
        boolean classRan = false;
        for (List<String> command : commands) {
            if (command.get(0).equals("reset")) {
                runClass();
                classRan = true;
            }
            Result result = weft(here(command));
            assertThat(result.code()).as("weft %s\n%s", command, result.text()).isZero();
            if (command.contains("ReadAsset")) {
                assertThat(result.text()).contains("\"owner\":\"tom\"");
            }
        }
        assertThat(classRan).as("the class ran before `reset`").isTrue();
        assertThat(commands).anySatisfy(command -> assertThat(command).first().isEqualTo("down"));
    }

    /** A command, moved to the test's namespace; what it writes, to the test's folder. */
    private List<String> here(List<String> command) {
        List<String> result = new ArrayList<>(command);
        int to = result.indexOf("--to");
        if (to >= 0) {
            result.set(to + 1, folder.resolve(result.get(to + 1)).toString());
        }
        result.replaceAll(
                word -> word.equals("network.yaml") ? folder.resolve(word).toString() : word);
        if (result.contains(SPEC.toString())) {
            result.add(result.indexOf(SPEC.toString()) + 1, "-n");
            result.add(result.indexOf("-n") + 1, namespace);
        }
        return result;
    }

    private void runClass() throws Exception {
        String source = Documents.blocks(Documents.README, "java").get(0).text();
        String moved = source.replace("Optional.empty()", "Optional.of(\"" + namespace + "\")")
                .replace("LocalConnection", "ClusterConnection")
                .replace("NetworkDeployer.local(", "NetworkDeployer.connect(");
        assertThat(moved).contains(namespace, "NetworkDeployer.connect(ClusterConnection.of(");

        JavaExample.compile(moved, folder).run(kubeconfig);
    }

    private record Result(int code, String text) {}

    private static Result weft(List<String> arguments) {
        StringWriter text = new StringWriter();
        PrintWriter writer = new PrintWriter(text);
        int code = WeftCommand.commandLine(writer, writer).execute(arguments.toArray(String[]::new));
        return new Result(code, text.toString());
    }
}
