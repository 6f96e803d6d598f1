package io.weft.kubernetes;

import static java.util.Objects.requireNonNull;

import io.weft.problem.ConflictException;
import io.weft.problem.WeftException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps two runs apart: a Lease that this run holds and renews until it is closed. A run that died leaves a Lease
 * that goes stale after its duration, or at once when the next run is on the same machine and sees that the process is
 * gone. Times are those of the API server's clock, so that machines whose clocks differ agree.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/architecture/leases/">Leases</a>
 */
public final class Lock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lock.class);
    private static final DateTimeFormatter MICRO_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final Api api;
    private final Metadata metadata;
    private final Holder holder;
    private final Duration duration;
    private final ScheduledExecutorService renewal;
    private Map<String, Object> lease;
    private volatile ConflictException lost;
    private volatile Instant renewed;
    private boolean released;

    private Lock(Api api, Metadata metadata, Holder holder, Duration duration, Map<String, Object> lease) {
        this.api = api;
        this.metadata = metadata;
        this.holder = holder;
        this.duration = duration;
        this.lease = lease;
        this.renewed = Instant.now();
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "lease-renewal");
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.renewal = executor;
    }

    /**
     * Who holds a Lease.
     *
     * @param user for people: the account that started the run
     * @param host the machine's name
     * @param pid its process
     * @param started when the process started, which tells it from a later one with the same number
     */
    public record Holder(String user, String host, long pid, Instant started) {
        public Holder {
            requireNonNull(user, "user");
            requireNonNull(host, "host");
            started = started.truncatedTo(ChronoUnit.SECONDS);
        }

        /** This process, on a machine of that name. */
        public static Holder thisProcess(String user, String host) {
            ProcessHandle process = ProcessHandle.current();
            return new Holder(
                    user, host, process.pid(), process.info().startInstant().orElse(Instant.EPOCH));
        }

        /** The form in which a Lease keeps it: {@code user@host pid 123 since 2026-01-01T00:00:00Z}. */
        @Override
        public String toString() {
            return user + "@" + host + " pid " + pid + " since " + started;
        }

        static Optional<Holder> parse(String identity) {
            String[] words = identity.split(" ", -1);
            int at = words[0].lastIndexOf('@');
            if (words.length != 5 || at < 0 || !"pid".equals(words[1]) || !"since".equals(words[3])) {
                return Optional.empty();
            }
            try {
                return Optional.of(new Holder(
                        words[0].substring(0, at),
                        words[0].substring(at + 1),
                        Long.parseLong(words[2]),
                        Instant.parse(words[4])));
            } catch (NumberFormatException | DateTimeParseException e) {
                return Optional.empty();
            }
        }

        /** Whether this is a process of the same machine that no longer runs. */
        boolean deadOn(String thisHost) {
            if (!host.equals(thisHost)) {
                return false;
            }
            Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
            return process.isEmpty()
                    || process.get()
                            .info()
                            .startInstant()
                            .map(i -> !i.truncatedTo(ChronoUnit.SECONDS).equals(started))
                            .orElse(false);
        }
    }

    /**
     * Takes the Lease, or takes over a stale one.
     *
     * @param metadata namespace, name, labels and annotations of the Lease
     * @param duration how long it counts after the holder last renewed it; renewed three times as often
     * @param wait how long to wait for another run to finish
     * @throws ConflictException if another run still holds it, naming who and since when
     */
    static Lock acquire(Api api, Metadata metadata, Holder holder, Duration duration, Duration wait) {
        long end = System.nanoTime() + wait.toNanos();
        String path = Kind.LEASE.path(metadata.namespace(), metadata.name());
        String shown = "Lease `" + metadata.namespace() + "/" + metadata.name() + "`";
        while (true) {
            Reply reply = api.post(
                    Kind.LEASE.path(metadata.namespace()),
                    lease(Map.of(), metadata, holder, duration, api.serverTime(), api.serverTime()),
                    "create " + shown);
            if (reply.status() != 409) {
                return start(api, metadata, holder, duration, reply.body());
            }
            Reply current = api.get(path, "read " + shown);
            if (current.status() == 404) {
                continue;
            }
            Map<String, Object> lease = current.body();
            String identity = Json.text(lease, "spec", "holderIdentity");
            if (identity.equals(holder.toString()) || free(lease, holder.host(), api.serverTime())) {
                Reply taken = api.put(
                        path,
                        lease(lease, metadata, holder, duration, api.serverTime(), api.serverTime()),
                        "take over " + shown);
                if (taken.status() != 409) {
                    return start(api, metadata, holder, duration, taken.body());
                }
                continue;
            }
            if (System.nanoTime() >= end) {
                throw new ConflictException("Another run works on this network: " + shown + " is held by `" + identity
                        + "`, taken at " + Json.text(lease, "spec", "acquireTime") + ", last renewed at "
                        + Json.text(lease, "spec", "renewTime")
                        + ". Wait until it has finished; if it was killed, the Lease is free "
                        + Json.number(lease, "spec", "leaseDurationSeconds") + " s after it was last renewed.");
            }
            Api.sleep(Duration.ofMillis(250), "wait for " + shown);
        }
    }

    /**
     * @throws ConflictException if another run has taken the Lease, or it could not be renewed for so long that one may
     */
    public void requireHeld() {
        ConflictException problem = lost;
        if (problem != null) {
            throw new ConflictException(problem.getMessage(), problem);
        }
        if (Duration.between(renewed, Instant.now()).compareTo(duration) > 0) {
            throw new ConflictException("The Lease `" + metadata.namespace() + "/" + metadata.name()
                    + "` could not be renewed for " + duration.toSeconds()
                    + " s, so that another run may have started. Run the command again.");
        }
    }

    /** Gives the Lease back by deleting it, unless another run has taken it. May be called twice. */
    @Override
    public void close() {
        renewal.shutdownNow();
        synchronized (this) {
            if (released || lost != null) {
                return;
            }
            released = true;
            try {
                KubeObjects.delete(
                        api, Kind.LEASE, metadata.namespace(), metadata.name(), Json.text(lease, "metadata", "uid"));
            } catch (WeftException e) {
                LOG.debug("The Lease was not given back; it goes stale by itself", e);
            }
        }
    }

    /** Leaves the Lease as a run does that is killed. */
    void stopRenewing() {
        renewal.shutdownNow();
    }

    private static Lock start(Api api, Metadata metadata, Holder holder, Duration duration, Map<String, Object> lease) {
        Lock lock = new Lock(api, metadata, holder, duration, lease);
        long period = duration.toMillis() / 3;
        var unused = lock.renewal.scheduleWithFixedDelay(lock::renew, period, period, TimeUnit.MILLISECONDS);
        return lock;
    }

    private synchronized void renew() {
        if (released || lost != null) {
            return;
        }
        String path = Kind.LEASE.path(metadata.namespace(), metadata.name());
        String shown = "Lease `" + metadata.namespace() + "/" + metadata.name() + "`";
        try {
            Instant acquired = time(lease, "acquireTime").orElse(api.serverTime());
            Instant sent = Instant.now();
            Reply reply = api.put(
                    path, lease(lease, metadata, holder, duration, acquired, api.serverTime()), "renew " + shown);
            if (reply.status() == 409) {
                Map<String, Object> current = api.get(path, "read " + shown).body();
                String identity = Json.text(current, "spec", "holderIdentity");
                if (!identity.equals(holder.toString())) {
                    lost = new ConflictException("Another run, `" + identity + "`, has taken over " + shown
                            + "; this one stops. Let that run finish, then run the command again.");
                    return;
                }
                lease = current;
            } else if (reply.status() == 404) {
                lost = new ConflictException(shown + " was deleted while this run held it. Run the command again.");
                return;
            } else {
                lease = reply.body();
            }
            renewed = sent;
        } catch (WeftException e) {
            LOG.debug("{} was not renewed; the next attempt follows", shown, e);
        }
    }

    private static boolean free(Map<String, Object> lease, String thisHost, Instant now) {
        String identity = Json.text(lease, "spec", "holderIdentity");
        if (identity.isEmpty()) {
            return true;
        }
        long seconds = Json.number(lease, "spec", "leaseDurationSeconds");
        boolean stale = time(lease, "renewTime")
                .map(time -> time.plusSeconds(seconds).isBefore(now))
                .orElse(true);
        return stale || Holder.parse(identity).map(h -> h.deadOn(thisHost)).orElse(false);
    }

    private static Optional<Instant> time(Map<String, Object> lease, String field) {
        try {
            return Optional.of(Instant.parse(Json.text(lease, "spec", field)));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Map<String, Object> lease(
            Map<String, Object> existing,
            Metadata metadata,
            Holder holder,
            Duration duration,
            Instant acquired,
            Instant renewed) {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("holderIdentity", holder.toString());
        spec.put("leaseDurationSeconds", duration.toSeconds());
        spec.put("acquireTime", micros(acquired));
        spec.put("renewTime", micros(renewed));
        spec.put("leaseTransitions", Json.number(existing, "spec", "leaseTransitions"));
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("apiVersion", Kind.LEASE.apiVersion());
        result.put("kind", "Lease");
        result.put("metadata", metadata.over(Json.map(existing, "metadata")));
        result.put("spec", spec);
        return result;
    }

    /** Kubernetes wants exactly six digits of the second. */
    private static String micros(Instant time) {
        return MICRO_TIME.format(time);
    }
}
