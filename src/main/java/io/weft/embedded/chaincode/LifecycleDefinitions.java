package io.weft.embedded.chaincode;

import com.google.protobuf.ByteString;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.ledger.Entry;
import io.weft.embedded.ledger.Simulation;
import io.weft.model.MspId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.hyperledger.fabric.protos.peer.CollectionConfigPackage;
import org.hyperledger.fabric.protos.peer.lifecycle.ApproveChaincodeDefinitionForMyOrgArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.ApproveChaincodeDefinitionForMyOrgResult;
import org.hyperledger.fabric.protos.peer.lifecycle.ChaincodeEndorsementInfo;
import org.hyperledger.fabric.protos.peer.lifecycle.ChaincodeSource.Local;
import org.hyperledger.fabric.protos.peer.lifecycle.ChaincodeSource.Unavailable;
import org.hyperledger.fabric.protos.peer.lifecycle.ChaincodeValidationInfo;
import org.hyperledger.fabric.protos.peer.lifecycle.CheckCommitReadinessArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.CheckCommitReadinessResult;
import org.hyperledger.fabric.protos.peer.lifecycle.CommitChaincodeDefinitionArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.CommitChaincodeDefinitionResult;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryApprovedChaincodeDefinitionArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryApprovedChaincodeDefinitionResult;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryApprovedChaincodeDefinitionsResult;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryChaincodeDefinitionArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryChaincodeDefinitionResult;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryChaincodeDefinitionsResult;

