package io.weft.embedded.peer;

import io.weft.embedded.config.ChannelView;
import io.weft.embedded.ledger.BlockSource;
import io.weft.embedded.orderer.OrderingNode;
import io.weft.embedded.orderer.OrderingService;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.gateway.ErrorDetail;

/**
 * The ordering service of this process.
 *
 * @param service what its running nodes have in common
 */
record LocalOrdering(OrderingService service) implements Ordering {
    @Override
    public Feed feed(String channel, Supplier<ChannelView> view, long height) {
        return new SharedFeed(service.source(channel));
    }

    private record SharedFeed(BlockSource blocks) implements Feed {
        /** All nodes of the process have the same blocks. */
        @Override
        public boolean refuse(long number, String reason) {
            return false;
        }

        @Override
        public void close() {}
    }

    private record Node(OrderingNode node) implements Submission.Target {
        @Override
        public String address() {
            return node.address().toString();
        }

        @Override
        public String mspId() {
            return node.msp().organization().mspId().value();
        }

        @Override
        public Submission.Result offer(Envelope transaction) {
            return Submission.Result.answered(node.broadcast(transaction));
        }
    }

    @Override
    public void submit(ChannelView view, Envelope transaction) {
        List<Node> nodes = new ArrayList<>(service.nodes().stream()
                .map(Node::new)
                .filter(node -> view.ordererOrganizations().contains(node.mspId()))
                .toList());
        Collections.shuffle(nodes);
        Submission.submit(view, nodes, absent(view, nodes), transaction);
    }

    /**
     * What dialing the nodes that do not run would have come to. A node is known by its port: the channel may name it by
     * another of the machine's names than it listens on.
     */
    private static List<ErrorDetail> absent(ChannelView view, List<Node> running) {
        Set<String> ports = running.stream()
                .map(node -> Integer.toString(node.node().address().port()))
                .collect(Collectors.toSet());
        List<ErrorDetail> result = new ArrayList<>();
        for (String mspId : view.ordererOrganizations()) {
            for (String address : view.ordererAddresses(mspId)) {
                if (!ports.contains(address.substring(address.lastIndexOf(':') + 1))) {
                    result.add(GatewayFailure.detail(
                            address,
                            mspId,
                            "rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while"
                                    + " dialing: dial tcp " + address + ": connect: connection refused\""));
                }
            }
        }
        return result;
    }
}
