package io.weft.embedded.chaincode;

import static java.util.Objects.requireNonNull;

import io.weft.model.MspId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The code behind installed packages, for all peers of this JVM: what is registered by package ID runs once for an
 * organization, whichever of its peers use it. Thread-safe.
 */
public final class ChaincodeRuntimes implements AutoCloseable {
    /** Fabric gives a chaincode five minutes; nothing has to be built here. */
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    private final Map<String, ChaincodeSource> sources = new HashMap<>();
    private final Map<Key, ChaincodeCode> running = new HashMap<>();
    private boolean closed;

    private record Key(String packageId, MspId organization) {}

    /** Says where the code of a package is. What ran for the package before is ended. */
    public void register(String packageId, ChaincodeSource source) {
        requireNonNull(packageId, "packageId");
        requireNonNull(source, "source");
        List<ChaincodeCode> old = new ArrayList<>();
        synchronized (this) {
            sources.put(packageId, source);
            running.entrySet().removeIf(entry -> {
                boolean same = entry.getKey().packageId().equals(packageId);
                if (same) {
                    old.add(entry.getValue());
                }
                return same;
            });
        }
        old.forEach(ChaincodeCode::close);
    }

    /** Whether the code of a package is known. */
    public synchronized boolean isRegistered(String packageId) {
        return sources.containsKey(packageId);
    }

    /**
     * Starts the code of a package, as far as that can be done without waiting.
     *
     * @throws ChaincodeFailure if it cannot run
     */
    void prepare(String packageId, MspId organization) {
        if (code(packageId, organization) instanceof CommandCode command) {
            command.prepare();
        }
    }

    /**
     * The code of a package; the same until another source is registered for it.
     *
     * @throws ChaincodeFailure if it is not known or cannot run
     */
    synchronized ChaincodeCode code(String packageId, MspId organization) {
        if (closed) {
            throw new ChaincodeFailure("error sending: " + ChaincodeStream.TERMINATED);
        }
        ChaincodeSource source = sources.get(packageId);
        if (source == null) {
            throw new ChaincodeFailure(
                    "could not launch chaincode " + packageId + ": nobody has said where its code is on this platform");
        }
        return running.computeIfAbsent(new Key(packageId, organization), key -> start(key, source));
    }

    private static ChaincodeCode start(Key key, ChaincodeSource source) {
        String packageId = key.packageId();
        if (source instanceof ChaincodeSource.Address service) {
            return new AddressCode(packageId, service.address(), service.tls(), START_TIMEOUT);
        }
        if (source instanceof ChaincodeSource.Command command) {
            return new CommandCode(packageId, command, key.organization(), START_TIMEOUT);
        }
        requireShim();
        return new InProcessCode(label(packageId), JavaCode.load((ChaincodeSource.Java) source), key.organization());
    }

    private static String label(String packageId) {
        int colon = packageId.indexOf(':');
        return colon < 0 ? packageId : packageId.substring(0, colon);
    }

    private static void requireShim() {
        try {
            Class.forName("org.hyperledger.fabric.shim.Chaincode", false, ChaincodeRuntimes.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new ChaincodeFailure(
                    "Java contracts need Fabric's Java shim: add"
                            + " `org.hyperledger.fabric-chaincode-java:fabric-chaincode-shim:2.5.8` to the class path.",
                    e);
        }
    }

    /** Ends all chaincode and the processes started for it. */
    @Override
    public void close() {
        List<ChaincodeCode> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(running.values());
            running.clear();
        }
        all.forEach(ChaincodeCode::close);
    }
}
