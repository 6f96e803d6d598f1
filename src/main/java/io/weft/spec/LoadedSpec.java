package io.weft.spec;

import static java.util.Objects.requireNonNull;

import io.weft.model.Network;
import io.weft.problem.Problem;
import java.util.List;

/**
 * A valid spec.
 *
 * @param network what it describes, with every default filled in
 * @param warnings what is legal, but seldom wanted; in file order
 */
public record LoadedSpec(Network network, List<Problem> warnings) {
    public LoadedSpec {
        requireNonNull(network, "network");
        warnings = List.copyOf(warnings);
    }
}
