package io.weft.embedded.fault;

import static java.util.Objects.requireNonNull;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.weft.protocol.Deadline;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The faults of the nodes of one network, in force until they are undone. Nodes go by their names. Safe for use by several
 * threads.
 */
public final class Faults {
    private final Map<String, Duration> delays = new ConcurrentHashMap<>();
    private final Set<String> cutOff = ConcurrentHashMap.newKeySet();
    private final Map<String, Set<ServerCall<?, ?>>> calls = new ConcurrentHashMap<>();
    private final Queue<Endorsement> endorsements = new ArrayDeque<>();
    private final Map<String, Queue<Conflict>> conflicts = new HashMap<>();
    private final Set<String> conflicting = new HashSet<>();

    /**
     * An endorsement that shall fail.
     *
     * @param node absent: whichever peer is asked first
     */
    private record Endorsement(Optional<String> node, String message) {}

    /**
     * A conflict to come.
     *
     * @param from the first block that it may be in
     */
    private record Conflict(long from) {}

    /** Has every call to a node take this much longer. Zero ends that. */
    public void delay(String node, Duration duration) {
        if (duration.isZero()) {
            delays.remove(node);
        } else {
            delays.put(requireNonNull(node, "node"), duration);
        }
    }

    /** Ends a node's connections, and refuses new ones. */
    public void cutOff(String node) {
        cutOff.add(requireNonNull(node, "node"));
        calls.getOrDefault(node, Set.of()).forEach(call -> close(call, node));
    }

    /** Connects a node again. */
    public void connect(String node) {
        cutOff.remove(node);
    }

    /**
     * Has the next endorsement of a chaincode fail, once. System chaincodes are left alone.
     *
     * @param node absent: at whichever peer is asked first
     * @param message what the peer answers with status 500
     * @return takes it back, if it has not happened yet
     */
    public Runnable failEndorsement(Optional<String> node, String message) {
        Endorsement fault = new Endorsement(node, message);
        synchronized (endorsements) {
            endorsements.add(fault);
        }
        return () -> {
            synchronized (endorsements) {
                endorsements.remove(fault);
            }
        };
    }

    /**
     * Has every peer find the channel's next chaincode transaction in conflict with another, if it is valid otherwise.
     *
     * @param from the number of the first block that it may be in: one that no peer has yet
     * @return takes it back, if it has not happened yet
     */
    public Runnable forceConflict(String channel, long from) {
        Conflict fault = new Conflict(from);
        synchronized (conflicts) {
            conflicts.computeIfAbsent(channel, name -> new ArrayDeque<>()).add(fault);
        }
        return () -> {
            synchronized (conflicts) {
                conflicts.get(channel).remove(fault);
            }
        };
    }

    /** Whether nobody reaches the node, nor it anybody. */
    public boolean isCutOff(String node) {
        return cutOff.contains(node);
    }

    /** Takes as long as a call to the node shall be delayed. */
    public void pass(String node) {
        Duration delay = delays.get(node);
        if (delay != null) {
            Deadline deadline = Deadline.after(delay);
            while (deadline.pause(delay)) {
                // Until it has passed.
            }
        }
    }

    /** What the peer is to answer instead of an endorsement; asked once for each. */
    public Optional<String> endorsementFailure(String node) {
        synchronized (endorsements) {
            Iterator<Endorsement> all = endorsements.iterator();
            while (all.hasNext()) {
                Endorsement one = all.next();
                if (one.node().isEmpty() || one.node().get().equals(node)) {
                    all.remove();
                    return Optional.of(one.message());
                }
            }
            return Optional.empty();
        }
    }

    /** Whether a chaincode transaction is to be in conflict: the same answer for every peer, whenever it asks. */
    public boolean conflicts(String channel, long block, String transactionId) {
        synchronized (conflicts) {
            if (conflicting.contains(transactionId)) {
                return true;
            }
            Queue<Conflict> pending = conflicts.get(channel);
            if (pending == null || pending.isEmpty() || block < pending.peek().from()) {
                return false;
            }
            pending.remove();
            conflicting.add(transactionId);
            return true;
        }
    }

    /** Has a node's gRPC server suffer them. */
    public ServerInterceptor interceptor(String node) {
        Set<ServerCall<?, ?>> open = calls.computeIfAbsent(node, name -> ConcurrentHashMap.newKeySet());
        return new ServerInterceptor() {
            @Override
            public <Q, A> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                pass(node);
                open.add(call);
                if (isCutOff(node)) {
                    open.remove(call);
                    close(call, node);
                    return new ServerCall.Listener<>() {};
                }
                return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
                    @Override
                    public void onCancel() {
                        open.remove(call);
                        super.onCancel();
                    }

                    @Override
                    public void onComplete() {
                        open.remove(call);
                        super.onComplete();
                    }
                };
            }
        };
    }

    private static void close(ServerCall<?, ?> call, String node) {
        try {
            call.close(Status.UNAVAILABLE.withDescription("a test has cut off node `" + node + "`"), new Metadata());
        } catch (IllegalStateException e) {
            // It has just been answered.
            System.getLogger(Faults.class.getName()).log(System.Logger.Level.DEBUG, "A call was over already", e);
        }
    }
}
