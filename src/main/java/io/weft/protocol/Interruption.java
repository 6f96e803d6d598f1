package io.weft.protocol;

import java.util.concurrent.CancellationException;

/** How a blocked thread that was interrupted ends: with its flag restored and the JDK's own exception for it. */
final class Interruption {
    private Interruption() {}

    static CancellationException of(InterruptedException cause) {
        Thread.currentThread().interrupt();
        CancellationException result = new CancellationException("Interrupted while waiting for a node");
        result.initCause(cause);
        return result;
    }
}
