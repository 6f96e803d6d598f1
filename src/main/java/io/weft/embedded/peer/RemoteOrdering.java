package io.weft.embedded.peer;

import io.grpc.StatusRuntimeException;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.ledger.BlockSource;
import io.weft.embedded.remote.Broadcast;
import io.weft.embedded.remote.Connections;
import io.weft.embedded.remote.DeliveredBlocks;
import io.weft.embedded.remote.Endpoint;
import io.weft.msp.LocalMsp;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.hyperledger.fabric.protos.common.Envelope;

/**
 * The ordering nodes that a channel's configuration names, in other processes.
 *
 * @param peer the identity that asks for blocks
 */
record RemoteOrdering(Connections connections, LocalMsp peer, Clock clock) implements Ordering {
    @Override
    public Feed feed(String channel, Supplier<ChannelView> view, long height) {
        return new DeliveredFeed(new DeliveredBlocks(
                channel, () -> Endpoint.orderingNodes(view.get()), peer, height, connections, clock));
    }

    private record DeliveredFeed(DeliveredBlocks delivered) implements Feed {
        @Override
        public BlockSource blocks() {
            return delivered;
        }

        @Override
        public boolean refuse(long number, String reason) {
            delivered.refuse(number, reason);
            return true;
        }

        @Override
        public void close() {
            delivered.close();
        }
    }

    private record Node(Endpoint endpoint, Connections connections) implements Submission.Target {
        @Override
        public String address() {
            return endpoint.address().toString();
        }

        @Override
        public String mspId() {
            return endpoint.mspId();
        }

        @Override
        public Submission.Result offer(Envelope transaction) {
            try {
                return Submission.Result.answered(Broadcast.send(connections, endpoint, transaction));
            } catch (StatusRuntimeException e) {
                return Submission.Result.unreached(RemoteFailure.text(e));
            }
        }
    }

    @Override
    public void submit(ChannelView view, Envelope transaction) {
        List<Node> nodes = new ArrayList<>(Endpoint.orderingNodes(view).stream()
                .map(endpoint -> new Node(endpoint, connections))
                .toList());
        Collections.shuffle(nodes);
        Submission.submit(view, nodes, List.of(), transaction);
    }
}
