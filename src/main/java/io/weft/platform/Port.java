package io.weft.platform;

/** What a node listens for. */
public enum Port {
    /** The client API of an ordering node. */
    ORDERER,
    /** The channel participation API of an ordering node. */
    ORDERER_ADMIN,
    /** Metrics and health of an ordering node. */
    ORDERER_OPERATIONS,
    /** The client API of a peer. */
    PEER,
    /** The API of a Fabric CA. */
    CA
}
