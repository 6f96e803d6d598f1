package io.weft.embedded.orderer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.config.ConfigUpdates;
import io.weft.embedded.config.PolicyException;
import io.weft.embedded.config.RuleException;
import io.weft.embedded.config.SignedData;
import io.weft.embedded.deliver.IdentityExpiry;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.ConfigEnvelope;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ConfigUpdate;
import org.hyperledger.fabric.protos.common.ConfigUpdateEnvelope;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.common.Status;

/**
 * Decides what may be ordered.
 *
 * @see <a href="https://github.com/hyperledger/fabric/tree/main/orderer/common/msgprocessor">Fabric's msgprocessor</a>
 */
final class MessageProcessor {
    private static final int NONCE_LENGTH = 24;

    private final Clock clock;
    private final SecureRandom random;

    MessageProcessor(Clock clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    /** @throws RefusedException if there is none that can be read */
    static ChannelHeader header(Envelope envelope) {
        String context = "could not determine channel ID: ";
        Payload payload;
        try {
            payload = Payload.parseFrom(envelope.getPayload());
        } catch (InvalidProtocolBufferException e) {
            throw bad(context + "error unmarshalling Payload: " + e.getMessage());
        }
        if (!payload.hasHeader()) {
            throw bad(context + "header not set");
        }
        if (payload.getHeader().getChannelHeader().isEmpty()) {
            throw bad(context + "channel header not set");
        }
        try {
            return ChannelHeader.parseFrom(payload.getHeader().getChannelHeader());
        } catch (InvalidProtocolBufferException e) {
            throw bad(context + "error unmarshalling channel header: error unmarshalling ChannelHeader: "
                    + e.getMessage());
        }
    }

    /**
     * Whether the envelope updates the configuration; otherwise it is an ordinary one.
     *
     * @throws RefusedException if it is of a kind that no client may send
     */
    static boolean isConfigUpdate(ChannelHeader header) {
        return switch (header.getType()) {
            case HeaderType.CONFIG_UPDATE_VALUE -> true;
            case HeaderType.CONFIG_VALUE -> throw bad("message is of type that cannot be processed directly");
            case ORDERER_TRANSACTION -> throw bad("message is of type that is no longer supported");
            default -> false;
        };
    }

    /** Created channels when there was a system channel; fabric-protos has no name for it any more. */
    private static final int ORDERER_TRANSACTION = 4;

    /** @throws RefusedException unless the ordinary envelope may be ordered */
    void requireAcceptable(ChannelView view, Consensus consensus, Envelope envelope) {
        if (consensus.isInMaintenance()) {
            throw new RefusedException(
                    Status.SERVICE_UNAVAILABLE, "normal transactions are rejected: maintenance mode");
        }
        filter(view, consensus, envelope);
    }

    private void filter(ChannelView view, Consensus consensus, Envelope envelope) {
        long size = BlockCutter.size(envelope);
        long limit = view.batch().absoluteMaxBytes();
        if (size > limit) {
            throw bad("message payload is " + size + " bytes and exceeds maximum allowed " + limit + " bytes");
        }
        SignedData signed;
        try {
            signed = SignedData.of(envelope);
        } catch (PolicyException e) {
            throw bad(e.getMessage());
        }
        Optional<Instant> expiry = IdentityExpiry.of(signed.identity());
        if (expiry.isPresent() && !clock.instant().isBefore(expiry.get())) {
            throw bad("broadcast client identity expired");
        }
        requirePolicy(view, consensus, "Writers", signed);
    }

    /**
     * In maintenance only the ordering organizations count.
     *
     * @param policy {@code Writers} or {@code Readers}
     */
    static void requirePolicy(ChannelView view, Consensus consensus, String policy, SignedData signed) {
        String path = (consensus.isInMaintenance() ? "/Channel/Orderer/" : "/Channel/") + policy;
        if (!view.hasPolicy(path)) {
            throw bad("could not find policy " + path);
        }
        try {
            view.require(path, List.of(signed));
        } catch (PolicyException e) {
            throw new RefusedException(Status.FORBIDDEN, e.getMessage() + ": permission denied");
        }
    }

    /**
     * Applies an update.
     *
     * @param running those of the consenters that run
     * @param signer the node that answers for the result
     * @return the envelope of the new configuration, to be ordered
     * @throws RefusedException if the update is not allowed
     */
    Envelope applied(
            ChannelView view, Consensus consensus, List<Consensus.Consenter> running, Envelope update, Member signer) {
        try {
            filter(view, consensus, update);
        } catch (RefusedException e) {
            throw e.within("config update for existing channel did not pass initial checks");
        }
        ConfigEnvelope next;
        Consensus outline;
        try {
            next = ConfigUpdates.propose(view, update, clock.instant());
            ChannelView nextView = ChannelView.of(view.channel(), next.getConfig());
            outline = Consensus.outline(nextView);
            if (outline.type().equals(consensus.type())) {
                consensus.requireStep(Consensus.of(nextView), running);
            }
        } catch (RuleException e) {
            throw bad("error applying config update to existing channel '" + view.channel() + "': " + e.getMessage());
        }
        Envelope result = envelope(view.channel(), next.toByteString(), signer);
        try {
            filter(view, consensus, result);
        } catch (RefusedException e) {
            throw e.within("config update for existing channel did not pass final checks");
        }
        String context = "config update for existing channel did not pass maintenance checks: "
                + "config transaction inspection failed: ";
        requireMaintenanceRules(consensus, outline, next, context);
        return result;
    }

    private Envelope envelope(String channel, ByteString data, Member signer) {
        byte[] nonce = new byte[NONCE_LENGTH];
        random.nextBytes(nonce);
        ChannelHeader channelHeader = ChannelHeader.newBuilder()
                .setType(HeaderType.CONFIG_VALUE)
                .setTimestamp(Timestamp.newBuilder().setSeconds(clock.instant().getEpochSecond()))
                .setChannelId(channel)
                .build();
        SignatureHeader signatureHeader = SignatureHeader.newBuilder()
                .setCreator(signer.creator())
                .setNonce(ByteString.copyFrom(nonce))
                .build();
        ByteString payload = Payload.newBuilder()
                .setHeader(Header.newBuilder()
                        .setChannelHeader(channelHeader.toByteString())
                        .setSignatureHeader(signatureHeader.toByteString()))
                .setData(data)
                .build()
                .toByteString();
        return Envelope.newBuilder()
                .setPayload(payload)
                .setSignature(signer.sign(payload))
                .build();
    }

    /** Fabric's {@code maintenancefilter.go}; the change of the type itself is not supported here. */
    private static void requireMaintenanceRules(
            Consensus current, Consensus next, ConfigEnvelope envelope, String context) {
        boolean typeChanges = !current.type().equals(next.type());
        if (current.isInMaintenance() != next.isInMaintenance()) {
            requireConsensusTypeChangeOnly(envelope, context);
            String states = state(current) + " to " + state(next);
            if (typeChanges) {
                throw bad(context + "attempted to change ConsensusType.Type from " + current.type() + " to "
                        + next.type() + ", but ConsensusType.State is changing from " + states);
            }
            if (!current.metadata().equals(next.metadata())) {
                throw bad(context
                        + "attempted to change ConsensusType.Metadata, but ConsensusType.State is changing from "
                        + states);
            }
        }
        if (typeChanges) {
            String change = "attempted to change consensus type from " + current.type() + " to " + next.type();
            if (!current.isInMaintenance()) {
                throw bad(context + change + ", but current config ConsensusType.State is not in maintenance mode");
            }
            throw bad(context + change + ". Embedded ordering nodes keep a channel's consensus type; use Fabric's own"
                    + " (`--nodes fabric`, or Kubernetes) to migrate.");
        }
    }

    private static String state(Consensus consensus) {
        return consensus.isInMaintenance() ? "STATE_MAINTENANCE" : "STATE_NORMAL";
    }

    private static void requireConsensusTypeChangeOnly(ConfigEnvelope envelope, String context) {
        ConfigGroup written;
        try {
            Payload payload = Payload.parseFrom(envelope.getLastUpdate().getPayload());
            written = ConfigUpdate.parseFrom(
                            ConfigUpdateEnvelope.parseFrom(payload.getData()).getConfigUpdate())
                    .getWriteSet();
        } catch (InvalidProtocolBufferException e) {
            throw bad(context + "config update unmarshalling error: " + e.getMessage());
        }
        if (written.getGroupsCount() == 0) {
            throw bad(context + "config update contains no changes");
        }
        if (written.getValuesCount() > 0) {
            throw bad(context + "config update contains changes to values in group Channel");
        }
        if (written.getGroupsCount() > 1) {
            throw bad(context + "config update contains changes to more than one group");
        }
        ConfigGroup orderer = written.getGroupsOrDefault("Orderer", null);
        if (orderer == null) {
            throw bad(context + "update does not contain the Orderer group");
        }
        if (orderer.getGroupsCount() > 0) {
            throw bad(context + "config update contains changes to groups within the Orderer group");
        }
        if (!orderer.containsValues("ConsensusType")) {
            throw bad(context + "config update does not contain the ConsensusType value");
        }
        if (orderer.getValuesCount() > 1) {
            throw bad(context + "config update contain more then just the ConsensusType value in the Orderer group");
        }
    }

    private static RefusedException bad(String message) {
        return new RefusedException(Status.BAD_REQUEST, message);
    }
}
