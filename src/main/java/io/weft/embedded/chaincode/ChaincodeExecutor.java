package io.weft.embedded.chaincode;

import java.time.Duration;

/**
 * Runs chaincode by name for one peer, with all that follows: its definition and whether it is approved and installed
 * here, initialization, chaincode that calls chaincode. Thread-safe.
 */
public final class ChaincodeExecutor implements AutoCloseable {
    public ChaincodeExecutor(ChaincodeHost host, Lifecycle lifecycle, ChaincodeRuntimes runtimes, Duration timeout) {}

    /**
     * @throws ChaincodeFailure if the chaincode cannot be called or gives no answer, with Fabric's text
     */
    public ChaincodeAnswer execute(ChaincodeCall call) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
