package io.weft.embedded.chaincode;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.weft.chaincode.PackageId;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.ledger.ChannelLedger;
import io.weft.embedded.ledger.Simulation;
import io.weft.model.MspId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.hyperledger.fabric.protos.peer.ApplicationPolicy;
import org.hyperledger.fabric.protos.peer.Response;
import org.hyperledger.fabric.protos.peer.SignedProposal;
import org.hyperledger.fabric.protos.peer.lifecycle.ApproveChaincodeDefinitionForMyOrgArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.CheckCommitReadinessArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.CommitChaincodeDefinitionArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.GetInstalledChaincodePackageArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.GetInstalledChaincodePackageResult;
import org.hyperledger.fabric.protos.peer.lifecycle.InstallChaincodeArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.InstallChaincodeResult;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryApprovedChaincodeDefinitionArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryChaincodeDefinitionArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryInstalledChaincodeArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryInstalledChaincodeResult;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryInstalledChaincodesResult;

/**
 * The system chaincode {@code _lifecycle} of one peer: functions, rules, texts and state are those of Fabric 3.1's
 * {@code core/chaincode/lifecycle}. Thread-safe.
 */
public final class Lifecycle {
    /** The chaincode's name and the namespace of its state. */
    public static final String NAMESPACE = "_lifecycle";

    private final PackageStore store;
    private final ChaincodeHost host;
    private final ChaincodeRuntimes runtimes;
    /** By channel and chaincode; outdated with the next block. */
    private final Map<List<String>, Local> known = new ConcurrentHashMap<>();

    private Lifecycle(PackageStore store, ChaincodeHost host, ChaincodeRuntimes runtimes) {
        this.store = store;
        this.host = host;
        this.runtimes = runtimes;
    }

    /**
     * What this peer knows of a committed chaincode.
     *
     * @param height the ledger's height when it was so
     * @param approved whether this organization has approved just this definition
     * @param packageId from the approval; empty if the organization does not run it
     */
    record Local(long height, CommittedDefinition definition, boolean approved, Optional<PackageId> packageId) {}

    /**
     * @param folder where installed packages lie, a file for each; is made if it does not exist
     */
    public static Lifecycle open(Path folder, ChaincodeHost host, ChaincodeRuntimes runtimes) {
        requireNonNull(host, "host");
        requireNonNull(runtimes, "runtimes");
        Lifecycle result = new Lifecycle(new PackageStore(folder), host, runtimes);
        for (PackageId id : result.store.list()) {
            InstallPackage installed = InstallPackage.parse(
                    ByteString.copyFrom(result.store.load(id).orElseThrow()));
            if (installed.isService() && !runtimes.isRegistered(id.toString())) {
                runtimes.register(id.toString(), installed.service());
            }
        }
        return result;
    }

