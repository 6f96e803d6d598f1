package io.weft.apply;

import io.weft.apply.Outcome.AlreadySatisfied;
import io.weft.apply.Outcome.Changed;
import io.weft.apply.Outcome.Failed;
import io.weft.apply.Outcome.Skipped;
import io.weft.apply.Outcome.Timing;
import io.weft.plan.Plan;
import io.weft.plan.PlannedStep;
import io.weft.plan.Prerequisite;
import io.weft.plan.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs the steps of a plan on a bounded number of threads. A step starts when all its prerequisites hold and the steps
 * that are wanted sooner have ended; of several that could start, the one that stands first in the plan does. A failed
 * step takes down only those that need it.
 */
public final class Scheduler {
    private final Performer performer;
    private final Progress progress;
    private final ExecutorService threads;
    private final long startNanos = System.nanoTime();

    private final Map<String, PlannedStep> waiting = new LinkedHashMap<>();
    private final Set<String> done = new HashSet<>();
    private final Set<String> hopeless = new HashSet<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private final Map<String, Integer> ranks = new LinkedHashMap<>();
    private int running;
    private boolean stopped;
    private Throwable defect;

    private Scheduler(Performer performer, Progress progress, int parallelism) {
        this.performer = performer;
        this.progress = progress;
        this.threads = new ThreadPoolExecutor(
                parallelism, parallelism, 0, TimeUnit.SECONDS, new PriorityBlockingQueue<>(), runnable -> {
                    Thread thread = new Thread(runnable, "weft-step");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * Runs all needed steps of the plan. Blocks until each has an outcome.
     *
     * @param parallelism how many steps may run at once
     * @return with the outcomes of the needed steps, in the order in which they ended
     * @throws InterruptedException if the calling thread was interrupted; running steps are interrupted and awaited
     */
    public static Report run(Plan plan, Performer performer, Progress progress, int parallelism)
            throws InterruptedException {
        Scheduler scheduler = new Scheduler(performer, progress, parallelism);
        progress.planned(plan);
        List<Outcome> outcomes = scheduler.run(plan);
        return new Report(plan, outcomes, scheduler.elapsed());
    }

    private List<Outcome> run(Plan plan) throws InterruptedException {
        try {
            synchronized (this) {
                for (PlannedStep planned : plan.steps()) {
                    String id = planned.step().id();
                    ranks.put(id, ranks.size());
                    if (planned.isNeeded()) {
                        waiting.put(id, planned);
                    } else {
                        done.add(id);
                    }
                }
                submitReady();
                while (running > 0 && !stopped) {
                    wait();
                }
            }
        } finally {
            synchronized (this) {
                stopped = true;
            }
            threads.shutdownNow();
            threads.awaitTermination(30, TimeUnit.SECONDS);
        }
        synchronized (this) {
            if (defect instanceof Error error) {
                throw error;
            }
            if (defect instanceof RuntimeException exception) {
                throw exception;
            }
            return List.copyOf(outcomes);
        }
    }

    private void submitReady() {
        boolean again = true;
        while (again) {
            again = false;
            for (PlannedStep planned : List.copyOf(waiting.values())) {
                if (isHopeless(planned)) {
                    skip(planned);
                    again = true;
                } else if (isReady(planned)) {
                    waiting.remove(planned.step().id());
                    running++;
                    threads.execute(
                            new Task(planned.step(), ranks.get(planned.step().id())));
                }
            }
        }
    }

    private boolean isReady(PlannedStep planned) {
        return planned.prerequisites().stream()
                        .allMatch(p -> p.steps().stream().filter(done::contains).count() >= p.atLeast())
                && planned.after().stream().allMatch(id -> done.contains(id) || hopeless.contains(id));
    }

    private boolean isHopeless(PlannedStep planned) {
        return planned.prerequisites().stream().anyMatch(p -> reachable(p) < p.atLeast());
    }

    private long reachable(Prerequisite prerequisite) {
        return prerequisite.steps().stream()
                .filter(id -> !hopeless.contains(id))
                .count();
    }

    private void skip(PlannedStep planned) {
        Step step = planned.step();
        waiting.remove(step.id());
        hopeless.add(step.id());
        String missing = planned.prerequisites().stream()
                .flatMap(p -> p.steps().stream())
                .filter(hopeless::contains)
                .sorted()
                .findFirst()
                .orElseThrow();
        conclude(new Skipped(step, "It needs `" + missing + "`, which did not succeed."));
    }

    private void conclude(Outcome outcome) {
        outcomes.add(outcome);
        progress.finished(outcome);
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    private synchronized void end(Outcome outcome) {
        running--;
        if (!stopped) {
            try {
                String id = outcome.step().id();
                if (outcome instanceof Failed) {
                    hopeless.add(id);
                } else {
                    done.add(id);
                }
                conclude(outcome);
                submitReady();
            } catch (RuntimeException | Error e) {
                stopped = true;
                defect = e;
            }
        }
        notifyAll();
    }

    private final class Task implements Runnable, Comparable<Task> {
        private final Step step;
        private final int rank;

        Task(Step step, int rank) {
            this.step = step;
            this.rank = rank;
        }

        @Override
        public int compareTo(Task other) {
            return Integer.compare(rank, other.rank);
        }

        @Override
        public void run() {
            Duration start = elapsed();
            Outcome outcome;
            try {
                progress.started(step);
                boolean changed = performer.perform(step, text -> progress.noted(step, text));
                Timing timing = new Timing(start, elapsed());
                outcome = changed ? new Changed(step, timing) : new AlreadySatisfied(step, timing);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                outcome = new Failed(step, new Timing(start, elapsed()), e);
            } catch (RuntimeException | Error e) {
                outcome = new Failed(step, new Timing(start, elapsed()), e);
            }
            end(outcome);
        }
    }
}
