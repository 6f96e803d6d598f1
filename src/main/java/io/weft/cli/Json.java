package io.weft.cli;

import io.weft.apply.Outcome;
import io.weft.apply.Report;
import io.weft.plan.Plan;
import io.weft.plan.PlannedStep;
import io.weft.problem.Problem;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The forms that {@code -o json} prints; documented in {@code docs/commands.md}. */
final class Json {
    private Json() {}

    /** Keys and values in turn; keeps their order, which {@code Map.of} does not. */
    static Map<String, Object> object(Object... keysAndValues) {
        Map<String, Object> result = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            result.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return result;
    }

    static Map<String, Object> of(Plan plan) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("network", plan.network().name());
        result.put("networkId", plan.state().networkId().orElse(null));
        result.put("steps", plan.steps().stream().map(Json::of).toList());
        result.put("toDo", plan.needed().size());
        result.put("possible", plan.impossible().isEmpty());
        result.put("leftovers", plan.state().leftovers());
        return result;
    }

    private static Map<String, Object> of(PlannedStep planned) {
        StepText text = StepText.of(planned.step());
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("id", planned.step().id());
        result.put("subject", text.subject());
        result.put("action", text.action());
        result.put("found", planned.finding().kind().name().toLowerCase(Locale.ROOT));
        result.put("details", planned.finding().details());
        return result;
    }

    static Map<String, Object> of(Report report) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("network", report.plan().network().name());
        result.put("success", report.isSuccess());
        result.put("changes", report.changes());
        result.put("elapsedMillis", report.elapsed().toMillis());
        result.put("steps", report.outcomes().stream().map(Json::of).toList());
        result.put(
                "criticalPath",
                report.criticalPath().stream().map(o -> o.step().id()).toList());
        result.put("leftovers", report.plan().state().leftovers());
        return result;
    }

    /** What a chaincode returned: {@code result}, or {@code resultBase64} if it is not text. */
    static Map.Entry<String, String> result(byte[] bytes) {
        try {
            return Map.entry(
                    "result",
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
        } catch (CharacterCodingException e) {
            return Map.entry("resultBase64", Base64.getEncoder().encodeToString(bytes));
        }
    }

    /** An object whose entries stand in this order. */
    @SafeVarargs
    static Map<String, Object> object(Map.Entry<String, ?>... entries) {
        Map<String, Object> result = new LinkedHashMap<>();
        for (Map.Entry<String, ?> entry : entries) {
            result.put(entry.getKey(), entry.getValue());
        }
        return result;
    }

    /** What was found wrong with a spec. */
    static Map<String, Object> of(boolean valid, List<Problem> problems) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("valid", valid);
        result.put("problems", problems.stream().map(Json::of).toList());
        return result;
    }

    private static Map<String, Object> of(Problem problem) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("severity", problem.severity().name().toLowerCase(Locale.ROOT));
        result.put("file", problem.location().file());
        result.put("line", problem.location().line());
        result.put("column", problem.location().column());
        result.put("path", problem.location().path());
        result.put("cause", problem.cause());
        result.put("remedy", problem.remedy());
        return result;
    }

    private static Map<String, Object> of(Outcome outcome) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("id", outcome.step().id());
        result.put("outcome", word(outcome));
        Report.timing(outcome).ifPresent(timing -> {
            result.put("startMillis", timing.start().toMillis());
            result.put("endMillis", timing.end().toMillis());
        });
        if (outcome instanceof Outcome.Failed failed) {
            result.put("problem", String.valueOf(failed.cause().getMessage()));
        } else if (outcome instanceof Outcome.Skipped skipped) {
            result.put("problem", skipped.because());
        }
        return result;
    }

    private static String word(Outcome outcome) {
        if (outcome instanceof Outcome.Changed) {
            return "changed";
        }
        if (outcome instanceof Outcome.AlreadySatisfied) {
            return "already-satisfied";
        }
        return outcome instanceof Outcome.Failed ? "failed" : "skipped";
    }
}