    /**
     * Answers one call. Whether the caller may is asked of the host.
     *
     * @param channel empty for the functions that concern the peer alone
     * @param simulation present if there is a channel
     */
    public Response invoke(
            String channel, List<ByteString> arguments, SignedProposal proposal, Optional<Simulation> simulation) {
        if (arguments.isEmpty()) {
            return error("lifecycle scc must be invoked with arguments");
        }
        if (arguments.size() != 2) {
            return error("lifecycle scc operations require exactly two arguments but received " + arguments.size());
        }
        if (!channel.isEmpty()) {
            Optional<ChannelView> view = host.view(channel);
            if (view.isEmpty()) {
                return error("could not get channelconfig for channel '" + channel + "'");
            }
            if (!hasLifecycle(view.get())) {
                return error("cannot use new lifecycle for channel '" + channel
                        + "' as it does not have the required capabilities enabled");
            }
        }
        String function = arguments.get(0).toStringUtf8();
        try {
            host.authorize(NAMESPACE + "/" + function, channel, proposal);
        } catch (RuntimeException e) {
            return error("Failed to authorize invocation due to failed ACL check: " + e.getMessage());
        }
        try {
            return Response.newBuilder()
                    .setStatus(200)
                    .setPayload(answer(function, arguments.get(1), channel, simulation)
                            .toByteString())
                    .build();
        } catch (LifecycleDefinitions.NotDefined e) {
            return Response.newBuilder()
                    .setStatus(404)
                    .setMessage(e.getMessage())
                    .build();
        } catch (InvalidProtocolBufferException e) {
            return failed(
                    function,
                    "could not decode input arg for *lifecycle.Invocation." + function + ": " + e.getMessage());
        } catch (RuntimeException e) {
            return failed(function, e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private static Response error(String message) {
        return Response.newBuilder().setStatus(500).setMessage(message).build();
    }

    private static Response failed(String function, String reason) {
        return error("failed to invoke backing implementation of '" + function + "': " + reason);
    }

    private static boolean hasLifecycle(ChannelView view) {
        return view.hasCapability("Application", "V2_0") || view.hasCapability("Application", "V2_5");
    }

    private MessageLite answer(String function, ByteString arguments, String channel, Optional<Simulation> simulation)
            throws InvalidProtocolBufferException {
        return switch (function) {
            case "InstallChaincode" -> install(InstallChaincodeArgs.parseFrom(arguments));
            case "QueryInstalledChaincode" -> installed(QueryInstalledChaincodeArgs.parseFrom(arguments));
            case "QueryInstalledChaincodes" -> installed();
            case "GetInstalledChaincodePackage" -> content(GetInstalledChaincodePackageArgs.parseFrom(arguments));
            case "ApproveChaincodeDefinitionForMyOrg" ->
                definitions(channel, simulation).approve(ApproveChaincodeDefinitionForMyOrgArgs.parseFrom(arguments));
            case "QueryApprovedChaincodeDefinition" ->
                definitions(channel, simulation).approved(QueryApprovedChaincodeDefinitionArgs.parseFrom(arguments));
            case "QueryApprovedChaincodeDefinitions" ->
                definitions(channel, simulation).approved();
            case "CheckCommitReadiness" ->
                definitions(channel, simulation).readiness(CheckCommitReadinessArgs.parseFrom(arguments));
            case "CommitChaincodeDefinition" ->
                definitions(channel, simulation).commit(CommitChaincodeDefinitionArgs.parseFrom(arguments));
            case "QueryChaincodeDefinition" ->
                definitions(channel, simulation).committed(QueryChaincodeDefinitionArgs.parseFrom(arguments));
            case "QueryChaincodeDefinitions" -> definitions(channel, simulation).committed();
            default -> throw new ChaincodeFailure("receiver *lifecycle.Invocation." + function + " does not exist");
        };
    }

    private LifecycleDefinitions definitions(String channel, Optional<Simulation> simulation) {
        return new LifecycleDefinitions(
                host.organization(),
                host.view(channel)
                        .orElseThrow(() ->
                                new ChaincodeFailure("could not get channelconfig for channel '" + channel + "'")),
                simulation.orElseThrow(() -> new ChaincodeFailure("no ledger context for channel '" + channel + "'")));
    }

    private synchronized InstallChaincodeResult install(InstallChaincodeArgs arguments) {
        InstallPackage installing;
        try {
            installing = InstallPackage.parse(arguments.getChaincodeInstallPackage());
        } catch (ChaincodeFailure e) {
            throw new ChaincodeFailure("could not parse as a chaincode install package: " + e.getMessage(), e);
        }
        PackageId id = installing.id();
        if (store.load(id).isPresent()) {
            throw new ChaincodeFailure("chaincode already successfully installed (package ID '" + id + "')");
        }
        try {
            if (!runtimes.isRegistered(id.toString())) {
                if (!installing.isService()) {
                    throw new ChaincodeFailure("an embedded peer builds no chaincode of type `" + installing.type()
                            + "`. Package it as a service (`ccaas`), give it a local form (a Java class, a jar, a"
                            + " command or an address), or run the network on Fabric's own programs"
                            + " (`--nodes fabric`) or on Kubernetes");
                }
                runtimes.register(id.toString(), installing.service());
            }
            runtimes.prepare(id.toString(), host.organization());
        } catch (ChaincodeFailure e) {
            throw new ChaincodeFailure("could not build chaincode: " + e.getMessage(), e);
        }
        store.save(installing);
        return InstallChaincodeResult.newBuilder()
                .setPackageId(id.toString())
                .setLabel(id.label())
                .build();
    }

    private QueryInstalledChaincodeResult installed(QueryInstalledChaincodeArgs arguments) {
        PackageId id = store.list().stream()
                .filter(one -> one.toString().equals(arguments.getPackageId()))
                .findFirst()
                .orElseThrow(() -> new ChaincodeFailure(
                        "could not find chaincode with package id '" + arguments.getPackageId() + "'"));
        QueryInstalledChaincodeResult.Builder result = QueryInstalledChaincodeResult.newBuilder()
                .setPackageId(id.toString())
                .setLabel(id.label());
        references(id).forEach((channel, chaincodes) -> {
            QueryInstalledChaincodeResult.References.Builder references =
                    QueryInstalledChaincodeResult.References.newBuilder();
            chaincodes.forEach(
                    chaincode -> references.addChaincodes(QueryInstalledChaincodeResult.Chaincode.newBuilder()
                            .setName(chaincode.name())
                            .setVersion(chaincode.version())));
            result.putReferences(channel, references.build());
        });
        return result.build();
    }

    private QueryInstalledChaincodesResult installed() {
        QueryInstalledChaincodesResult.Builder result = QueryInstalledChaincodesResult.newBuilder();
        for (PackageId id : store.list()) {
            QueryInstalledChaincodesResult.InstalledChaincode.Builder installed =
                    QueryInstalledChaincodesResult.InstalledChaincode.newBuilder()
                            .setPackageId(id.toString())
                            .setLabel(id.label());
            references(id).forEach((channel, chaincodes) -> {
                QueryInstalledChaincodesResult.References.Builder references =
                        QueryInstalledChaincodesResult.References.newBuilder();
                chaincodes.forEach(
                        chaincode -> references.addChaincodes(QueryInstalledChaincodesResult.Chaincode.newBuilder()
                                .setName(chaincode.name())
                                .setVersion(chaincode.version())));
                installed.putReferences(channel, references.build());
            });
            result.addInstalledChaincodes(installed);
        }
        return result.build();
    }

    /** The committed chaincodes that run from a package, by channel. */
    private Map<String, List<CommittedDefinition>> references(PackageId id) {
        Map<String, List<CommittedDefinition>> result = new TreeMap<>();
        for (String channel : host.channels()) {
            List<CommittedDefinition> using =
                    host.ledger(channel).map(CommittedDefinition::all).orElse(List.of()).stream()
                            .filter(definition -> local(channel, definition.name())
                                    .filter(local -> local.approved()
                                            && local.packageId().equals(Optional.of(id)))
                                    .isPresent())
                            .toList();
            if (!using.isEmpty()) {
                result.put(channel, using);
            }
        }
        return result;
    }

    private GetInstalledChaincodePackageResult content(GetInstalledChaincodePackageArgs arguments) {
        return GetInstalledChaincodePackageResult.newBuilder()
                .setChaincodeInstallPackage(ByteString.copyFrom(packageId(arguments.getPackageId())
                        .flatMap(store::load)
                        .orElseThrow(() -> new ChaincodeFailure("could not load cc install package: chaincode install"
                                + " package '" + arguments.getPackageId() + "' not found"))))
                .build();
    }

    private static Optional<PackageId> packageId(String text) {
        try {
            return Optional.of(PackageId.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The committed definition of a chaincode. */
    public static Optional<CommittedDefinition> definition(ChannelLedger ledger, String chaincode) {
        return CommittedDefinition.find(ledger, chaincode);
    }

    /** Whether the committed definition is approved by the host's organization and its package installed: callable. */
    public boolean isCallable(String channel, String chaincode) {
        return local(channel, chaincode)
                .filter(local -> local.approved()
                        && local.packageId().filter(this::isInstalled).isPresent())
                .isPresent();
    }

    private boolean isInstalled(PackageId id) {
        return store.has(id);
    }

    /**
     * What a call needs to know of a chaincode; the simulation records that it depends on the definition.
     *
     * @throws ChaincodeFailure if the chaincode cannot be called here, with Fabric's text
     */
    Local callable(String channel, String chaincode, Simulation simulation) {
        long sequence = Definition.committedSequence(chaincode, key -> simulation.get(NAMESPACE, key));
        if (sequence == 0) {
            // Fabric asks the lifecycle of version 1 next, which leaves its trace in the read set.
            simulation.get("lscc", chaincode);
            throw new ChaincodeFailure("chaincode " + chaincode + " not found");
        }
        Local local = local(channel, chaincode)
                .orElseThrow(() -> new ChaincodeFailure("could not get approved chaincode info from cache: unknown"
                        + " chaincode '" + chaincode + "' for channel '" + channel + "'"));
        if (local.definition().sequence() != sequence) {
            throw new ChaincodeFailure("chaincode cache at sequence "
                    + local.definition().sequence() + " but current sequence is " + sequence
                    + ", chaincode definition for '" + chaincode + "' changed during invoke");
        }
        if (!local.approved()) {
            throw new ChaincodeFailure("chaincode definition for '" + chaincode + "' at sequence " + sequence
                    + " on channel '" + channel + "' has not yet been approved by this org");
        }
        if (local.packageId().filter(this::isInstalled).isEmpty()) {
            throw new ChaincodeFailure(
                    "chaincode definition for '" + chaincode + "' exists, but chaincode is not installed");
        }
        return local;
    }

    private Optional<Local> local(String channel, String chaincode) {
        Optional<ChannelLedger> ledger = host.ledger(channel);
        if (ledger.isEmpty()) {
            return Optional.empty();
        }
        long height = ledger.get().height();
        List<String> key = List.of(channel, chaincode);
        Local last = known.get(key);
        if (last != null && last.height() == height) {
            return Optional.of(last);
        }
        Optional<Local> now;
        try (Simulation snapshot = ledger.get().simulate("")) {
            now = look(chaincode, snapshot, height);
        }
        now.ifPresent(local -> known.put(key, local));
        return now;
    }

    private Optional<Local> look(String chaincode, Simulation state, long height) {
        String collection = Collections.implicit(host.organization().value());
        return Definition.committed(chaincode, key -> state.get(NAMESPACE, key)).map(definition -> {
            boolean approved = LifecycleState.mismatches(
                            LifecycleState.NAMESPACES,
                            Definition.approval(chaincode, definition.sequence()),
                            definition.asParameters(),
                            key -> state.privateHash(NAMESPACE, collection, key))
                    .isEmpty();
            Optional<PackageId> source = approved
                    ? packageId(LifecycleDefinitions.source(
                            chaincode, definition.sequence(), key -> state.getPrivate(NAMESPACE, collection, key)))
                    : Optional.empty();
            return new Local(height, CommittedDefinition.of(chaincode, definition), approved, source);
        });
    }

    /** Who has to endorse transactions that write definitions. */
    public static ApplicationPolicy endorsementPolicy(ChannelView view) {
        return Policies.lifecycle(view);
    }

    /** Who has to endorse writes to an organization's implicit collection; empty if the channel has no such member. */
    public static Optional<ApplicationPolicy> implicitCollectionPolicy(ChannelView view, MspId organization) {
        return Policies.implicitCollection(view, organization);
    }
}
