package io.weft.embedded.ledger;

/** A transaction asked for what its simulation cannot give. The message is Fabric's own. */
public final class SimulationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    SimulationException(String message) {
        super(message);
    }
}
