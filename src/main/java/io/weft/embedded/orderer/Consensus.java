package io.weft.embedded.orderer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.config.InvalidConfigurationException;
import io.weft.model.ConsensusType;
import io.weft.model.GoDuration;
import io.weft.msp.LocalMsp;
import io.weft.pki.Certificate;
import io.weft.pki.Credential;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hyperledger.fabric.protos.common.Status;
import org.hyperledger.fabric.protos.orderer.smartbft.Options;

/** Who has to agree on a channel's blocks, as its configuration says. Immutable. */
final class Consensus {
    private static final String RAFT = "etcdraft";
    private static final String BFT = "BFT";

    private final String type;
    private final ByteString metadata;
    private final boolean maintenance;
    private final List<Consenter> consenters;
    private final Duration batchTimeout;

    /**
     * One of them.
     *
     * @param id BFT: its number in the configuration. Raft: its place in the list, from 1
     * @param certificate what it is known by. Raft: its TLS server certificate. BFT: its enrollment certificate
     * @param name tells consenters of two configurations apart. Raft: the TLS client certificate's text. BFT: its number
     */
    record Consenter(int id, Certificate certificate, ByteString name) {}

    private Consensus(ChannelView view, List<Consenter> consenters, Duration batchTimeout) {
        this.type = view.consensusType();
        this.metadata = view.consensusMetadata();
        this.maintenance = view.isInMaintenance();
        this.consenters = List.copyOf(consenters);
        this.batchTimeout = batchTimeout;
    }

    /** Type, options and state alone, whatever the type. */
    static Consensus outline(ChannelView view) {
        return new Consensus(view, List.of(), view.batch().timeout());
    }

    /** @throws InvalidConfigurationException if the configuration's consensus is none that these nodes have */
    static Consensus of(ChannelView view) {
        Duration timeout = view.batch().timeout();
        try {
            return switch (view.consensusType()) {
                case RAFT -> new Consensus(view, raft(view), timeout);
                case BFT ->
                    new Consensus(
                            view,
                            bft(view),
                            GoDuration.parse(
                                    Options.parseFrom(view.consensusMetadata()).getRequestBatchMaxInterval()));
                default ->
                    throw new InvalidConfigurationException(
                            "failed to find a consenter for consensus type: " + view.consensusType());
            };
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new InvalidConfigurationException("failed to read the consensus metadata: " + e.getMessage(), e);
        }
    }

    private static List<Consenter> raft(ChannelView view) {
        return view.consenters().stream()
                .map(each -> new Consenter(
                        each.id(),
                        Certificate.parse(each.serverTlsCertificate().toStringUtf8()),
                        each.clientTlsCertificate()))
                .toList();
    }

    private static List<Consenter> bft(ChannelView view) {
        return view.consenters().stream()
                .map(each -> new Consenter(
                        each.id(),
                        Certificate.parse(each.identity().toStringUtf8()),
                        ByteString.copyFromUtf8(Integer.toUnsignedString(each.id()))))
                .toList();
    }

    String type() {
        return type;
    }

    boolean isBft() {
        return type.equals(BFT);
    }

    /** The options, as the configuration holds them. */
    ByteString metadata() {
        return metadata;
    }

    boolean isInMaintenance() {
        return maintenance;
    }

    List<Consenter> consenters() {
        return consenters;
    }

    boolean isFirst(Consenter consenter) {
        return consenters.get(0).equals(consenter);
    }

    /** Whether the first consenter is the same in both; its key tells. */
    boolean hasSameFirstAs(Consensus other) {
        if (consenters.isEmpty() || other.consenters.isEmpty()) {
            return false;
        }
        return consenters
                .get(0)
                .certificate()
                .hasSameKeyAs(other.consenters.get(0).certificate());
    }

    /**
     * Returns if nodes in processes of their own can order such a channel.
     *
     * @throws RefusedException if not
     */
    void requireSeparable() {
        if (isBft() && consenters.size() > 1) {
            throw new RefusedException(
                    Status.BAD_REQUEST,
                    "embedded ordering nodes in processes of their own cannot sign BFT blocks together: give the"
                            + " channel one consenter or the consensus type etcdraft, have its ordering nodes in one"
                            + " process (`--platform local`), or run it on Fabric's images");
        }
    }

    /** How long an envelope waits for others. BFT has its own option for that. */
    Duration batchTimeout() {
        return batchTimeout;
    }

    /** How many consenters have to run. */
    int quorum() {
        return (isBft() ? ConsensusType.BFT : ConsensusType.RAFT).quorum(consenters.size());
    }

    /** The consenter that a node with these credentials is; its key tells. */
    Optional<Consenter> find(LocalMsp msp, Credential tls) {
        Certificate own = isBft() ? msp.signer().certificate() : tls.certificate();
        return consenters.stream()
                .filter(each -> each.certificate().hasSameKeyAs(own))
                .findFirst();
    }

    /**
     * Checks that a change of Raft's consenters leaves a quorum running.
     *
     * @param running those of the current consenters that run
     * @throws InvalidConfigurationException with Fabric's text
     * @see <a
     *     href="https://github.com/hyperledger/fabric/blob/main/orderer/consensus/etcdraft/membership.go">Fabric's
     *     membership.go</a>
     */
    void requireStep(Consensus next, List<Consenter> running) {
        if (isBft()) {
            return;
        }
        List<ByteString> before = consenters.stream().map(Consenter::name).toList();
        List<ByteString> after = next.consenters.stream().map(Consenter::name).toList();
        boolean grows = !before.containsAll(after);
        if (!grows && after.containsAll(before)) {
            return;
        }
        long staying =
                running.stream().filter(each -> after.contains(each.name())).count();
        boolean toleratesFaults = after.size() > 2;
        if (staying < ConsensusType.RAFT.quorum(after.size()) && (!grows || toleratesFaults)) {
            throw new InvalidConfigurationException(
                    "consensus metadata update for channel config update is invalid: " + running.size() + " out of "
                            + before.size() + " nodes are alive, configuration will result in quorum loss");
        }
    }
}
