package io.weft.embedded.ledger;

import com.google.protobuf.ByteString;
import java.util.Optional;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.Version;

/** Which transaction wrote a key last: number of its block, position in the block. */
record StateVersion(long block, long transaction) implements Comparable<StateVersion> {
    static StateVersion of(Version version) {
        return new StateVersion(version.getBlockNum(), version.getTxNum());
    }

    /** What a read of an absent key recorded is no version. */
    static String text(Optional<StateVersion> version) {
        return version.map(StateVersion::toString).orElse("<nil>");
    }

    Version message() {
        return Version.newBuilder().setBlockNum(block).setTxNum(transaction).build();
    }

    /** Each number as its length in bytes and its bytes without leading zeros: Fabric's {@code version.Height}. */
    ByteString bytes() {
        return orderPreserving(block).concat(orderPreserving(transaction));
    }

    private static ByteString orderPreserving(long number) {
        int size = (Long.SIZE - Long.numberOfLeadingZeros(number) + Byte.SIZE - 1) / Byte.SIZE;
        byte[] bytes = new byte[size + 1];
        bytes[0] = (byte) size;
        for (int i = 0; i < size; i++) {
            bytes[size - i] = (byte) (number >>> (Byte.SIZE * i));
        }
        return ByteString.copyFrom(bytes);
    }

    @Override
    public int compareTo(StateVersion other) {
        int blocks = Long.compareUnsigned(block, other.block);
        return blocks != 0 ? blocks : Long.compareUnsigned(transaction, other.transaction);
    }

    /** As Fabric's messages show it. */
    @Override
    public String toString() {
        return "{BlockNum: " + Long.toUnsignedString(block) + ", TxNum: " + Long.toUnsignedString(transaction) + "}";
    }
}
