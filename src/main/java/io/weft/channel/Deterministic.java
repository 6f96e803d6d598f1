package io.weft.channel;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import java.io.IOException;

/** Serializes messages with maps in one order always, so that equal configurations are equal bytes. */
final class Deterministic {
    private Deterministic() {}

    static ByteString bytes(MessageLite message) {
        byte[] result = new byte[message.getSerializedSize()];
        CodedOutputStream output = CodedOutputStream.newInstance(result);
        output.useDeterministicSerialization();
        try {
            message.writeTo(output);
        } catch (IOException e) {
            throw new AssertionError("Writing to memory does not fail", e);
        }
        output.checkNoSpaceLeft();
        return ByteString.copyFrom(result);
    }
}
