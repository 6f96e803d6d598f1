package io.weft.local;

import java.util.List;
import java.util.Map;

/** What is said between a command and the process that runs the nodes: one line of JSON each way. */
final class Control {
    private Control() {}

    /** How far a node has come. */
    enum State {
        /** It was started, and does not accept connections yet. */
        STARTING,
        /** It accepts connections. */
        READY,
        /** It ended by itself. */
        ENDED,
        /** It was told to stop. */
        STOPPED
    }

    /** What is asked for. */
    enum Order {
        /** How all nodes are. */
        STATUS,
        /** Start a node as its folder describes it, unless it runs just so. */
        START,
        /** Stop nodes and wait until they have ended. */
        STOP,
        /** Stop nodes at once, because what they wrote is about to be removed. */
        DISCARD,
        /** Wait until a node is no longer {@link State#STARTING}. */
        AWAIT,
        /** Stop everything and end. */
        SHUTDOWN
    }

    /**
     * A request.
     *
     * @param token proves that the caller may read the state folder
     * @param nodes keys of the nodes it is about
     * @param millis how long to wait at most
     */
    record Request(String token, Order order, List<String> nodes, long millis) {
        /** Without the token. */
        @Override
        public String toString() {
            return order + " " + nodes;
        }
    }

    /**
     * An answer.
     *
     * @param problem a full sentence if the order could not be carried out; else empty
     * @param nodes key to state
     */
    record Answer(String problem, Map<String, NodeState> nodes) {}

    /**
     * A node's state.
     *
     * @param detail how it ended, as a full sentence; else empty
     * @param digest of the description it was started with
     */
    record NodeState(State state, String detail, String digest) {}

    /**
     * Where the process listens that runs the nodes.
     *
     * @param process that process
     * @param port on the loopback
     */
    record Listener(ProgramNode.Running process, int port, String token) {
        /** Without the token. */
        @Override
        public String toString() {
            return process + " at " + port;
        }
    }
}
