package io.weft.apply;

import static java.util.Objects.requireNonNull;

import io.weft.apply.Outcome.AlreadySatisfied;
import io.weft.apply.Outcome.Changed;
import io.weft.apply.Outcome.Failed;
import io.weft.apply.Outcome.Skipped;
import io.weft.apply.Outcome.Timing;
import io.weft.plan.Plan;
import io.weft.plan.PlannedStep;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a run did.
 *
 * @param plan what was to be done
 * @param outcomes one for each step that was needed, in the order in which they ended
 * @param elapsed the whole run's time, without observing
 */
public record Report(Plan plan, List<Outcome> outcomes, Duration elapsed) {
    public Report {
        requireNonNull(plan, "plan");
        outcomes = List.copyOf(outcomes);
        requireNonNull(elapsed, "elapsed");
    }

    /** How many steps changed something. */
    public long changes() {
        return outcomes.stream().filter(Changed.class::isInstance).count();
    }

    /** The steps that did not succeed. */
    public List<Failed> failures() {
        return outcomes.stream()
                .filter(Failed.class::isInstance)
                .map(Failed.class::cast)
                .toList();
    }

    /** Whether every step that was needed succeeded. */
    public boolean isSuccess() {
        return outcomes.stream().noneMatch(o -> o instanceof Failed || o instanceof Skipped);
    }

    /**
     * The chain of steps that decided how long the run took: the step that ended last, before it the one it waited
     * for longest, and so on to the first. In the order in which they ran.
     */
    public List<Outcome> criticalPath() {
        Map<String, Outcome> byId = new HashMap<>();
        outcomes.forEach(outcome -> byId.put(outcome.step().id(), outcome));
        Map<String, PlannedStep> planned = new HashMap<>();
        plan.steps().forEach(step -> planned.put(step.step().id(), step));
        Deque<Outcome> path = new ArrayDeque<>();
        Optional<Outcome> next =
                outcomes.stream().filter(o -> timing(o).isPresent()).max(byEnd());
        while (next.isPresent()) {
            path.addFirst(next.get());
            PlannedStep last = planned.get(next.get().step().id());
            next = Stream.concat(last.prerequisites().stream().flatMap(p -> p.steps().stream()), last.after().stream())
                    .map(byId::get)
                    .filter(o -> o != null && timing(o).isPresent())
                    .max(byEnd());
        }
        return List.copyOf(path);
    }

    /** When a step ran; empty if it was skipped. */
    public static Optional<Timing> timing(Outcome outcome) {
        if (outcome instanceof Changed changed) {
            return Optional.of(changed.timing());
        }
        if (outcome instanceof AlreadySatisfied satisfied) {
            return Optional.of(satisfied.timing());
        }
        return outcome instanceof Failed failed ? Optional.of(failed.timing()) : Optional.empty();
    }

    private static Comparator<Outcome> byEnd() {
        return Comparator.comparing(o -> timing(o).map(Timing::end).orElse(Duration.ZERO));
    }
}
