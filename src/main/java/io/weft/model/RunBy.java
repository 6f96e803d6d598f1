package io.weft.model;

/** Which process runs a network's nodes. */
public enum RunBy {
    /** One in the background, which outlives this one; started if there is none. */
    BACKGROUND,
    /** This one, instead of any other. The nodes end with it. */
    THIS_PROCESS,
    /**
     * Whichever does already; if none does, this one, as if it were the one in the background: what this process prints on
     * {@link System#out} and {@link System#err} goes to the network's log from then on.
     */
    THIS_PROCESS_IF_NONE
}
