package io.weft.bench;

import io.weft.fixture.DevelopmentNetwork;
import io.weft.fixture.Target;
import io.weft.fixture.TestChannel;
import io.weft.model.Network;
import io.weft.sample.AssetContract;
import io.weft.spec.NetworkSpecs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.hyperledger.fabric.client.Contract;

/**
 * Measures what a test waits for: a network up to its first committed transaction, a further network beside one that
 * runs, a fresh channel with its chaincode and without, and transactions a second. Arguments: spec, rounds, and
 * optionally a folder with Fabric's programs, which then do the same in the same run.
 */
public final class LocalBenchmark {
    private static final int CLIENTS = 16;
    private static final Duration LOAD = Duration.ofSeconds(5);
    /** The shim tells of every start at length. Held here, because loggers are forgotten otherwise. */
    private static final Logger SHIM = Logger.getLogger("org.hyperledger.fabric");

    private LocalBenchmark() {}

    /** Measures, and prints a line for each kind. */
    public static void main(String[] arguments) throws Exception {
        SHIM.setLevel(Level.WARNING);
        String spec = arguments[0];
        int rounds = Integer.parseInt(arguments[1]);
        measure(spec, rounds, "embedded nodes", new Target.Embedded());
        if (arguments.length > 2) {
            measure(
                    spec,
                    Math.min(3, rounds),
                    "Fabric's programs",
                    new Target.Programs(List.of(Path.of(arguments[2]))));
        }
    }

    private static void measure(String spec, int rounds, String what, Target target) throws Exception {
        int channels = target instanceof Target.Embedded ? 3 * rounds : rounds;
        long cold = millis(() -> firstTransaction(spec, target).close());
        print(what, "network to first committed transaction, first in the JVM", List.of(cold));
        List<Long> warm = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            long start = System.nanoTime();
            DevelopmentNetwork network = firstTransaction(spec, target);
            warm.add((System.nanoTime() - start) / 1_000_000);
            network.close();
        }
        print(what, "network to first committed transaction, warm", warm);
        try (DevelopmentNetwork network = firstTransaction(spec, target)) {
            List<Long> second = new ArrayList<>();
            for (int i = 0; i < rounds; i++) {
                long start = System.nanoTime();
                DevelopmentNetwork other = network(spec, target);
                second.add((System.nanoTime() - start) / 1_000_000);
                other.close();
            }
            print(what, "second network beside the first, chaincode ready", second);
            print(what, "fresh channel, chaincode initialized", freshChannels(network, channels));
            load(what, network.newChannel());
        }
        try (DevelopmentNetwork network = withoutChaincode(spec, target)) {
            print(what, "fresh channel, joined by every node, no chaincode", freshChannels(network, channels));
        }
    }

    private static List<Long> freshChannels(DevelopmentNetwork network, int count) throws Exception {
        List<Long> result = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            result.add(millis(network::newChannel));
        }
        return result;
    }

    private static DevelopmentNetwork withoutChaincode(String spec, Target target) {
        Network whole = NetworkSpecs.load(Path.of(spec)).network();
        Network bare = whole.withChannels(whole.channels().stream()
                .map(channel -> channel.withChaincodes(List.of()))
                .toList());
        return DevelopmentNetwork.of(bare).target(target).start();
    }

    private static DevelopmentNetwork network(String spec, Target target) {
        return DevelopmentNetwork.of(spec)
                .chaincode("asset", AssetContract.class)
                .target(target)
                .start();
    }

    private static DevelopmentNetwork firstTransaction(String spec, Target target) throws Exception {
        DevelopmentNetwork network = network(spec, target);
        create(network.contract("org1", "user1", "trading", "asset"), "a0");
        return network;
    }

    private static void create(Contract asset, String id) throws Exception {
        asset.submitTransaction("CreateAsset", id, "blue", "5", "tom", "100");
    }

    private static void load(String what, TestChannel channel) throws Exception {
        Contract asset = channel.contract("org1", "user1", "asset");
        AtomicInteger number = new AtomicInteger();
        long end = System.nanoTime() + LOAD.toNanos();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                all.add(clients.submit(() -> {
                    while (System.nanoTime() < end) {
                        create(asset, "load" + number.incrementAndGet());
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            clients.shutdown();
        }
        System.out.printf(
                "%-18s %-58s %6.0f%n",
                what,
                "transactions a second, submit to commit, " + CLIENTS + " clients",
                number.get() * 1e9 / LOAD.toNanos());
    }

    private interface Work {
        void run() throws Exception;
    }

    private static long millis(Work work) throws Exception {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1_000_000;
    }

    private static void print(String what, String kind, List<Long> millis) {
        List<Long> sorted = millis.stream().sorted().toList();
        System.out.printf(
                "%-18s %-58s %6d ms (median of %d; %d to %d)%n",
                what, kind, sorted.get(sorted.size() / 2), sorted.size(), sorted.get(0), sorted.get(sorted.size() - 1));
    }
}
