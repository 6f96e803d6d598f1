package io.weft.model;

/** The consensus protocols of Fabric's ordering service. */
public enum ConsensusType {
    /** Crash fault tolerant; Fabric's {@code etcdraft}. */
    RAFT("raft"),
    /** Byzantine fault tolerant; Fabric's {@code BFT} (SmartBFT), from 3.0. */
    BFT("bft");

    private final String word;

    ConsensusType(String word) {
        this.word = word;
    }

    /** The word that a spec uses. */
    @Override
    public String toString() {
        return word;
    }
}
