package io.weft.embedded.peer;

import com.google.protobuf.ByteString;
import io.weft.embedded.chaincode.Lifecycle;
import io.weft.embedded.ledger.Simulation;
import java.util.Optional;
import java.util.Set;
import org.hyperledger.fabric.protos.peer.Response;

/** The chaincodes that a peer has of its own. */
final class SystemChaincodes {
    private static final String CSCC = "cscc";
    private static final String QSCC = "qscc";
    private static final String LSCC = "lscc";
    private static final Set<String> NAMES = Set.of(Lifecycle.NAMESPACE, CSCC, QSCC, LSCC);

    private final Lifecycle lifecycle;
    private final ConfigurationChaincode configuration;
    private final QueryChaincode query;

    SystemChaincodes(PeerNode peer, Lifecycle lifecycle) {
        this.lifecycle = lifecycle;
        this.configuration = new ConfigurationChaincode(peer);
        this.query = new QueryChaincode(peer);
    }

    static boolean isSystem(String chaincode) {
        return NAMES.contains(chaincode);
    }

    /** Whether calls on a channel go through a simulation. */
    static boolean needsSimulation(String chaincode) {
        return !chaincode.equals(CSCC) && !chaincode.equals(QSCC);
    }

    Response invoke(ProposedCall call, Optional<Simulation> simulation) {
        return switch (call.chaincode()) {
            case CSCC -> configuration.invoke(call);
            case QSCC -> query.invoke(call);
            case Lifecycle.NAMESPACE ->
                lifecycle.invoke(call.channel(), call.input().getArgsList(), call.signed(), simulation);
            default ->
                error("`" + call.chaincode() + "` of Fabric 1.x is not supported by embedded peers: use"
                        + " `_lifecycle`, or run the network's nodes with `--nodes fabric`.");
        };
    }

    static Response success(ByteString payload) {
        return Response.newBuilder().setStatus(200).setPayload(payload).build();
    }

    static Response error(String message) {
        return Response.newBuilder().setStatus(500).setMessage(message).build();
    }
}
