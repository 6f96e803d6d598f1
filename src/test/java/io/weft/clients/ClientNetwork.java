package io.weft.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.LocalConnection;
import io.weft.NetworkDeployer;
import io.weft.NetworkStatus;
import io.weft.apply.Progress;
import io.weft.model.Network;
import io.weft.model.PlatformChoice.Nodes;
import io.weft.model.RunBy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A network on this machine, as {@code weft up} makes it, and shells whose users have an exported identity. */
final class ClientNetwork implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Pattern COLORS = Pattern.compile("\u001b\\[[0-9;]*m");
    private static final Pattern LOG_PREFIX =
            Pattern.compile("(?m)^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d+ UTC [0-9a-f]{4} ");
    private static final Pattern TIME = Pattern.compile("\\d{4}[-/]\\d\\d[-/]\\d\\d[T ][\\d:.]+(?:Z|[+-][\\d:]+)?");
    private static final Pattern HEX_HASH = Pattern.compile("\\b[0-9a-f]{64}\\b");
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]{40,}={0,2}");
    private static final Pattern SECONDS = Pattern.compile("after [0-9.]+[mµ]?s");
    /** Go's library and Java's have their own words for bytes that are no message. */
    private static final Pattern PROTOBUF = Pattern.compile("(proto:[ \u00a0]|While parsing a protocol message)[^\n]*");
    /** Go and the native TLS library refuse a client without certificate by the one alert, Java 17 by the other. */
    private static final Pattern NO_CERTIFICATE = Pattern.compile("tls: (certificate required|bad certificate)");
    /** How Fabric 2.5 prints a message, and how later versions and embedded nodes do. */
    private static final Pattern OLD_MESSAGE = Pattern.compile(":<(name:\"[^\"]*\") >");

    private static final Pattern JSON_PORT = Pattern.compile("\"port\": \\d+");
    private static final Pattern PORT = Pattern.compile("(127\\.0\\.0\\.1|localhost|\\[::1\\]):\\d{4,5}");

    private final String kind;
    private final Path folder;
    private final NetworkDeployer deployer;
    private final Optional<Path> programs;
    private final Map<String, String> addresses = new LinkedHashMap<>();

    private ClientNetwork(String kind, Path folder, NetworkDeployer deployer, Optional<Path> programs) {
        this.kind = kind;
        this.folder = folder;
        this.deployer = deployer;
        this.programs = programs;
    }

    /**
     * Brings a network up in this process.
     *
     * @param folder everything it writes lies below
     * @param programs Fabric's, which shells find first on their path
     */
    static ClientNetwork start(Nodes nodes, Path folder, Network network, Optional<Path> programs)
            throws InterruptedException, IOException {
        NetworkDeployer deployer = NetworkDeployer.local(
                new LocalConnection(
                        folder.resolve("state"),
                        Optional.of(nodes),
                        programs.stream().toList(),
                        Path.of(""),
                        RunBy.THIS_PROCESS,
                        Duration.ofMinutes(2)),
                network);
        ClientNetwork result = new ClientNetwork(nodes.name().toLowerCase(Locale.ROOT), folder, deployer, programs);
        try {
            assertThat(deployer.up(Progress.SILENT).failures()).isEmpty();
            Files.createDirectories(folder.resolve("work"));
            for (NetworkStatus.Node node : deployer.status().nodes()) {
                node.address().ifPresent(address -> result.addresses.put(node.name(), address));
            }
            return result;
        } catch (RuntimeException | InterruptedException | IOException | AssertionError e) {
            result.close();
            throw e;
        }
    }

    /** What shells have as current folder. */
    Path work() {
        return folder.resolve("work");
    }

    /** The folder of an exported identity such as {@code org1/admin}; written on first use. */
    Path identity(String name) {
        Path exported = folder.resolve(name.replace('/', '-'));
        if (!Files.exists(exported)) {
            deployer.exportIdentity(
                    name.substring(0, name.indexOf('/')), name.substring(name.indexOf('/') + 1), exported);
        }
        return exported;
    }

    /**
     * Runs a line in a shell that has read the identity's environments. Beside those there is {@code $ORG1_PEER0} and
     * so on, the address of each node, and {@code $ORG1_TLS} and so on, the file of each organization's TLS roots.
     */
    Answer run(String identity, String line) {
        Path exported = identity(identity);
        try {
            Path output = Files.createTempFile(folder, "run", ".log");
            ProcessBuilder builder = new ProcessBuilder(
                            "sh", "-c", "for file in \"$0\"/*.env; do . \"$file\"; done; " + line, exported.toString())
                    .directory(work().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            Map<String, String> environment = builder.environment();
            environment.keySet().removeIf(name -> name.startsWith("CORE_") || name.startsWith("ORDERER_"));
            programs.ifPresent(path -> environment.merge("PATH", path.toString(), (old, own) -> own + ":" + old));
            environment.put("FABRIC_LOGGING_SPEC", "info:grpc=fatal");
            addresses.forEach((node, address) ->
                    environment.put(node.toUpperCase(Locale.ROOT).replace('/', '_'), address));
            for (String organization : List.of("org1", "org2")) {
                environment.put(
                        organization.toUpperCase(Locale.ROOT) + "_TLS",
                        identity(organization + "/admin").resolve("tls/ca.crt").toString());
            }
            Process process = builder.start();
            try {
                process.getOutputStream().close();
                boolean isOver = process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
                String text = Files.readString(output);
                assertThat(isOver)
                        .as("`%s` has ended, having printed: %s", line, text)
                        .isTrue();
                return new Answer(kind, line, process.exitValue(), anonymous(text));
            } finally {
                process.destroyForcibly();
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new IllegalStateException("`" + line + "` cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Without what is different in each network. */
    private String anonymous(String text) {
        String result = LOG_PREFIX.matcher(COLORS.matcher(text).replaceAll("")).replaceAll("");
        for (Map.Entry<String, String> address : addresses.entrySet()) {
            result = result.replace(address.getValue(), address.getKey());
        }
        result = result.replace(folder.toString(), "FOLDER");
        result = PORT.matcher(result).replaceAll("$1:PORT");
        result = JSON_PORT.matcher(result).replaceAll("\"port\": PORT");
        result = SECONDS.matcher(result).replaceAll("after TIME");
        result = PROTOBUF.matcher(result).replaceAll("PROTOBUF");
        result = OLD_MESSAGE.matcher(result).replaceAll(":{$1}");
        result = NO_CERTIFICATE.matcher(result).replaceAll("tls: NO CERTIFICATE");
        result = TIME.matcher(result).replaceAll("TIME");
        result = HEX_HASH.matcher(result).replaceAll("HASH");
        return inOrder(BASE64.matcher(result).replaceAll("BASE64").strip());
    }

    /** Which peer's event comes first is chance. */
    private static String inOrder(String text) {
        List<String> lines = new ArrayList<>(text.lines().toList());
        int from = 0;
        while (from < lines.size()) {
            int to = from;
            while (to < lines.size() && lines.get(to).contains("ClientWait -> txid")) {
                to++;
            }
            lines.subList(from, to).sort(null);
            from = to + 1;
        }
        return String.join("\n", lines);
    }

    /** Text of a file that a shell wrote. */
    String read(String file) throws IOException {
        return Files.readString(work().resolve(file), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            deployer.remove(text -> {});
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            deployer.close();
        }
    }

    /**
     * What a program answered.
     *
     * @param output standard output and errors, without what is different each time
     */
    record Answer(String network, String line, int exit, String output) {
        /** With its lines sorted, and without the commas between them. */
        Answer inAnyOrder() {
            String sorted = output.lines()
                    .map(one -> one.endsWith(",") ? one.substring(0, one.length() - 1) : one)
                    .sorted()
                    .collect(Collectors.joining("\n"));
            return new Answer(network, line, exit, sorted);
        }
    }
}
