package io.weft.model;

/** The state databases that a peer can use. */
public enum StateDatabase {
    /** Embedded in the peer; key queries and ranges. */
    LEVELDB("leveldb"),
    /** A CouchDB beside the peer; rich queries on JSON values. */
    COUCHDB("couchdb");

    private final String word;

    StateDatabase(String word) {
        this.word = word;
    }

    /** The word that a spec uses. */
    @Override
    public String toString() {
        return word;
    }
}
