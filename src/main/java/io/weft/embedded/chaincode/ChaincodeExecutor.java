package io.weft.embedded.chaincode;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.ledger.ChannelLedger;
import io.weft.embedded.ledger.Simulation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.peer.ChaincodeHeaderExtension;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;
import org.hyperledger.fabric.protos.peer.ChaincodeSpec;
import org.hyperledger.fabric.protos.peer.Proposal;
import org.hyperledger.fabric.protos.peer.Response;
import org.hyperledger.fabric.protos.peer.StaticCollectionConfig;

/**
 * Runs chaincode by name for one peer, with all that follows: its definition and whether it is approved and installed
 * here, initialization, chaincode that calls chaincode. Rules and texts are those of Fabric's
 * {@code core/chaincode/chaincode_support.go}. Thread-safe.
 */
public final class ChaincodeExecutor implements AutoCloseable {
    /** The key in the chaincode's namespace that holds the version which was initialized. */
    private static final String INITIALIZED = "\u0000\udbff\udfffinitialized";

    private static final Set<String> NOT_FROM_CHAINCODE = Set.of("cscc", "qscc", Lifecycle.NAMESPACE);

    private final ChaincodeHost host;
    private final Lifecycle lifecycle;
    private final ChaincodeRuntimes runtimes;
    private final Duration timeout;
    private final Map<ChaincodeCode, ChaincodeRuntime> connections = new HashMap<>();

    /** @param timeout for one transaction at one chaincode; Fabric's default is 30 seconds */
    public ChaincodeExecutor(ChaincodeHost host, Lifecycle lifecycle, ChaincodeRuntimes runtimes, Duration timeout) {
        this.host = requireNonNull(host, "host");
        this.lifecycle = requireNonNull(lifecycle, "lifecycle");
        this.runtimes = requireNonNull(runtimes, "runtimes");
        this.timeout = requireNonNull(timeout, "timeout");
    }

    /**
     * Looks whether a chaincode can be called here, as the endorser does before it simulates.
     *
     * @return the committed definition
     * @throws ChaincodeFailure if it cannot, with Fabric's text
     */
    public CommittedDefinition requireCallable(String channel, String chaincode, Simulation simulation) {
        try {
            return lifecycle.callable(channel, chaincode, simulation).definition();
        } catch (ChaincodeFailure e) {
            throw new ChaincodeFailure(
                    "make sure the chaincode " + chaincode + " has been successfully defined on channel " + channel
                            + " and try again: " + e.getMessage(),
                    e);
        }
    }

    /**
     * Runs a chaincode and waits for what it says.
     *
     * @throws ChaincodeFailure if the chaincode cannot be called or gives no answer, with Fabric's text
     */
    public ChaincodeAnswer execute(ChaincodeCall call) {
        Ended ended;
        try {
            ended = run(call);
        } catch (ChaincodeFailure e) {
            throw new ChaincodeFailure("failed to execute transaction " + call.txId() + ": " + e.getMessage(), e);
        }
        ChaincodeMessage last = ended.last();
        if (last.getType() == ChaincodeMessage.Type.ERROR) {
            throw new ChaincodeFailure(
                    "transaction returned with failure: " + last.getPayload().toStringUtf8());
        }
        try {
            return new ChaincodeAnswer(
                    Response.parseFrom(last.getPayload()),
                    last.hasChaincodeEvent()
                            ? Optional.of(last.getChaincodeEvent().toBuilder()
                                    .setChaincodeId(call.chaincode())
                                    .setTxId(call.txId())
                                    .build())
                            : Optional.empty(),
                    ended.version());
        } catch (InvalidProtocolBufferException e) {
            throw new ChaincodeFailure(
                    "failed to unmarshal response for transaction " + call.txId() + ": " + e.getMessage(), e);
        }
    }

    /** @param version of the definition under which it ran */
    private record Ended(ChaincodeMessage last, String version) {}

    private Ended run(ChaincodeCall call) {
        Lifecycle.Local local;
        try {
            local = lifecycle.callable(call.channel(), call.chaincode(), call.simulation());
        } catch (ChaincodeFailure e) {
            throw new ChaincodeFailure(
                    "invalid invocation: [channel " + call.channel() + "] failed to get chaincode container info for "
                            + call.chaincode() + ": " + e.getMessage(),
                    e);
        }
        boolean init = checkInit(call, local.definition());
        String packageId = local.packageId().orElseThrow().toString();
        Conversation conversation = new Conversation(call, init, new Supervision(call));
        return new Ended(
                connection(packageId).run(conversation, timeout),
                local.definition().version());
    }

    private ChaincodeRuntime connection(String packageId) {
        ChaincodeCode code = runtimes.code(packageId, host.organization());
        synchronized (connections) {
            return connections.computeIfAbsent(code, ChaincodeCode::open);
        }
    }

    /** Whether this call is the initialization; throws unless it is just when it has to be. */
    private static boolean checkInit(ChaincodeCall call, CommittedDefinition definition) {
        byte[] version = definition.version().getBytes(StandardCharsets.UTF_8);
        boolean needed = definition.initRequired()
                && !call.simulation()
                        .get(call.chaincode(), INITIALIZED)
                        .filter(value -> Arrays.equals(value, version))
                        .isPresent();
        String subject = "invalid invocation: chaincode '" + call.chaincode() + "' ";
        if (call.input().getIsInit()) {
            if (!definition.initRequired()) {
                throw new ChaincodeFailure(subject + "does not require initialization but called as init");
            }
            if (!needed) {
                throw new ChaincodeFailure(subject + "is already initialized but called as init");
            }
            call.simulation().put(call.chaincode(), INITIALIZED, version);
            return true;
        }
        if (needed) {
            throw new ChaincodeFailure(subject + "has not been initialized for this version, must call as init first");
        }
        return false;
    }

