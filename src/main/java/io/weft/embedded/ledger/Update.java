package io.weft.embedded.ledger;

import com.google.protobuf.ByteString;
import java.util.Optional;

/** What a block does to a key. */
record Update(Optional<Stored> stored, StateVersion version) {
    static Update put(ByteString value, ByteString metadata, StateVersion version) {
        return new Update(Optional.of(new Stored(value, metadata, version)), version);
    }

    static Update delete(StateVersion version) {
        return new Update(Optional.empty(), version);
    }

    boolean isDelete() {
        return stored.isEmpty();
    }
}
