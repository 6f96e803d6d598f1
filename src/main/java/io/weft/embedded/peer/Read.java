package io.weft.embedded.peer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;

/** Reads messages, and complains as Fabric's {@code protoutil} does. */
final class Read {
    private Read() {}

    /**
     * @throws Refusal {@code error unmarshalling NAME: ...}
     */
    static <T extends MessageLite> T message(Parser<T> parser, ByteString bytes, String name) {
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new Refusal("error unmarshalling " + name + ": " + e.getMessage(), e);
        }
    }
}
