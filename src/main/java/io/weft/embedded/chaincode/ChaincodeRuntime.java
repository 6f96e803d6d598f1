package io.weft.embedded.chaincode;

import java.time.Duration;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;

/** One peer's connection to the code of a package. Made on demand, and made again when it broke. Thread-safe. */
interface ChaincodeRuntime extends AutoCloseable {
    /**
     * Has the chaincode run one transaction.
     *
     * @return its last message: {@code COMPLETED} or {@code ERROR}
     * @throws ChaincodeFailure if that does not come
     */
    ChaincodeMessage run(Conversation conversation, Duration timeout);

    @Override
    void close();
}
