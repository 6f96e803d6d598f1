package io.weft;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;

/**
 * What the removal of a network did. When it is returned, nothing that weft made for the network is left.
 *
 * @param removed what was deleted, for example {@code Secret trade/org1-ca-keys}
 * @param kept what was found beside it and left alone because weft did not make it
 * @param elapsed the time it took
 */
public record Removal(List<String> removed, List<String> kept, Duration elapsed) {
    public Removal {
        removed = List.copyOf(removed);
        kept = List.copyOf(kept);
        requireNonNull(elapsed, "elapsed");
    }
}
