package io.weft.embedded.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVMetadataEntry;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVMetadataWrite;

/**
 * What the state has for a key.
 *
 * @param metadata a {@code KVMetadataWrite} with the entries only; empty for none
 */
record Stored(ByteString value, ByteString metadata, StateVersion version) {
    private static final int HEADER = Long.BYTES + Long.BYTES + Integer.BYTES;

    static Stored read(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        StateVersion version = new StateVersion(buffer.getLong(), buffer.getLong());
        int metadata = buffer.getInt();
        return new Stored(
                ByteString.copyFrom(bytes, HEADER + metadata, bytes.length - HEADER - metadata),
                ByteString.copyFrom(bytes, HEADER, metadata),
                version);
    }

    byte[] bytes() {
        ByteBuffer buffer = ByteBuffer.allocate(HEADER + metadata.size() + value.size())
                .putLong(version.block())
                .putLong(version.transaction())
                .putInt(metadata.size());
        metadata.copyTo(buffer);
        value.copyTo(buffer);
        return buffer.array();
    }

    /** The metadata by name. */
    Map<String, byte[]> metadataByName() {
        Map<String, byte[]> result = new LinkedHashMap<>();
        try {
            for (KVMetadataEntry entry : KVMetadataWrite.parseFrom(metadata).getEntriesList()) {
                result.put(entry.getName(), entry.getValue().toByteArray());
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("The metadata of a key is not what was stored: " + e.getMessage(), e);
        }
        return result;
    }
}
