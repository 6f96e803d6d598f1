package io.weft.local;

import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.protocol.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The loopback ports of a network: free ones, chosen once and kept, because channels and packages name them. Ports of other
 * networks are avoided even while those do not run. All are below those that the system gives to outgoing connections.
 */
final class Ports {
    private static final int FIRST = 20_000;
    private static final int COUNT = 12_000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final StateFolder folder;
    private final SecureRandom random;
    private final Map<String, Integer> known = new TreeMap<>();
    private boolean keeping;

    Ports(StateFolder folder, SecureRandom random) {
        this.folder = folder;
        this.random = random;
        known.putAll(read(folder.ports()));
    }

    /** What the file keeps: owner and purpose to port. */
    private static Map<String, Integer> read(Path file) {
        return StateFolder.readNumbers(file).orElseGet(Map::of);
    }

    /**
     * From now on a port that is chosen is written down; what was chosen before, for a look only, is forgotten. The
     * caller holds the network's lock.
     */
    synchronized void keep() {
        known.clear();
        known.putAll(read(folder.ports()));
        keeping = true;
    }

    /**
     * A node's port.
     *
     * @param owner {@code namespace/release}
     * @param purpose for example {@code main}
     */
    synchronized int of(String owner, String purpose) {
        String key = owner + " " + purpose;
        Integer port = known.get(key);
        if (port != null) {
            return port;
        }
        if (!keeping) {
            int chosen = choose();
            known.put(key, chosen);
            return chosen;
        }
        FileLock lock = take();
        try {
            int chosen = choose();
            known.put(key, chosen);
            StateFolder.writeJson(folder.ports(), known);
            return chosen;
        } finally {
            lock.close();
        }
    }

    private FileLock take() {
        Deadline deadline = Deadline.after(PATIENCE);
        Optional<FileLock> lock = FileLock.tryTake(folder.portsLock(), "");
        while (lock.isEmpty()) {
            if (!deadline.pause(PAUSE)) {
                throw new TimedOutException(
                        "`" + folder.portsLock() + "` was held by another process for " + PATIENCE.toSeconds() + " s.");
            }
            lock = FileLock.tryTake(folder.portsLock(), "");
        }
        return lock.get();
    }

    private int choose() {
        Set<Integer> taken = new HashSet<>(known.values());
        for (Path other : StateFolder.list(folder.root())) {
            if (Files.isDirectory(other) && !other.equals(folder.path())) {
                taken.addAll(read(StateFolder.at(other).ports()).values());
            }
        }
        int start = random.nextInt(COUNT);
        for (int i = 0; i < COUNT; i++) {
            int port = FIRST + (start + i) % COUNT;
            if (!taken.contains(port) && isFree(port)) {
                return port;
            }
        }
        throw new RejectedException("No loopback port from " + FIRST + " to " + (FIRST + COUNT - 1) + " is free.");
    }

    /** Whether nobody listens there now. */
    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
