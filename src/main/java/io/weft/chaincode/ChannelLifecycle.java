package io.weft.chaincode;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.weft.model.MspId;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.problem.UnreachableException;
import io.weft.protocol.Answer;
import io.weft.protocol.Deadline;
import io.weft.protocol.Invocation;
import io.weft.protocol.PeerConnection;
import io.weft.protocol.Signer;
import io.weft.protocol.Submission;
import io.weft.protocol.Submitter;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.hyperledger.fabric.protos.peer.lifecycle.ApproveChaincodeDefinitionForMyOrgArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.ChaincodeSource;
import org.hyperledger.fabric.protos.peer.lifecycle.CheckCommitReadinessArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.CheckCommitReadinessResult;
import org.hyperledger.fabric.protos.peer.lifecycle.CommitChaincodeDefinitionArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryApprovedChaincodeDefinitionArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryApprovedChaincodeDefinitionResult;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryChaincodeDefinitionArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryChaincodeDefinitionResult;

/**
 * The chaincode definitions of a channel: its system chaincode {@code _lifecycle}. Calls block, may run side by side on
 * several threads, and may be repeated: what is done already is found to be so.
 *
 * <p>All calls throw {@link UnreachableException} when a node does not answer, {@link TimedOutException} when something
 * takes too long, and {@link RejectedException} when a node refuses.
 */
public final class ChannelLifecycle {
    /** In the refusal of a peer that does not reach the chaincode's service, which may pass while the service is new. */
    public static final String NOT_LAUNCHED = "could not launch chaincode";

    private final String channel;
    private final Submitter submitter;

    /**
     * @param channel the channel ID
     * @param submitter takes transactions to the channel's ordering service
     */
    public ChannelLifecycle(String channel, Submitter submitter) {
        this.channel = requireNonNull(channel, "channel");
        this.submitter = requireNonNull(submitter, "submitter");
    }

    /**
     * The definition that holds on the channel, as a peer knows it.
     *
     * @param reader may read the channel
     * @return empty if there is none
     */
    public Optional<CommittedChaincode> committed(PeerConnection peer, Signer reader, String name, Duration timeout) {
        Answer answer = LifecycleCalls.propose(
                peer,
                reader,
                channel,
                "QueryChaincodeDefinition",
                QueryChaincodeDefinitionArgs.newBuilder().setName(name).build(),
                timeout);
        if (answer instanceof Answer.Refused refused) {
            if (refused.status() == 404 || LifecycleRefusal.NOT_DEFINED.matches(refused.message())) {
                return Optional.empty();
            }
            throw LifecycleRefusal.exception(refused, "show the definition of chaincode " + on(name));
        }
        QueryChaincodeDefinitionResult result = LifecycleCalls.parse(QueryChaincodeDefinitionResult.parser(), answer);
        ChaincodeDefinition definition = new ChaincodeDefinition(
                name,
                result.getVersion(),
                result.getSequence(),
                result.getEndorsementPlugin(),
                result.getValidationPlugin(),
                result.getValidationParameter(),
                result.getCollections(),
                result.getInitRequired());
        return Optional.of(new CommittedChaincode(definition, byMsp(result.getApprovalsMap())));
    }

    /**
     * What an organization approved for a sequence.
     *
     * @return empty if it approved nothing
     */
    public Optional<ApprovedChaincode> approved(Approver approver, String name, long sequence, Duration timeout) {
        Answer answer = LifecycleCalls.propose(
                approver.peer(),
                approver.admin(),
                channel,
                "QueryApprovedChaincodeDefinition",
                QueryApprovedChaincodeDefinitionArgs.newBuilder()
                        .setName(name)
                        .setSequence(sequence)
                        .build(),
                timeout);
        if (answer instanceof Answer.Refused refused) {
            if (LifecycleRefusal.NO_APPROVAL.matches(refused.message())) {
                return Optional.empty();
            }
            throw LifecycleRefusal.exception(refused, "show what its organization approved for chaincode " + on(name));
        }
        QueryApprovedChaincodeDefinitionResult result =
                LifecycleCalls.parse(QueryApprovedChaincodeDefinitionResult.parser(), answer);
        ChaincodeDefinition definition = new ChaincodeDefinition(
                name,
                result.getVersion(),
                result.getSequence(),
                result.getEndorsementPlugin(),
                result.getValidationPlugin(),
                result.getValidationParameter(),
                result.getCollections(),
                result.getInitRequired());
        Optional<PackageId> packageId = result.getSource().hasLocalPackage()
                ? Optional.of(
                        PackageId.parse(result.getSource().getLocalPackage().getPackageId()))
                : Optional.empty();
        return Optional.of(new ApprovedChaincode(definition, packageId));
    }

