package io.weft.protocol;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** How an attempt to write to a ledger ended, when nothing in between failed. */
public sealed interface Submission {
    /**
     * It is in a block that all witnesses have, and it is valid.
     *
     * @param transaction where
     */
    record Done(Committed transaction) implements Submission {
        public Done {
            requireNonNull(transaction, "transaction");
        }
    }

    /**
     * Peers refused to endorse it; nothing was sent to the ordering service.
     *
     * @param refusals at least one
     */
    record NotEndorsed(List<Answer.Refused> refusals) implements Submission {
        public NotEndorsed {
            refusals = List.copyOf(refusals);
        }
    }
}
