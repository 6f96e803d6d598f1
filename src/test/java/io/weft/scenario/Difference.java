package io.weft.scenario;

import java.util.List;
import java.util.Optional;

/**
 * Where embedded nodes knowingly answer otherwise than Fabric; their answers lie in {@code <scenario>.embedded.txt}.
 *
 * @param scenario its golden file
 * @param reason why, as {@code docs/embedded.md} says it
 */
record Difference(String scenario, String reason) {
    static final List<Difference> ALL = List.of();

    static Optional<Difference> of(Scenario scenario) {
        return ALL.stream()
                .filter(difference -> difference.scenario().equals(scenario.golden()))
                .findFirst();
    }
}
