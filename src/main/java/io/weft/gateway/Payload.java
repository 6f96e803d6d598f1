package io.weft.gateway;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a chaincode returned: any bytes, most often text. */
public final class Payload {
    private final byte[] bytes;

    Payload(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /** The bytes read as UTF-8; what is no UTF-8 becomes a replacement character. */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** {@link #text}. */
    @Override
    public String toString() {
        return text();
    }
}
