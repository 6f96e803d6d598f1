package io.weft.chaincode;

import java.io.ByteArrayOutputStream;
import java.util.zip.CRC32;

/** Writes gzip files that hold their content as it is: RFC 1952 around stored blocks of RFC 1951. */
final class Gzip {
    /** Magic number, deflate, no flags, no time, no hint, unknown system. */
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private static final int MAX_BLOCK = 0xffff;

    private Gzip() {}

    static byte[] store(byte[] content) {
        ByteArrayOutputStream result = new ByteArrayOutputStream(content.length + 64);
        result.writeBytes(HEADER);
        int position = 0;
        do {
            int length = Math.min(MAX_BLOCK, content.length - position);
            boolean last = position + length == content.length;
            result.write(last ? 1 : 0);
            writeLittleEndian(result, length, 2);
            writeLittleEndian(result, ~length, 2);
            result.write(content, position, length);
            position += length;
        } while (position < content.length);
        CRC32 checksum = new CRC32();
        checksum.update(content);
        writeLittleEndian(result, checksum.getValue(), 4);
        writeLittleEndian(result, content.length, 4);
        return result.toByteArray();
    }

    private static void writeLittleEndian(ByteArrayOutputStream output, long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            output.write((int) (value >>> (8 * i)));
        }
    }
}
