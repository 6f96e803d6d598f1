package io.weft.kubernetes;

import io.weft.model.HostPort;

/**
 * A loopback port through which one port of a release's pods is reached. Connections made to it go to a pod that runs
 * at that moment, so that the port stays good when the pod is replaced.
 */
public interface Tunnel {
    /** Where to connect to: a loopback address with a free port. */
    HostPort address();

    /** Why the last connection failed, for messages; empty if none has failed yet. */
    String lastProblem();
}
