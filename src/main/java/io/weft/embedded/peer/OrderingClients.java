package io.weft.embedded.peer;

import io.grpc.Status.Code;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.orderer.OrderingNode;
import io.weft.embedded.orderer.OrderingService;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Status;
import org.hyperledger.fabric.protos.gateway.ErrorDetail;
import org.hyperledger.fabric.protos.orderer.BroadcastResponse;

/**
 * Sends transactions to the ordering nodes of a channel, as far as they run.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/internal/pkg/gateway/submit.go">Fabric's submit.go</a>
 */
final class OrderingClients {
    private static final String BFT = "BFT";
    private static final String ALREADY_THERE = "failed to submit request: request already exists";

    private final OrderingService service;

    OrderingClients(OrderingService service) {
        this.service = service;
    }

    /**
     * Returns when the ordering service has accepted the transaction.
     *
     * @throws GatewayFailure if it does not
     */
    void submit(ChannelView view, Envelope transaction) {
        int addresses = view.ordererAddresses().size();
        if (addresses == 0) {
            throw new GatewayFailure(Code.UNAVAILABLE, "no orderer nodes available");
        }
        List<OrderingNode> nodes = new ArrayList<>(service.nodes().stream()
                .filter(node -> view.ordererOrganizations()
                        .contains(node.msp().organization().mspId().value()))
                .toList());
        Collections.shuffle(nodes);
        if (view.consensusType().equals(BFT)) {
            submitToQuorum(addresses, nodes, absent(view, nodes), transaction);
        } else {
            submitToOne(nodes, absent(view, nodes), transaction);
        }
    }

    private static void submitToOne(List<OrderingNode> nodes, List<ErrorDetail> absent, Envelope transaction) {
        for (OrderingNode node : nodes) {
            BroadcastResponse response = node.broadcast(transaction);
            if (response.getStatus() == Status.SUCCESS) {
                return;
            }
            int status = response.getStatusValue();
            if (status >= 400 && status < 500) {
                throw new GatewayFailure(Code.ABORTED, unsuccessful(response));
            }
        }
        throw new GatewayFailure(Code.UNAVAILABLE, "no orderers could successfully process transaction", absent);
    }

    private static void submitToQuorum(
            int all, List<OrderingNode> nodes, List<ErrorDetail> absent, Envelope transaction) {
        int faulty = (all - 1) / 3;
        int quorum = (all + faulty + 2) / 2;
        int successes = 0;
        List<ErrorDetail> details = new ArrayList<>(absent);
        for (OrderingNode node : nodes) {
            BroadcastResponse response = node.broadcast(transaction);
            if (response.getStatus() == Status.SUCCESS || response.getInfo().equals(ALREADY_THERE)) {
                successes++;
            } else {
                details.add(GatewayFailure.detail(
                        node.address().toString(),
                        node.msp().organization().mspId().value(),
                        unsuccessful(response)));
            }
        }
        if (successes < quorum) {
            throw new GatewayFailure(
                    Code.UNAVAILABLE,
                    "insufficient number of orderers could successfully process transaction to satisfy quorum"
                            + " requirement",
                    details);
        }
    }

    /**
     * What dialing the nodes that do not run would have come to. A node is known by its port: the channel may name it by
     * another of the machine's names than it listens on.
     */
    private static List<ErrorDetail> absent(ChannelView view, List<OrderingNode> running) {
        Set<String> ports = running.stream()
                .map(node -> Integer.toString(node.address().port()))
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

    private static String unsuccessful(BroadcastResponse response) {
        return "received unsuccessful response from orderer: status=" + response.getStatus() + ", info="
                + response.getInfo();
    }
}