    /**
     * Approves a definition for an organization.
     *
     * @param packageId what its peers run it from; absent if they do not run it
     * @param witnesses peers that must know of the approval before this returns, beside the approver's own: those that will
     *     endorse the commit
     * @return false if the organization had approved exactly this, package included
     */
    public boolean approve(
            Approver approver,
            ChaincodeDefinition definition,
            Optional<PackageId> packageId,
            List<PeerConnection> witnesses,
            Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        Optional<ApprovedChaincode> before =
                approved(approver, definition.name(), definition.sequence(), deadline.remaining());
        if (before.isPresent() && before.get().equals(new ApprovedChaincode(definition, packageId))) {
            return false;
        }
        return approveAnew(approver, definition, packageId, witnesses, deadline.remaining());
    }

    /** As {@link #approve}, without asking first: the peer refuses what it has already. */
    public boolean approveAnew(
            Approver approver,
            ChaincodeDefinition definition,
            Optional<PackageId> packageId,
            List<PeerConnection> witnesses,
            Duration timeout) {
        ChaincodeSource.Builder source = ChaincodeSource.newBuilder();
        packageId.ifPresentOrElse(
                id -> source.setLocalPackage(ChaincodeSource.Local.newBuilder().setPackageId(id.toString())),
                () -> source.setUnavailable(ChaincodeSource.Unavailable.getDefaultInstance()));
        ApproveChaincodeDefinitionForMyOrgArgs.Builder arguments = ApproveChaincodeDefinitionForMyOrgArgs.newBuilder()
                .setName(definition.name())
                .setVersion(definition.version())
                .setSequence(definition.sequence())
                .setEndorsementPlugin(definition.endorsementPlugin())
                .setValidationPlugin(definition.validationPlugin())
                .setValidationParameter(definition.validationParameter())
                .setInitRequired(definition.initRequired())
                .setSource(source);
        if (definition.collections().getConfigCount() > 0) {
            arguments.setCollections(definition.collections());
        }
        Submission result = submitter.submit(
                approver.admin(),
                LifecycleCalls.invocation(channel, "ApproveChaincodeDefinitionForMyOrg", arguments.build()),
                List.of(approver.peer()),
                Stream.concat(Stream.of(approver.peer()), witnesses.stream())
                        .distinct()
                        .toList(),
                timeout);
        if (result instanceof Submission.NotEndorsed refusal) {
            Answer.Refused refused = refusal.refusals().get(0);
            boolean unchanged = LifecycleRefusal.UNCHANGED_APPROVAL.matches(refused.message())
                    || (LifecycleRefusal.UNCHANGED_COMMIT.matches(refused.message())
                            && !LifecycleRefusal.REDEFINED.matches(refused.message()));
            if (unchanged) {
                return false;
            }
            throw LifecycleRefusal.exception(
                    refused,
                    "approve sequence " + definition.sequence() + " of chaincode " + on(definition.name()) + " for `"
                            + approver.admin().mspId() + "`");
        }
        return true;
    }

    /**
     * Which organizations have approved exactly this definition, as a peer knows it.
     *
     * @param reader may write to the channel, which Fabric demands for this
     * @throws RejectedException also if the definition's sequence is not the next one
     */
    public Map<MspId, Boolean> readiness(
            PeerConnection peer, Signer reader, ChaincodeDefinition definition, Duration timeout) {
        CheckCommitReadinessArgs.Builder arguments = CheckCommitReadinessArgs.newBuilder()
                .setName(definition.name())
                .setVersion(definition.version())
                .setSequence(definition.sequence())
                .setEndorsementPlugin(definition.endorsementPlugin())
                .setValidationPlugin(definition.validationPlugin())
                .setValidationParameter(definition.validationParameter())
                .setInitRequired(definition.initRequired());
        if (definition.collections().getConfigCount() > 0) {
            arguments.setCollections(definition.collections());
        }
        CheckCommitReadinessResult result = LifecycleCalls.query(
                peer,
                reader,
                channel,
                "CheckCommitReadiness",
                arguments.build(),
                CheckCommitReadinessResult.parser(),
                "say who approved sequence " + definition.sequence() + " of chaincode " + on(definition.name()),
                timeout);
        return byMsp(result.getApprovalsMap());
    }

