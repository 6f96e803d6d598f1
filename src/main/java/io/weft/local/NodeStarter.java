package io.weft.local;

import io.weft.model.HostPort;
import io.weft.problem.RejectedException;
import java.util.Optional;

/** Starts what node folders describe. */
final class NodeStarter implements AutoCloseable {
    private final StateFolder folder;
    private Optional<EmbeddedNodes> embedded = Optional.empty();

    NodeStarter(StateFolder folder) {
        this.folder = folder;
    }

    /** Starts a node; it need not be ready when this returns. */
    LocalNode start(NodeDescription node) {
        requirePorts(node);
        return switch (node.form()) {
            case PROGRAM -> ProgramNode.start(folder, node);
            case CONTRACT -> ContractNode.start(folder, node);
            case ELSEWHERE -> new Elsewhere();
            case EMBEDDED -> embedded().start(node);
        };
    }

    private static void requirePorts(NodeDescription node) {
        node.ports().forEach((purpose, port) -> {
            if (!Ports.isFree(port)) {
                throw new RejectedException("`" + node.title() + "` cannot be started: its port "
                        + new HostPort(LocalAddresses.HOST, port)
                        + " is taken by another process. End that process and run `weft up`; or make the network anew on"
                        + " other ports with `weft down` and `weft up`.");
            }
        });
    }

    /** Made when first needed: a network of programs does without its classes. */
    private synchronized EmbeddedNodes embedded() {
        if (embedded.isEmpty()) {
            embedded = Optional.of(new EmbeddedNodes(folder));
        }
        return embedded.get();
    }

    /** Ends what the embedded nodes shared; they themselves have been closed. */
    @Override
    public synchronized void close() {
        embedded.ifPresent(EmbeddedNodes::close);
        embedded = Optional.empty();
    }

    /** A chaincode that somebody else runs: there is nothing to start or to stop. */
    private record Elsewhere() implements LocalNode {
        @Override
        public void close() {}
    }
}
