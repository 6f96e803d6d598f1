package io.weft.embedded.deliver;

import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.Status;

/**
 * What a deliver service makes of blocks: whole ones, filtered ones, ones with private data.
 *
 * @param <R> the service's response message
 */
public interface Answers<R> {
    /** The last message for a request. */
    R status(Status status);

    /**
     * One block.
     *
     * @param block as it is to be sent; without data if the client wanted the header and signatures only
     */
    R block(Block block, DeliverRequest request);
}