    /**
     * In what the organizations' approvals differ from a definition. Works on all versions of Fabric alike, because each
     * organization is asked itself.
     *
     * @param approvers one for each organization of interest
     * @return organization to the fields that differ; organizations that agree are absent, those that approved nothing have
     *     one entry for the field {@code approval}
     */
    public Map<MspId, List<DefinitionDiff>> differences(
            ChaincodeDefinition definition, List<Approver> approvers, Duration timeout) {
        Map<MspId, List<DefinitionDiff>> result = new LinkedHashMap<>();
        for (Approver approver : approvers) {
            List<DefinitionDiff> differences = approved(approver, definition.name(), definition.sequence(), timeout)
                    .map(approval -> DefinitionDiff.between(definition, approval.definition()))
                    .orElseGet(() -> List.of(new DefinitionDiff(
                            "approval", "sequence " + definition.sequence(), "none for this sequence")));
            if (!differences.isEmpty()) {
                result.put(approver.admin().mspId(), differences);
            }
        }
        return Collections.unmodifiableMap(result);
    }

    /**
     * Makes a definition hold on the channel.
     *
     * @param submitterIdentity may write to the channel
     * @param endorsers one peer of each organization that is to endorse it; usually all, at least a majority, each of which
     *     has approved it
     * @param witnesses peers that must know of it before this returns
     * @return false if exactly this definition was committed
     */
    public boolean commit(
            Signer submitterIdentity,
            ChaincodeDefinition definition,
            List<PeerConnection> endorsers,
            List<PeerConnection> witnesses,
            Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        Optional<CommittedChaincode> before =
                committed(endorsers.get(0), submitterIdentity, definition.name(), deadline.remaining());
        if (before.isPresent() && before.get().definition().equals(definition)) {
            return false;
        }
        commitAnew(submitterIdentity, definition, endorsers, witnesses, deadline.remaining());
        return true;
    }

    /**
     * As {@link #commit}, without asking first.
     *
     * @throws RejectedException also if exactly this definition was committed
     */
    public void commitAnew(
            Signer submitterIdentity,
            ChaincodeDefinition definition,
            List<PeerConnection> endorsers,
            List<PeerConnection> witnesses,
            Duration timeout) {
        CommitChaincodeDefinitionArgs.Builder arguments = CommitChaincodeDefinitionArgs.newBuilder()
                .setName(definition.name())
                .setVersion(definition.version())
                .setSequence(definition.sequence())
                .setEndorsementPlugin(definition.endorsementPlugin())
                .setValidationPlugin(definition.validationPlugin())
                .setValidationParameter(definition.validationParameter())
                .setInitRequired(definition.initRequired());
        if (definition.collections().getConfigCount() > 0) {
            arguments.setCollections(definition.collections());
        }
        Submission result = submitter.submit(
                submitterIdentity,
                LifecycleCalls.invocation(channel, "CommitChaincodeDefinition", arguments.build()),
                endorsers,
                Stream.concat(endorsers.stream(), witnesses.stream()).distinct().toList(),
                timeout);
        if (result instanceof Submission.NotEndorsed refusal) {
            throw LifecycleRefusal.exception(
                    refusal.refusals(),
                    "commit sequence " + definition.sequence() + " of chaincode " + on(definition.name()));
        }
    }

    /**
     * Makes the first invocation of a chaincode whose definition demands one.
     *
     * @param client may write to the channel
     * @param endorsers peers whose endorsements satisfy the chaincode's policy
     * @return false if the chaincode was initialized already
     */
    public boolean initialize(
            Signer client,
            String name,
            String function,
            List<String> arguments,
            List<PeerConnection> endorsers,
            Duration timeout) {
        List<ByteString> all = Stream.concat(Stream.of(function), arguments.stream())
                .map(ByteString::copyFromUtf8)
                .toList();
        Invocation invocation = new Invocation(channel, name, all, Invocation.Kind.INITIALIZATION);
        Submission result = submitter.submit(client, invocation, endorsers, endorsers, timeout);
        if (result instanceof Submission.NotEndorsed refusal) {
            if (refusal.refusals().stream()
                    .allMatch(refused -> LifecycleRefusal.ALREADY_INITIALIZED.matches(refused.message()))) {
                return false;
            }
            throw LifecycleRefusal.exception(refusal.refusals(), "initialize chaincode " + on(name));
        }
        return true;
    }

    private String on(String name) {
        return "`" + name + "` on channel `" + channel + "`";
    }

    private static Map<MspId, Boolean> byMsp(Map<String, Boolean> approvals) {
        Map<MspId, Boolean> result = new LinkedHashMap<>();
        new TreeMap<>(approvals).forEach((mspId, approved) -> result.put(new MspId(mspId), approved));
        return Collections.unmodifiableMap(result);
    }
}
