package io.weft.embedded.chaincode;

/**
 * The code behind installed packages, for all peers of this JVM: what is registered by package ID runs once, whichever
 * peers use it. Thread-safe.
 */
public final class ChaincodeRuntimes implements AutoCloseable {
    /** Says where the code of a package is; replaces what was said before. */
    public void register(String packageId, ChaincodeSource source) {
        throw new UnsupportedOperationException();
    }

    /** Whether the code of a package is known. */
    public boolean isRegistered(String packageId) {
        throw new UnsupportedOperationException();
    }

    /** Ends all chaincode and the processes started for it. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
