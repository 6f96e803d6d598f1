package io.weft.embedded.ledger;

import com.google.protobuf.ByteString;

/** A key of some namespace with its value. */
public record Entry(String key, ByteString value) {}
