package io.weft.embedded.chaincode;

import java.time.Duration;
import java.util.Optional;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;

/** A peer's connection to chaincode behind a stream; made with the first call, and anew after it broke. */
final class RemoteRuntime implements ChaincodeRuntime {
    /** A stream whose chaincode has registered, with what is to be closed after it. */
    record Connection(ChaincodeStream stream, Runnable closing) {
        void close() {
            stream.close();
            closing.run();
        }
    }

    /** Makes a connection, or throws a {@link ChaincodeFailure}. */
    @FunctionalInterface
    interface Connector {
        Connection connect();
    }

    private final Connector connector;
    private Optional<Connection> connection = Optional.empty();
    private boolean closed;

    RemoteRuntime(Connector connector) {
        this.connector = connector;
    }

    @Override
    public ChaincodeMessage run(Conversation conversation, Duration timeout) {
        return stream().run(conversation, timeout);
    }

    private synchronized ChaincodeStream stream() {
        if (closed) {
            throw new ChaincodeFailure("error sending: " + ChaincodeStream.TERMINATED);
        }
        if (connection.isPresent() && !connection.get().stream().isReady()) {
            connection.get().close();
            connection = Optional.empty();
        }
        if (connection.isEmpty()) {
            connection = Optional.of(connector.connect());
        }
        return connection.get().stream();
    }

    @Override
    public synchronized void close() {
        closed = true;
        connection.ifPresent(Connection::close);
        connection = Optional.empty();
    }
}
