package io.weft.platform;

import io.weft.plan.Finding;

/** The parts into which a platform divides what it keeps: the namespaces of the spec. */
public interface Spaces {
    /** What is there under that name. */
    Finding examine(String name);

    /** Makes sure that it can be used; returns whether it had to be made. */
    boolean ensure(String name);

    /** Whether there is one of that name, even one that weft may not look at. */
    boolean exists(String name);

    /** Whether there is one of that name and weft may look at it. */
    boolean isReadable(String name);
}
