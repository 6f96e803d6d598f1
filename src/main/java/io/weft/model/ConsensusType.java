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

    /**
     * How many of a channel's consenters must take part before it orders anything. With BFT two such sets share an honest
     * one.
     *
     * @param consenters how many there are, at least 1
     */
    public int quorum(int consenters) {
        return switch (this) {
            case RAFT -> consenters / 2 + 1;
            case BFT -> {
                int faulty = (consenters - 1) / 3;
                yield (consenters + faulty + 2) / 2;
            }
        };
    }

    /** The word that a spec uses. */
    @Override
    public String toString() {
        return word;
    }
}
