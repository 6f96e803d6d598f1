package io.weft.node;

import io.weft.problem.RejectedException;
import io.weft.problem.WeftException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entry of the image of embedded nodes. The arguments are a command line of Fabric's: {@code orderer start},
 * {@code peer node start}, {@code fabric-ca-server start}; or {@code sample-chaincode}. Lives until SIGTERM, then closes
 * the node and exits with 0; exits with 1 if the node cannot start.
 */
public final class Node {
    private static final String LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

    private Node() {}

    public static void main(String[] args) throws InterruptedException {
        Map<String, String> environment = System.getenv();
        System.setProperty(LEVEL, level(environment));
        System.setProperty("org.slf4j.simpleLogger.showDateTime", "true");
        System.setProperty("org.slf4j.simpleLogger.dateTimeFormat", "yyyy-MM-dd HH:mm:ss.SSS zzz");
        // gRPC and the shim tell the console of each start, at length, and of each name that does not resolve yet with
        // a stack trace.
        java.util.logging.Logger.getLogger("").setLevel(java.util.logging.Level.WARNING);
        System.setProperty("java.util.logging.SimpleFormatter.format", "%1$tF %1$tT.%1$tL %1$tZ [%3$s] %4$s %5$s%n");
        // Only now may somebody make a logger.
        Logger log = LoggerFactory.getLogger(Node.class);
        try {
            RunningProgram program = start(List.of(args), environment);
            endOnSignal(program, log);
            if (environment.getOrDefault("FABRIC_LOGGING_FORMAT", "").equals("json")) {
                log.warn("`FABRIC_LOGGING_FORMAT` is `json`, but embedded nodes log lines of text.");
            }
            program.unused()
                    .forEach(key -> log.warn("Embedded nodes do not use the setting `{}`; it has no effect.", key));
            log.info("{} serves, for development and tests only.", program.title());
            new CountDownLatch(1).await();
        } catch (WeftException e) {
            log.error("{}", e.getMessage());
            System.exit(1);
        } catch (RuntimeException e) {
            log.error("The node cannot start.", e);
            System.exit(1);
        }
    }

    /** Fabric's level for everything that has none of its own, as SLF4J names it. */
    static String level(Map<String, String> environment) {
        String spec = environment.getOrDefault(
                "FABRIC_LOGGING_SPEC", environment.getOrDefault("FABRIC_CA_SERVER_LOGLEVEL", ""));
        String level = Arrays.stream(spec.split(":"))
                .filter(part -> !part.isBlank() && !part.contains("="))
                .reduce("info", (first, last) -> last)
                .toLowerCase(Locale.ROOT);
        return switch (level) {
            case "debug", "error" -> level;
            case "warning", "warn" -> "warn";
            case "critical", "dpanic", "panic", "fatal" -> "error";
            default -> "info";
        };
    }

    static RunningProgram start(List<String> command, Map<String, String> environment) {
        String line = String.join(" ", command);
        return switch (line) {
            case "orderer", "orderer start" ->
                OrdererProgram.start(folder(environment).resolve("orderer.yaml"), environment);
            case "peer node start" -> PeerProgram.start(folder(environment).resolve("core.yaml"), environment);
            case "fabric-ca-server start" ->
                CaProgram.start(
                        Path.of(environment.getOrDefault("FABRIC_CA_SERVER_HOME", "/etc/hyperledger/fabric-ca-server"))
                                .resolve("fabric-ca-server-config.yaml"),
                        environment);
            case "sample-chaincode" -> ChaincodeProgram.start(environment);
            default ->
                throw new RejectedException("Embedded nodes know the commands `orderer start`, `peer node start`,"
                        + " `fabric-ca-server start` and `sample-chaincode`, but not `" + line
                        + "`. Run Fabric's own programs for it.");
        };
    }

    private static Path folder(Map<String, String> environment) {
        return Path.of(environment.getOrDefault("FABRIC_CFG_PATH", "/etc/hyperledger/fabric"));
    }

    private static void endOnSignal(RunningProgram program, Logger log) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            int code = 0;
                            try {
                                program.close();
                                log.info("Ended.");
                            } catch (RuntimeException e) {
                                log.error("The node did not end well.", e);
                                code = 1;
                            }
                            // Otherwise the exit code would be the signal's.
                            Runtime.getRuntime().halt(code);
                        },
                        "node-end"));
    }
}
