package io.weft.channel;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.hyperledger.fabric.protos.common.BlockData;
import org.hyperledger.fabric.protos.common.BlockHeader;

/**
 * The two hashes of a block.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/protoutil/blockutils.go">Fabric's BlockHeaderBytes</a>
 */
public final class BlockHash {
    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;

    private BlockHash() {}

    /** What the next block holds as previous hash: SHA-256 over the header in DER form. */
    public static ByteString ofHeader(BlockHeader header) {
        return sha256(derOfHeader(header));
    }

    /** The header in DER form, as it is hashed and as ordering nodes sign it. */
    public static ByteString derOfHeader(BlockHeader header) {
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        write(fields, INTEGER, new BigInteger(Long.toUnsignedString(header.getNumber())).toByteArray());
        write(fields, OCTET_STRING, header.getPreviousHash().toByteArray());
        write(fields, OCTET_STRING, header.getDataHash().toByteArray());
        ByteArrayOutputStream sequence = new ByteArrayOutputStream();
        write(sequence, SEQUENCE, fields.toByteArray());
        return ByteString.copyFrom(sequence.toByteArray());
    }

    /** What the header holds as data hash: SHA-256 over all envelopes. */
    public static ByteString ofData(BlockData data) {
        return sha256(ByteString.copyFrom(data.getDataList()));
    }

    /** All contents here are shorter than 128 bytes: one byte of length. */
    private static void write(ByteArrayOutputStream output, int tag, byte[] content) {
        if (content.length > 127) {
            throw new IllegalArgumentException("Not a block header: a hash of " + content.length + " bytes");
        }
        output.write(tag);
        output.write(content.length);
        output.writeBytes(content);
    }

    private static ByteString sha256(ByteString bytes) {
        try {
            return ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java runtime has SHA-256", e);
        }
    }
}
