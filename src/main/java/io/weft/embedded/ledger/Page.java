package io.weft.embedded.ledger;

import java.util.List;

/**
 * A part of a range.
 *
 * @param bookmark the key at which the next page starts; empty after the last one
 */
public record Page(List<Entry> entries, String bookmark) {
    public Page {
        entries = List.copyOf(entries);
    }
}