    /** What the peer allows one chaincode in one transaction. */
    private final class Supervision implements Conversation.Peer {
        private final ChaincodeCall call;
        private final Map<String, Access> accesses = new HashMap<>();

        private record Access(boolean read, boolean write) {}

        Supervision(ChaincodeCall call) {
            this.call = call;
        }

        @Override
        public void requireRead(String collection) {
            if (!access(collection).read()) {
                throw refused("read", collection);
            }
        }

        @Override
        public void requireWrite(String collection) {
            if (!access(collection).write()) {
                throw refused("write", collection);
            }
        }

        @Override
        public void requireDefined(String collection) {
            access(collection);
        }

        private ChaincodeFailure refused(String what, String collection) {
            return new ChaincodeFailure("tx creator does not have " + what
                    + " access permission on privatedata in chaincodeName:" + call.chaincode() + " collectionName: "
                    + collection);
        }

        private Access access(String collection) {
            return accesses.computeIfAbsent(collection, this::findAccess);
        }

        private Access findAccess(String name) {
            Optional<Definition> definition = Definition.committed(
                    call.chaincode(), key -> call.simulation().get(Lifecycle.NAMESPACE, key));
            StaticCollectionConfig collection = definition
                    .flatMap(found -> Collections.find(found.collections(), name))
                    .orElseThrow(() -> new ChaincodeFailure("collection " + call.channel() + "/" + call.chaincode()
                            + "/" + name + " could not be found"));
            if (!collection.getMemberOnlyRead() && !collection.getMemberOnlyWrite()) {
                return new Access(true, true);
            }
            boolean isMember = view(call.channel())
                    .isMember(collection.getMemberOrgsPolicy().getSignaturePolicy(), creator(call));
            return new Access(
                    isMember || !collection.getMemberOnlyRead(), isMember || !collection.getMemberOnlyWrite());
        }

        @Override
        public void requirePurge() {
            if (!view(call.channel()).hasCapability("Application", "V2_5")) {
                throw new ChaincodeFailure("purge private data is not enabled, channel application capability of V2_5"
                        + " or later is required");
            }
        }

        @Override
        public ChaincodeMessage invoke(ChaincodeSpec target) {
            // name:version/channel, of which the version is not used
            String[] nameAndChannel = target.getChaincodeId().getName().split("/", 2);
            String name = nameAndChannel[0].split(":", 2)[0];
            String channel =
                    nameAndChannel.length > 1 && !nameAndChannel[1].isEmpty() ? nameAndChannel[1] : call.channel();
            if (NOT_FROM_CHAINCODE.contains(name)) {
                return rejected(name);
            }
            host.authorize("peer/ChaincodeToChaincode", channel, call.proposal());
            if (channel.equals(call.channel())) {
                return nested(call.of(channel, name, target.getInput(), call.simulation()));
            }
            ChannelLedger ledger = host.ledger(channel)
                    .orElseThrow(() -> new ChaincodeFailure("failed to find ledger for channel: " + channel));
            try (Simulation readOnly = ledger.simulate(call.txId())) {
                return nested(call.of(channel, name, target.getInput(), readOnly));
            }
        }

        private ChaincodeMessage nested(ChaincodeCall callee) {
            try {
                return run(callee).last();
            } catch (ChaincodeFailure e) {
                throw new ChaincodeFailure("execute failed: " + e.getMessage(), e);
            }
        }

        private ChaincodeMessage rejected(String name) {
            String reason = name.equals("qscc") ? " because of potential for deadlocks" : "";
            String called = name.equals(Lifecycle.NAMESPACE) ? name : name.toUpperCase(java.util.Locale.ROOT);
            return ChaincodeMessage.newBuilder()
                    .setType(ChaincodeMessage.Type.COMPLETED)
                    .setTxid(call.txId())
                    .setChannelId(call.channel())
                    .setPayload(Response.newBuilder()
                            .setStatus(500)
                            .setMessage("Rejecting invoke of " + called + " from another chaincode" + reason
                                    + ", original invocation for '" + invokedName() + "'")
                            .build()
                            .toByteString())
                    .build();
        }

        private String invokedName() {
            try {
                Header header = Header.parseFrom(
                        Proposal.parseFrom(call.proposal().getProposalBytes()).getHeader());
                return ChaincodeHeaderExtension.parseFrom(ChannelHeader.parseFrom(header.getChannelHeader())
                                .getExtension())
                        .getChaincodeId()
                        .getName();
            } catch (InvalidProtocolBufferException e) {
                return call.chaincode();
            }
        }
    }

    private ChannelView view(String channel) {
        return host.view(channel)
                .orElseThrow(() -> new ChaincodeFailure("application config does not exist for " + channel));
    }

    private static ByteString creator(ChaincodeCall call) {
        try {
            Header header = Header.parseFrom(
                    Proposal.parseFrom(call.proposal().getProposalBytes()).getHeader());
            return SignatureHeader.parseFrom(header.getSignatureHeader()).getCreator();
        } catch (InvalidProtocolBufferException e) {
            throw new ChaincodeFailure("error unmarshalling the proposal: " + e.getMessage(), e);
        }
    }

    /** Ends this peer's connections. The code itself goes on for others. */
    @Override
    public void close() {
        List<ChaincodeRuntime> all;
        synchronized (connections) {
            all = new ArrayList<>(connections.values());
            connections.clear();
        }
        all.forEach(ChaincodeRuntime::close);
    }
}
