package io.weft.embedded.chaincode;

/** The running code of a package, which peers of one organization share. */
interface ChaincodeCode extends AutoCloseable {
    /** A peer's own connection. */
    ChaincodeRuntime open();

    @Override
    void close();
}
