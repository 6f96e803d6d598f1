package io.weft.embedded.orderer;

import org.hyperledger.fabric.protos.orderer.SeekInfo;
import org.hyperledger.fabric.protos.orderer.SeekInfo.SeekBehavior;
import org.hyperledger.fabric.protos.orderer.SeekNewest;
import org.hyperledger.fabric.protos.orderer.SeekNextCommit;
import org.hyperledger.fabric.protos.orderer.SeekOldest;
import org.hyperledger.fabric.protos.orderer.SeekPosition;
import org.hyperledger.fabric.protos.orderer.SeekSpecified;

/** What tests ask for. */
final class Seeks {
    static final SeekPosition OLDEST =
            SeekPosition.newBuilder().setOldest(SeekOldest.getDefaultInstance()).build();
    static final SeekPosition NEWEST =
            SeekPosition.newBuilder().setNewest(SeekNewest.getDefaultInstance()).build();
    static final SeekPosition NEXT_COMMIT = SeekPosition.newBuilder()
            .setNextCommit(SeekNextCommit.getDefaultInstance())
            .build();
    static final SeekPosition END = at(Long.MAX_VALUE);

    private Seeks() {}

    static SeekPosition at(long number) {
        return SeekPosition.newBuilder()
                .setSpecified(SeekSpecified.newBuilder().setNumber(number))
                .build();
    }

    static SeekInfo waiting(SeekPosition start, SeekPosition stop) {
        return SeekInfo.newBuilder().setStart(start).setStop(stop).build();
    }

    static SeekInfo impatient(SeekPosition start, SeekPosition stop) {
        return waiting(start, stop).toBuilder()
                .setBehavior(SeekBehavior.FAIL_IF_NOT_READY)
                .build();
    }
}
