package io.weft.embedded.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockMetadataIndex;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.peer.TxValidationCode;

/**
 * The hash over all state that a peer has committed: equal at two peers if they came to the same results for every
 * block.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/core/ledger/kvledger/txmgmt/txmgr/update_batch_bytes.go">
 *     Fabric's deterministicBytesForPubAndHashUpdates</a>
 */
final class CommitHash {
    private CommitHash() {}

    /**
     * The hash of a block from number 1 on.
     *
     * @param codes metadata entry 2 of the block
     * @param previous the hash of the block before; empty for block 1
     */
    static ByteString of(ByteString codes, SortedMap<Place, Update> updates, ByteString previous) {
        ByteString.Output length = ByteString.newOutput();
        CodedOutputStream output = CodedOutputStream.newInstance(length);
        try {
            output.writeUInt64NoTag(codes.size());
            output.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory does not fail", e);
        }
        return Sha256.of(List.of(length.toByteString(), codes, bytes(updates), previous));
    }

    /** The hash that a block carries; empty if none. */
    static ByteString in(Block block) {
        try {
            int index = BlockMetadataIndex.COMMIT_HASH_VALUE;
            return block.getMetadata().getMetadataCount() > index
                    ? Metadata.parseFrom(block.getMetadata().getMetadata(index)).getValue()
                    : ByteString.EMPTY;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(
                    "Block " + block.getHeader().getNumber() + " has an unreadable commit hash: " + e.getMessage(), e);
        }
    }

    /** {@code Updates{1 kvwrites}}: the namespace, and then the collection, is named in the first of its entries. */
    private static ByteString bytes(SortedMap<Place, Update> updates) {
        ByteString.Output bytes = ByteString.newOutput();
        CodedOutputStream output = CodedOutputStream.newInstance(bytes);
        try {
            String namespace = "";
            String collection = Place.PUBLIC;
            for (Map.Entry<Place, Update> entry : updates.entrySet()) {
                Place place = entry.getKey();
                if (place.namespace().isEmpty()) {
                    continue; // The channel's configuration has maps, which have no order.
                }
                boolean first = !place.namespace().equals(namespace);
                namespace = place.namespace();
                boolean firstOfCollection = first || !place.collection().equals(collection);
                collection = place.collection();
                output.writeByteArray(1, write(place, entry.getValue(), first, firstOfCollection));
            }
            output.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory does not fail", e);
        }
        return bytes.toByteString();
    }

    /** {@code KVWrite{1 namespace, 2 collection, 3 key, 4 isDelete, 5 value, 6 version_bytes}}. */
    private static byte[] write(Place place, Update update, boolean namespace, boolean collection) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream output = CodedOutputStream.newInstance(bytes);
        if (namespace) {
            output.writeString(1, place.namespace());
        }
        if (collection && !place.isPublic()) {
            output.writeString(2, place.collection());
        }
        if (!place.key().isEmpty()) {
            output.writeBytes(3, place.key());
        }
        if (update.isDelete()) {
            output.writeBool(4, true);
        } else {
            output.writeBytes(5, update.stored().orElseThrow().value());
        }
        output.writeBytes(6, update.version().bytes());
        output.flush();
        return bytes.toByteArray();
    }

    /** Metadata entry 2: a byte for each code. */
    static ByteString codes(List<TxValidationCode> codes) {
        byte[] bytes = new byte[codes.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) codes.get(i).getNumber();
        }
        return UnsafeByteOperations.unsafeWrap(bytes);
    }
}
