package io.weft.embedded.peer;

import io.grpc.Status.Code;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.orderer.OrderingNode;
import io.weft.embedded.orderer.OrderingService;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Status;
import org.hyperledger.fabric.protos.gateway.ErrorDetail;
import org.hyperledger.fabric.protos.orderer.BroadcastResponse;

/**
 * Sends transactions to the ordering nodes that a channel names, as far as they run.
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

    /** A node that a channel names. */
    private record Target(String address, String mspId) {
        ErrorDetail detail(String message) {
            return GatewayFailure.detail(address, mspId, message);
        }
    }

    /**
     * Returns when the ordering service has accepted the transaction.
     *
     * @throws GatewayFailure if it does not
     */
    void submit(ChannelView view, Envelope transaction) {
        List<Target> targets = new ArrayList<>();
        view.ordererOrganizations()
                .forEach(mspId -> view.ordererAddresses(mspId).forEach(address -> targets.add(
                        new Target(address, mspId))));
        if (targets.isEmpty()) {
            throw new GatewayFailure(Code.UNAVAILABLE, "no orderer nodes available");
        }
        Collections.shuffle(targets);
        if (view.consensusType().equals(BFT)) {
            submitToQuorum(targets, transaction);
        } else {
            submitToOne(targets, transaction);
        }
    }

    private void submitToOne(List<Target> targets, Envelope transaction) {
        List<ErrorDetail> details = new ArrayList<>();
        for (Target target : targets) {
            Optional<OrderingNode> node = node(target);
            if (node.isEmpty()) {
                details.add(target.detail(refusedConnection(target)));
                continue;
            }
            BroadcastResponse response = node.get().broadcast(transaction);
            if (response.getStatus() == Status.SUCCESS) {
                return;
            }
            int status = response.getStatusValue();
            if (status >= 400 && status < 500) {
                throw new GatewayFailure(Code.ABORTED, unsuccessful(response));
            }
        }
        throw new GatewayFailure(
                Code.UNAVAILABLE, "no orderers could successfully process transaction", details);
    }

    private void submitToQuorum(List<Target> targets, Envelope transaction) {
        int faulty = (targets.size() - 1) / 3;
        int quorum = (targets.size() + faulty + 2) / 2;
        int successes = 0;
        List<ErrorDetail> details = new ArrayList<>();
        for (Target target : targets) {
            Optional<OrderingNode> node = node(target);
            if (node.isEmpty()) {
                details.add(target.detail(refusedConnection(target)));
                continue;
            }
            BroadcastResponse response = node.get().broadcast(transaction);
            if (response.getStatus() == Status.SUCCESS || response.getInfo().equals(ALREADY_THERE)) {
                successes++;
            } else {
                details.add(target.detail(unsuccessful(response)));
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

    /** A node is known by its port: the channel may name it by another of the machine's names than it listens on. */
    private Optional<OrderingNode> node(Target target) {
        int port = Integer.parseInt(target.address().substring(target.address().lastIndexOf(':') + 1));
        return service.nodes().stream()
                .filter(node -> node.address().port() == port)
                .findFirst();
    }

    private static String refusedConnection(Target target) {
        return "rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: dial tcp "
                + target.address() + ": connect: connection refused\"";
    }

    private static String unsuccessful(BroadcastResponse response) {
        return "received unsuccessful response from orderer: status=" + response.getStatus() + ", info="
                + response.getInfo();
    }
}
