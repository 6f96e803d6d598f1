package io.weft.embedded.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** The keys of a ledger's map: a letter for the kind, then parts that sort as the ledger reads them. */
final class Keys {
    private static final int SEPARATOR = 0;
    /** SHA-256. */
    static final int HASH = 32;

    private Keys() {}

    /** State: public keys, hashes of private keys. The value is a {@link Stored}. */
    static byte[] state(Place place) {
        Writer writer = place.isPublic()
                ? new Writer('S').name(place.namespace())
                : new Writer('H').name(place.namespace()).name(place.collection());
        return writer.rest(place.key()).bytes();
    }

    /** State: private keys. The value is a {@link Stored}. */
    static byte[] privateState(Place place) {
        return new Writer('V')
                .name(place.namespace())
                .name(place.collection())
                .rest(place.key())
                .bytes();
    }

    /** A transaction by its ID. The value is {@link #position} and the code. */
    static byte[] transaction(String txId) {
        return new Writer('T').rest(ByteString.copyFromUtf8(txId)).bytes();
    }

    /** A block by the hash of its header. The value is its number. */
    static byte[] header(ByteString hash) {
        return new Writer('B').rest(hash).bytes();
    }

    /** Writes of a public key: to be continued with a {@link #position}. No value. */
    static byte[] history(String namespace, String key) {
        ByteString bytes = ByteString.copyFromUtf8(key);
        return new Writer('Y').name(namespace).number(bytes.size()).rest(bytes).bytes();
    }

    /** Private data of a block: to be continued with the transaction. The value is a {@code TxPvtReadWriteSet}. */
    static byte[] privateData(long block) {
        return new Writer('P').number(block).bytes();
    }

    /** Where private data has a key, by its hash: to be continued with a {@link #position}. The value is the key. */
    static byte[] privateKey(Place hashed) {
        return new Writer('I')
                .name(hashed.namespace())
                .name(hashed.collection())
                .rest(hashed.key())
                .bytes();
    }

    /** Keys that end with a block: to be continued with {@link #expiring}. The value is the private key, if known. */
    static byte[] expiringState(long expiringBlock) {
        return new Writer('E').number(expiringBlock).bytes();
    }

    /** Collections of private data that end with a block: to be continued with {@link #expiringCollection}. */
    static byte[] expiringData(long expiringBlock) {
        return new Writer('D').number(expiringBlock).bytes();
    }

    static byte[] expiring(long committingBlock, Place hashed) {
        return new Writer()
                .number(committingBlock)
                .name(hashed.namespace())
                .name(hashed.collection())
                .rest(hashed.key())
                .bytes();
    }

    static byte[] expiringCollection(StateVersion position, String namespace, String collection) {
        return new Writer()
                .number(position.block())
                .number(position.transaction())
                .name(namespace)
                .name(collection)
                .bytes();
    }

    static byte[] position(StateVersion version) {
        return new Writer()
                .number(version.block())
                .number(version.transaction())
                .bytes();
    }

    /** The position at the end of a key. */
    static StateVersion positionAtEnd(byte[] key) {
        ByteBuffer buffer = ByteBuffer.wrap(key, key.length - 2 * Long.BYTES, 2 * Long.BYTES);
        return new StateVersion(buffer.getLong(), buffer.getLong());
    }

    static byte[] join(byte[] prefix, byte[] rest) {
        return ByteBuffer.allocate(prefix.length + rest.length)
                .put(prefix)
                .put(rest)
                .array();
    }

    /** Reads the parts of a key one after the other. */
    static final class Reader {
        private final ByteBuffer buffer;

        Reader(byte[] key, int from) {
            buffer = ByteBuffer.wrap(key, from, key.length - from);
        }

        long number() {
            return buffer.getLong();
        }

        String name() {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (byte b = buffer.get(); b != SEPARATOR; b = buffer.get()) {
                bytes.write(b);
            }
            return bytes.toString(UTF_8);
        }

        ByteString rest() {
            return ByteString.copyFrom(buffer);
        }
    }

    private static final class Writer {
        private final ByteArrayOutputStream output = new ByteArrayOutputStream(64);

        Writer() {}

        Writer(char kind) {
            output.write(kind);
        }

        Writer name(String name) {
            output.writeBytes(name.getBytes(UTF_8));
            output.write(SEPARATOR);
            return this;
        }

        Writer number(long number) {
            output.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
            return this;
        }

        Writer rest(ByteString bytes) {
            output.writeBytes(bytes.toByteArray());
            return this;
        }

        byte[] bytes() {
            return output.toByteArray();
        }
    }
}