/** Approving and committing definitions on one channel, within one transaction. */
final class LifecycleDefinitions {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9]+([-_][a-zA-Z0-9]+)*");
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9_.+-]+");
    private static final Set<String> SYSTEM = new TreeSet<>(List.of("cscc", "escc", "lscc", "qscc", "vscc"));
    private static final String DEFAULT_POLICY = "/Channel/Application/Endorsement";
    private static final String LOCAL_PACKAGE = "ChaincodeLocalPackage";

    private final MspId organization;
    private final ChannelView view;
    private final Simulation simulation;

    /** The chaincode has no committed definition; Fabric answers 404. */
    static final class NotDefined extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotDefined(String chaincode) {
            super("namespace " + chaincode + " is not defined");
        }
    }

    LifecycleDefinitions(MspId organization, ChannelView view, Simulation simulation) {
        this.organization = organization;
        this.view = view;
        this.simulation = simulation;
    }

    private LifecycleState.Writer channelState() {
        return new LifecycleState.Writer() {
            @Override
            public Optional<byte[]> get(String key) {
                return simulation.get(Lifecycle.NAMESPACE, key);
            }

            @Override
            public void put(String key, byte[] value) {
                simulation.put(Lifecycle.NAMESPACE, key, value);
            }

            @Override
            public void delete(String key) {
                simulation.delete(Lifecycle.NAMESPACE, key);
            }
        };
    }

    private LifecycleState.Writer ownState() {
        String collection = Collections.implicit(organization.value());
        return new LifecycleState.Writer() {
            @Override
            public Optional<byte[]> get(String key) {
                return simulation.getPrivate(Lifecycle.NAMESPACE, collection, key);
            }

            @Override
            public void put(String key, byte[] value) {
                simulation.putPrivate(Lifecycle.NAMESPACE, collection, key, value);
            }

            @Override
            public void delete(String key) {
                simulation.deletePrivate(Lifecycle.NAMESPACE, collection, key);
            }
        };
    }

    /** Puts a context before the text of what goes wrong inside. */
    private static <T> T within(String context, Supplier<T> work) {
        try {
            return work.get();
        } catch (ChaincodeFailure e) {
            throw new ChaincodeFailure(context + ": " + e.getMessage(), e);
        }
    }

    private void check(String name, String version, CollectionConfigPackage collections) {
        within("error validating chaincode definition", () -> {
            if (!NAME.matcher(name).matches()) {
                throw new ChaincodeFailure("invalid chaincode name '" + name + "'. Names can only consist of"
                        + " alphanumerics, '_', and '-' and can only begin with alphanumerics");
            }
            if (SYSTEM.contains(name)) {
                throw new ChaincodeFailure("chaincode name '" + name + "' is the name of a system chaincode");
            }
            if (!VERSION.matcher(version).matches()) {
                throw new ChaincodeFailure("invalid chaincode version '" + version
                        + "'. Versions can only consist of alphanumerics, '_', '-', '+', and '.'");
            }
            Collections.check(collections, view);
            Optional<Definition> committed = Definition.committed(name, channelState());
            if (committed.isEmpty()) {
                // Fabric asks the lifecycle of version 1 next, which leaves its trace in the read set.
                simulation.get("lscc", name);
            }
            committed.ifPresent(before -> Collections.checkAgainst(collections, before.collections()));
            return name;
        });
    }

    private Definition withDefaults(
            long sequence,
            String version,
            String endorsementPlugin,
            String validationPlugin,
            ByteString validationParameter,
            CollectionConfigPackage collections,
            boolean initRequired) {
        ByteString policy = validationParameter;
        if (policy.isEmpty()) {
            if (!view.hasPolicy(DEFAULT_POLICY)) {
                throw new ChaincodeFailure("could not set defaults for chaincode definition in channel "
                        + view.channel() + ": policy '" + DEFAULT_POLICY + "' must be defined for channel '"
                        + view.channel() + "' before chaincode operations can be attempted");
            }
            policy = Policies.reference(DEFAULT_POLICY).toByteString();
        }
        return new Definition(
                sequence,
                ChaincodeEndorsementInfo.newBuilder()
                        .setVersion(version)
                        .setEndorsementPlugin(endorsementPlugin.isEmpty() ? "escc" : endorsementPlugin)
                        .setInitRequired(initRequired)
                        .build(),
                ChaincodeValidationInfo.newBuilder()
                        .setValidationPlugin(validationPlugin.isEmpty() ? "vscc" : validationPlugin)
                        .setValidationParameter(policy)
                        .build(),
                collections);
    }

    ApproveChaincodeDefinitionForMyOrgResult approve(ApproveChaincodeDefinitionForMyOrgArgs input) {
        String name = input.getName();
        check(name, input.getVersion(), input.getCollections());
        String packageId = input.getSource().getLocalPackage().getPackageId();
        LifecycleState.Writer own = ownState();

        long current = Definition.committedSequence(name, channelState());
        long requested = input.getSequence();
        if (current == 0 && requested == 0) {
            throw new ChaincodeFailure("requested sequence is 0, but first definable sequence number is 1");
        }
        if (requested < current) {
            throw new ChaincodeFailure(
                    "currently defined sequence " + current + " is larger than requested sequence " + requested);
        }
        if (requested > current + 1) {
            throw new ChaincodeFailure("requested sequence " + requested
                    + " is larger than the next available sequence number " + (current + 1));
        }
        Definition definition = withDefaults(
                requested,
                input.getVersion(),
                input.getEndorsementPlugin(),
                input.getValidationPlugin(),
                input.getValidationParameter(),
                input.getCollections(),
                input.getInitRequired());
        if (requested == current) {
            Definition committed = Definition.committed(name, channelState())
                    .orElseThrow(() -> new ChaincodeFailure(
                            "missing metadata for currently committed sequence number (" + current + ")"));
            committed.difference(definition).ifPresent(difference -> {
                throw new ChaincodeFailure("attempted to redefine the current committed sequence (" + current
                        + ") for namespace " + name + " with different parameters: " + difference);
            });
            if (isRepetition(name, definition, packageId, own)) {
                throw new ChaincodeFailure(
                        "attempted to redefine the current committed sequence (" + current + ") for namespace " + name);
            }
        } else if (isRepetition(name, definition, packageId, own)) {
            throw new ChaincodeFailure("attempted to redefine uncommitted sequence (" + requested + ") for namespace "
                    + name + " with unchanged content");
        }
        String approval = Definition.approval(name, requested);
        LifecycleState.write(LifecycleState.NAMESPACES, approval, definition.asParameters(), own);
        LifecycleState.write(
                LifecycleState.SOURCES,
                approval,
                LifecycleState.Structure.of(LOCAL_PACKAGE, "PackageID", packageId),
                own);
        return ApproveChaincodeDefinitionForMyOrgResult.getDefaultInstance();
    }

    private static boolean isRepetition(
            String name, Definition definition, String packageId, LifecycleState.Reader own) {
        Optional<Definition> before = Definition.approved(name, definition.sequence(), own);
        if (before.isEmpty() || before.get().difference(definition).isPresent()) {
            return false;
        }
        String approval = Definition.approval(name, definition.sequence());
        return LifecycleState.metadata(LifecycleState.SOURCES, approval, own).isPresent()
                && source(name, definition.sequence(), own).equals(packageId);
    }

    /** The package that an organization chose with its approval; empty if none. */
    static String source(String chaincode, long sequence, LifecycleState.Reader own) {
        return LifecycleState.field(LifecycleState.SOURCES, Definition.approval(chaincode, sequence), "PackageID", own)
                .getString();
    }

    private static org.hyperledger.fabric.protos.peer.lifecycle.ChaincodeSource sourceMessage(
            String chaincode, long sequence, LifecycleState.Reader own) {
        String approval = Definition.approval(chaincode, sequence);
        if (LifecycleState.metadata(LifecycleState.SOURCES, approval, own).isEmpty()) {
            throw new ChaincodeFailure("could not fetch chaincode-source metadata for " + approval);
        }
        String packageId = source(chaincode, sequence, own);
        org.hyperledger.fabric.protos.peer.lifecycle.ChaincodeSource.Builder result =
                org.hyperledger.fabric.protos.peer.lifecycle.ChaincodeSource.newBuilder();
        return packageId.isEmpty()
                ? result.setUnavailable(Unavailable.getDefaultInstance()).build()
                : result.setLocalPackage(Local.newBuilder().setPackageId(packageId))
                        .build();
    }

    QueryApprovedChaincodeDefinitionResult approved(QueryApprovedChaincodeDefinitionArgs input) {
        LifecycleState.Reader own = ownState();
        String name = input.getName();
        long sequence = input.getSequence();
        if (sequence == 0) {
            long current = Definition.committedSequence(name, channelState());
            boolean isNextApproved = LifecycleState.metadata(
                            LifecycleState.NAMESPACES, Definition.approval(name, current + 1), own)
                    .isPresent();
            sequence = isNextApproved ? current + 1 : current;
        }
        long wanted = sequence;
        Definition definition = Definition.approved(name, wanted, own)
                .orElseThrow(() -> new ChaincodeFailure("could not fetch approved chaincode definition (name: '" + name
                        + "', sequence: '" + wanted + "') on channel '" + view.channel() + "'"));
        return QueryApprovedChaincodeDefinitionResult.newBuilder()
                .setSequence(wanted)
                .setVersion(definition.endorsement().getVersion())
                .setEndorsementPlugin(definition.endorsement().getEndorsementPlugin())
                .setValidationPlugin(definition.validation().getValidationPlugin())
                .setValidationParameter(definition.validation().getValidationParameter())
                .setCollections(definition.collections())
                .setInitRequired(definition.endorsement().getInitRequired())
                .setSource(sourceMessage(name, wanted, own))
                .build();
    }

    QueryApprovedChaincodeDefinitionsResult approved() {
        LifecycleState.Reader own = ownState();
        String prefix = LifecycleState.metadataKey(LifecycleState.NAMESPACES, "");
        Iterator<Entry> entries = simulation.rangePrivate(
                Lifecycle.NAMESPACE, Collections.implicit(organization.value()), prefix, prefix + "\u007f");
        QueryApprovedChaincodeDefinitionsResult.Builder result = QueryApprovedChaincodeDefinitionsResult.newBuilder();
        while (entries.hasNext()) {
            String approval = entries.next().key().substring(prefix.length());
            int hash = approval.lastIndexOf('#');
            String name = approval.substring(0, hash);
            long sequence = Long.parseLong(approval.substring(hash + 1));
            Definition definition = Definition.approved(name, sequence, own).orElseThrow();
            result.addApprovedChaincodeDefinitions(
                    QueryApprovedChaincodeDefinitionsResult.ApprovedChaincodeDefinition.newBuilder()
                            .setName(name)
                            .setSequence(sequence)
                            .setVersion(definition.endorsement().getVersion())
                            .setEndorsementPlugin(definition.endorsement().getEndorsementPlugin())
                            .setValidationPlugin(definition.validation().getValidationPlugin())
                            .setValidationParameter(definition.validation().getValidationParameter())
                            .setCollections(definition.collections())
                            .setInitRequired(definition.endorsement().getInitRequired())
                            .setSource(sourceMessage(name, sequence, own)));
        }
        return result.build();
    }

    /** The fields in which each organization's approval differs; no field means that it agrees. */
    private Map<String, List<String>> disagreements(String name, Definition definition) {
        Map<String, List<String>> result = new TreeMap<>();
        for (String member : view.applicationOrganizations()) {
            result.put(
                    member,
                    LifecycleState.mismatches(
                            LifecycleState.NAMESPACES,
                            Definition.approval(name, definition.sequence()),
                            definition.asParameters(),
                            key -> simulation.privateHash(Lifecycle.NAMESPACE, Collections.implicit(member), key)));
        }
        return result;
    }

    private static Map<String, Boolean> approvals(Map<String, List<String>> disagreements) {
        Map<String, Boolean> result = new LinkedHashMap<>();
        disagreements.forEach((member, fields) -> result.put(member, fields.isEmpty()));
        return result;
    }

    private void requireNext(String name, long sequence) {
        long current = Definition.committedSequence(name, channelState());
        if (sequence != current + 1) {
            throw new ChaincodeFailure(
                    "requested sequence is " + sequence + ", but new definition must be sequence " + (current + 1));
        }
    }

    CheckCommitReadinessResult readiness(CheckCommitReadinessArgs input) {
        requireNext(input.getName(), input.getSequence());
        Map<String, List<String>> disagreements = disagreements(
                input.getName(),
                withDefaults(
                        input.getSequence(),
                        input.getVersion(),
                        input.getEndorsementPlugin(),
                        input.getValidationPlugin(),
                        input.getValidationParameter(),
                        input.getCollections(),
                        input.getInitRequired()));
        CheckCommitReadinessResult.Builder result =
                CheckCommitReadinessResult.newBuilder().putAllApprovals(approvals(disagreements));
        disagreements.forEach((member, fields) -> {
            if (!fields.isEmpty()) {
                result.putMismatches(
                        member,
                        CheckCommitReadinessResult.Mismatches.newBuilder()
                                .addAllItems(fields)
                                .build());
            }
        });
        return result.build();
    }

    CommitChaincodeDefinitionResult commit(CommitChaincodeDefinitionArgs input) {
        String name = input.getName();
        check(name, input.getVersion(), input.getCollections());
        if (!view.applicationOrganizations().contains(organization.value())) {
            throw new ChaincodeFailure(
                    "impossibly, this peer's org is processing requests for a channel it is not a member of");
        }
        requireNext(name, input.getSequence());
        Definition definition = withDefaults(
                input.getSequence(),
                input.getVersion(),
                input.getEndorsementPlugin(),
                input.getValidationPlugin(),
                input.getValidationParameter(),
                input.getCollections(),
                input.getInitRequired());
        Map<String, List<String>> disagreements = disagreements(name, definition);
        LifecycleState.write(LifecycleState.NAMESPACES, name, definition.asCommitted(), channelState());
        if (!disagreements.get(organization.value()).isEmpty()) {
            throw new ChaincodeFailure("chaincode definition not agreed to by this org (" + organization + ")");
        }
        return CommitChaincodeDefinitionResult.getDefaultInstance();
    }

    QueryChaincodeDefinitionResult committed(QueryChaincodeDefinitionArgs input) {
        Definition definition = Definition.committed(input.getName(), channelState())
                .orElseThrow(() -> new NotDefined(input.getName()));
        return QueryChaincodeDefinitionResult.newBuilder()
                .setSequence(definition.sequence())
                .setVersion(definition.endorsement().getVersion())
                .setEndorsementPlugin(definition.endorsement().getEndorsementPlugin())
                .setValidationPlugin(definition.validation().getValidationPlugin())
                .setValidationParameter(definition.validation().getValidationParameter())
                .setCollections(definition.collections())
                .setInitRequired(definition.endorsement().getInitRequired())
                .putAllApprovals(approvals(disagreements(input.getName(), definition)))
                .build();
    }

    QueryChaincodeDefinitionsResult committed() {
        String prefix = LifecycleState.metadataKey(LifecycleState.NAMESPACES, "");
        Iterator<Entry> entries = simulation.range(Lifecycle.NAMESPACE, prefix, prefix + "\u007f");
        QueryChaincodeDefinitionsResult.Builder result = QueryChaincodeDefinitionsResult.newBuilder();
        while (entries.hasNext()) {
            String name = entries.next().key().substring(prefix.length());
            Definition definition = Definition.committed(name, channelState()).orElseThrow();
            result.addChaincodeDefinitions(QueryChaincodeDefinitionsResult.ChaincodeDefinition.newBuilder()
                    .setName(name)
                    .setSequence(definition.sequence())
                    .setVersion(definition.endorsement().getVersion())
                    .setEndorsementPlugin(definition.endorsement().getEndorsementPlugin())
                    .setValidationPlugin(definition.validation().getValidationPlugin())
                    .setValidationParameter(definition.validation().getValidationParameter())
                    .setCollections(definition.collections())
                    .setInitRequired(definition.endorsement().getInitRequired()));
        }
        return result.build();
    }
}
