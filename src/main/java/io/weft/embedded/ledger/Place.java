package io.weft.embedded.ledger;

import com.google.protobuf.ByteString;

/**
 * Where a value of the state belongs. In the order in which Fabric's commit hash takes them: by namespace, the public
 * keys of a namespace before its collections.
 *
 * @param collection empty for public state
 * @param key a public or private key in UTF-8, or the SHA-256 hash of a private key
 */
record Place(String namespace, String collection, ByteString key) implements Comparable<Place> {
    static final String PUBLIC = "";

    static Place ofPublic(String namespace, String key) {
        return new Place(namespace, PUBLIC, ByteString.copyFromUtf8(key));
    }

    boolean isPublic() {
        return collection.isEmpty();
    }

    @Override
    public int compareTo(Place other) {
        int result = Utf8Order.INSTANCE.compare(namespace, other.namespace);
        if (result == 0) {
            result = Utf8Order.INSTANCE.compare(collection, other.collection);
        }
        return result == 0 ? ByteString.unsignedLexicographicalComparator().compare(key, other.key) : result;
    }
}
