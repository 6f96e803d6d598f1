package io.weft.scenario;

import static io.weft.scenario.Stage.PEER1;
import static io.weft.scenario.Stage.PEER2;
import static io.weft.scenario.Stage.lifecycle;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.chaincode.ChaincodeDefinition;
import io.weft.model.NodeRef;
import io.weft.protocol.Signer;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.hyperledger.fabric.protos.peer.ProposalResponse;
import org.hyperledger.fabric.protos.peer.lifecycle.ApproveChaincodeDefinitionForMyOrgArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.ChaincodeSource;
import org.hyperledger.fabric.protos.peer.lifecycle.CheckCommitReadinessResult;
import org.hyperledger.fabric.protos.peer.lifecycle.CommitChaincodeDefinitionArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.GetInstalledChaincodePackageArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.GetInstalledChaincodePackageResult;
import org.hyperledger.fabric.protos.peer.lifecycle.InstallChaincodeArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryApprovedChaincodeDefinitionArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryApprovedChaincodeDefinitionResult;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryChaincodeDefinitionArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryChaincodeDefinitionResult;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryChaincodeDefinitionsArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryChaincodeDefinitionsResult;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryInstalledChaincodeArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryInstalledChaincodesArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryInstalledChaincodesResult;

/** The life of a chaincode: {@code _lifecycle}. */
final class Lifecycle {
    private static ChaincodeDefinition definition(String name) {
        return ChaincodeDefinition.of(House.chaincode(name, Optional.empty(), List.of()), 1);
    }

    private static ChaincodeDefinition versioned(ChaincodeDefinition one, String version, long sequence, boolean init) {
        return new ChaincodeDefinition(
                one.name(),
                version,
                sequence,
                one.endorsementPlugin(),
                one.validationPlugin(),
                one.validationParameter(),
                one.collections(),
                init);
    }

    private static Draft approval(Stage stage, Signer by, String channel, ChaincodeDefinition definition) {
        return lifecycle(
                by,
                channel,
                "ApproveChaincodeDefinitionForMyOrg",
                ApproveChaincodeDefinitionForMyOrgArgs.newBuilder()
                        .setName(definition.name())
                        .setVersion(definition.version())
                        .setSequence(definition.sequence())
                        .setEndorsementPlugin(definition.endorsementPlugin())
                        .setValidationPlugin(definition.validationPlugin())
                        .setValidationParameter(definition.validationParameter())
                        .setCollections(definition.collections())
                        .setInitRequired(definition.initRequired())
                        .setSource(ChaincodeSource.newBuilder()
                                .setLocalPackage(ChaincodeSource.Local.newBuilder()
                                        .setPackageId(stage.trialPackage().id().toString())))
                        .build());
    }

    private static Draft commit(Signer by, String channel, ChaincodeDefinition definition) {
        return lifecycle(by, channel, "CommitChaincodeDefinition", arguments(definition));
    }

    /** Of a commit; those of {@code CheckCommitReadiness} are the same bytes. */
    private static CommitChaincodeDefinitionArgs arguments(ChaincodeDefinition definition) {
        return CommitChaincodeDefinitionArgs.newBuilder()
                .setName(definition.name())
                .setVersion(definition.version())
                .setSequence(definition.sequence())
                .setEndorsementPlugin(definition.endorsementPlugin())
                .setValidationPlugin(definition.validationPlugin())
                .setValidationParameter(definition.validationParameter())
                .setCollections(definition.collections())
                .setInitRequired(definition.initRequired())
                .build();
    }

    private static void approve(Stage stage, String organization, String channel, ChaincodeDefinition definition) {
        Draft.Signed proposal =
                approval(stage, stage.admin(organization), channel, definition).sign();
        stage.submit(stage.endorsed(proposal, new NodeRef(organization, "peer0")), proposal.txId());
    }

    private static void readiness(Stage stage, String channel, ChaincodeDefinition definition)
            throws InvalidProtocolBufferException {
        ProposalResponse answer = stage.ask(
                PEER1,
                lifecycle(stage.admin("org1"), channel, "CheckCommitReadiness", arguments(definition))
                        .sign());
        stage.out().says("status", answer.getResponse().getStatus());
        if (!answer.getResponse().getMessage().isEmpty()) {
            stage.out().says("message", answer.getResponse().getMessage());
        }
        CheckCommitReadinessResult result =
                CheckCommitReadinessResult.parseFrom(answer.getResponse().getPayload());
        stage.out().says("approvals", new TreeMap<>(result.getApprovalsMap()));
        new TreeMap<>(result.getMismatchesMap()).forEach((organization, items) -> stage.out()
                .says("mismatches of " + organization, items.getItemsList()));
    }

    private static void committed(Stage stage, String channel, String name) throws InvalidProtocolBufferException {
        ProposalResponse answer = stage.ask(
                PEER2,
                lifecycle(
                                stage.admin("org2"),
                                channel,
                                "QueryChaincodeDefinition",
                                QueryChaincodeDefinitionArgs.newBuilder()
                                        .setName(name)
                                        .build())
                        .sign());
        stage.out().says("status", answer.getResponse().getStatus());
        if (!answer.getResponse().getMessage().isEmpty()) {
            stage.out().says("message", answer.getResponse().getMessage());
            return;
        }
        QueryChaincodeDefinitionResult result =
                QueryChaincodeDefinitionResult.parseFrom(answer.getResponse().getPayload());
        stage.out()
                .says("version " + result.getVersion() + ", sequence " + result.getSequence() + ", "
                        + result.getEndorsementPlugin() + ", " + result.getValidationPlugin() + ", init "
                        + result.getInitRequired() + ", approvals " + new TreeMap<>(result.getApprovalsMap()));
    }

    void a_chaincode_is_approved_committed_and_used(Stage stage) throws InvalidProtocolBufferException {
        String channel = stage.newChannel();
        ChaincodeDefinition definition = definition("trial");
        stage.out().step("Org1 approves");
        Draft.Signed approval =
                approval(stage, stage.admin("org1"), channel, definition).sign();
        stage.propose(PEER1, approval);
        approve(stage, "org1", channel, definition);
        stage.out().step("Who is ready");
        readiness(stage, channel, definition);
        stage.out().step("Org2 approves");
        approve(stage, "org2", channel, definition);
        readiness(stage, channel, definition);
        stage.out().step("Org1 commits");
        Draft.Signed commit = commit(stage.admin("org1"), channel, definition).sign();
        stage.propose(PEER1, commit);
        stage.submit(stage.endorsed(commit, PEER1, PEER2), commit.txId());
        stage.out().step("It is committed");
        committed(stage, channel, "trial");
        stage.out().step("It is used");
        stage.invoke(Draft.of(stage.client("org1"), channel, "trial", "put", "colour", "blue"));
        stage.propose(PEER2, Draft.of(stage.client("org2"), channel, "trial", "get", "colour"));
    }

    void packages_are_installed_once_listed_and_given_back(Stage stage) throws InvalidProtocolBufferException {
        ByteString bytes = ByteString.copyFrom(stage.trialPackage().bytes());
        String id = stage.trialPackage().id().toString();
        stage.out().step("It is installed already");
        stage.propose(
                PEER1,
                lifecycle(
                        stage.admin("org1"),
                        "",
                        "InstallChaincode",
                        InstallChaincodeArgs.newBuilder()
                                .setChaincodeInstallPackage(bytes)
                                .build()));
        stage.out().step("It is in the list");
        ProposalResponse listed = stage.ask(
                PEER1,
                lifecycle(
                                stage.admin("org1"),
                                "",
                                "QueryInstalledChaincodes",
                                QueryInstalledChaincodesArgs.getDefaultInstance())
                        .sign());
        stage.out()
                .says(
                        "ids",
                        QueryInstalledChaincodesResult.parseFrom(
                                        listed.getResponse().getPayload())
                                .getInstalledChaincodesList()
                                .stream()
                                .map(installed -> installed.getPackageId() + " " + installed.getLabel())
                                .toList());
        stage.out().step("It is given back");
        ProposalResponse given = stage.ask(
                PEER1,
                lifecycle(
                                stage.admin("org1"),
                                "",
                                "GetInstalledChaincodePackage",
                                GetInstalledChaincodePackageArgs.newBuilder()
                                        .setPackageId(id)
                                        .build())
                        .sign());
        stage.out()
                .says(
                        "the same bytes",
                        GetInstalledChaincodePackageResult.parseFrom(
                                        given.getResponse().getPayload())
                                .getChaincodeInstallPackage()
                                .equals(bytes));
        stage.out().step("A package that is not there");
        stage.propose(
                PEER1,
                lifecycle(
                        stage.admin("org1"),
                        "",
                        "QueryInstalledChaincode",
                        QueryInstalledChaincodeArgs.newBuilder()
                                .setPackageId("nothing:" + "0".repeat(64))
                                .build()));
        stage.out().step("Its bytes");
        stage.propose(
                PEER1,
                lifecycle(
                        stage.admin("org1"),
                        "",
                        "GetInstalledChaincodePackage",
                        GetInstalledChaincodePackageArgs.newBuilder()
                                .setPackageId("nothing:" + "0".repeat(64))
                                .build()));
        stage.out().step("A package that is none");
        stage.propose(
                PEER1,
                lifecycle(
                        stage.admin("org1"),
                        "",
                        "InstallChaincode",
                        InstallChaincodeArgs.newBuilder()
                                .setChaincodeInstallPackage(ByteString.copyFromUtf8("no package"))
                                .build()));
        stage.out().step("A client instead of an admin");
        stage.propose(
                PEER1,
                lifecycle(
                        stage.client("org1"),
                        "",
                        "InstallChaincode",
                        InstallChaincodeArgs.newBuilder()
                                .setChaincodeInstallPackage(bytes)
                                .build()));
        stage.out().step("A function that it does not have");
        stage.propose(PEER1, Draft.of(stage.admin("org1"), "", "_lifecycle", "Nothing", ""));
    }

    void the_sequence_is_wrong(Stage stage) {
        String channel = stage.newChannel();
        ChaincodeDefinition definition = definition("trial");
        stage.out().step("2 before 1");
        stage.propose(PEER1, approval(stage, stage.admin("org1"), channel, definition.withSequence(2)));
        stage.out().step("0");
        stage.propose(PEER1, approval(stage, stage.admin("org1"), channel, definition.withSequence(0)));
        stage.out().step("1 is approved and committed");
        approve(stage, "org1", channel, definition);
        approve(stage, "org2", channel, definition);
        Draft.Signed commit = commit(stage.admin("org1"), channel, definition).sign();
        stage.submit(stage.endorsed(commit, PEER1, PEER2), commit.txId());
        stage.out().step("1 is committed again");
        stage.propose(PEER1, commit(stage.admin("org1"), channel, definition));
        stage.out().step("1 is approved again");
        stage.propose(PEER1, approval(stage, stage.admin("org1"), channel, definition));
        stage.out().step("3 is committed");
        stage.propose(PEER1, commit(stage.admin("org1"), channel, definition.withSequence(3)));
        stage.out().step("1 is approved with another version");
        stage.propose(PEER1, approval(stage, stage.admin("org1"), channel, versioned(definition, "2.0", 1, false)));
    }

    void the_approvals_differ(Stage stage) throws InvalidProtocolBufferException {
        String channel = stage.newChannel();
        ChaincodeDefinition definition = definition("trial");
        ChaincodeDefinition other = versioned(definition, "2.0", 1, true);
        approve(stage, "org1", channel, definition);
        approve(stage, "org2", channel, other);
        stage.out().step("Who is ready for the first");
        readiness(stage, channel, definition);
        stage.out().step("for the second");
        readiness(stage, channel, other);
        stage.out().step("Org1 has its own peer endorse the commit");
        stage.propose(PEER1, commit(stage.admin("org1"), channel, definition));
        stage.out().step("and the other's");
        stage.propose(PEER2, commit(stage.admin("org1"), channel, definition));
    }

    void a_definition_is_committed_without_a_majority(Stage stage) throws InvalidProtocolBufferException {
        String channel = stage.newChannel();
        ChaincodeDefinition definition = definition("trial");
        approve(stage, "org1", channel, definition);
        stage.out().step("Only Org1 has approved and endorses");
        Draft.Signed commit = commit(stage.admin("org1"), channel, definition).sign();
        stage.submit(stage.endorsed(commit, PEER1), commit.txId());
        stage.out().step("Nothing is committed");
        committed(stage, channel, "trial");
        stage.out().step("It cannot be used");
        stage.propose(PEER1, Draft.of(stage.client("org1"), channel, "trial", "get", "colour"));
    }

    void a_definition_is_committed_that_nobody_approved(Stage stage) {
        String channel = stage.newChannel();
        stage.propose(PEER1, commit(stage.admin("org1"), channel, definition("trial")));
    }

    void clients_and_strangers_cannot_approve_or_commit(Stage stage) {
        String channel = stage.newChannel();
        ChaincodeDefinition definition = definition("trial");
        stage.out().step("A client approves");
        stage.propose(PEER1, approval(stage, stage.client("org1"), channel, definition));
        stage.out().step("An admin of the other organization");
        stage.propose(PEER1, approval(stage, stage.admin("org2"), channel, definition));
        stage.out().step("An approval endorsed by the other organization");
        Draft.Signed approval =
                approval(stage, stage.admin("org1"), channel, definition).sign();
        stage.propose(PEER2, approval);
    }

    void a_definition_is_refused_by_its_parts(Stage stage) {
        String channel = stage.newChannel();
        stage.out().step("A name that none can have");
        stage.propose(PEER1, approval(stage, stage.admin("org1"), channel, definition("no name!")));
        stage.out().step("The name of a system chaincode");
        stage.propose(PEER1, approval(stage, stage.admin("org1"), channel, definition("qscc")));
        stage.out().step("A version that none can have");
        stage.propose(
                PEER1, approval(stage, stage.admin("org1"), channel, versioned(definition("trial"), "1 0", 1, false)));
        stage.out().step("No name");
        stage.propose(
                PEER1,
                lifecycle(
                        stage.admin("org1"),
                        channel,
                        "ApproveChaincodeDefinitionForMyOrg",
                        ApproveChaincodeDefinitionForMyOrgArgs.newBuilder()
                                .setSequence(1)
                                .build()));
    }

    void what_is_approved_and_committed_is_asked_for(Stage stage) throws InvalidProtocolBufferException {
        String channel = stage.newChannel();
        stage.out().step("Nothing is approved");
        QueryApprovedChaincodeDefinitionArgs asked = QueryApprovedChaincodeDefinitionArgs.newBuilder()
                .setName("trial")
                .setSequence(1)
                .build();
        stage.propose(PEER1, lifecycle(stage.admin("org1"), channel, "QueryApprovedChaincodeDefinition", asked));
        stage.out().step("Nothing is committed");
        stage.propose(
                PEER1,
                lifecycle(
                        stage.admin("org1"),
                        channel,
                        "QueryChaincodeDefinition",
                        QueryChaincodeDefinitionArgs.newBuilder()
                                .setName("trial")
                                .build()));
        stage.house().deploy(channel, definition("trial"));
        stage.out().step("It is approved");
        QueryApprovedChaincodeDefinitionResult approved = QueryApprovedChaincodeDefinitionResult.parseFrom(stage.ask(
                        PEER1,
                        lifecycle(stage.admin("org1"), channel, "QueryApprovedChaincodeDefinition", asked)
                                .sign())
                .getResponse()
                .getPayload());
        stage.out()
                .says("version " + approved.getVersion() + ", sequence " + approved.getSequence() + ", package "
                        + approved.getSource().getLocalPackage().getPackageId());
        stage.out().step("All that is committed");
        QueryChaincodeDefinitionsResult all = QueryChaincodeDefinitionsResult.parseFrom(stage.ask(
                        PEER1,
                        lifecycle(
                                        stage.client("org2"),
                                        channel,
                                        "QueryChaincodeDefinitions",
                                        QueryChaincodeDefinitionsArgs.getDefaultInstance())
                                .sign())
                .getResponse()
                .getPayload());
        all.getChaincodeDefinitionsList()
                .forEach(one -> stage.out().says(one.getName() + " " + one.getVersion() + " " + one.getSequence()));
    }

    void a_chaincode_must_be_initialized_first(Stage stage) {
        String channel = stage.newChannel();
        stage.house().deploy(channel, versioned(definition("trial"), "1.0", 1, true));
        Signer client = stage.client("org1");
        stage.out().step("It is used before");
        stage.propose(PEER1, Draft.of(client, channel, "trial", "get", "colour"));
        stage.out().step("It is initialized");
        Draft.Signed init = Draft.of(client, channel, "trial", "init").asInit().sign();
        stage.propose(PEER1, init);
        stage.submit(stage.endorsed(init, PEER1, PEER2), init.txId());
        stage.out().step("It is used");
        stage.propose(PEER1, Draft.of(client, channel, "trial", "get", "initialized"));
        stage.out().step("It is initialized again");
        stage.propose(PEER1, Draft.of(client, channel, "trial", "init").asInit());
    }

    void a_chaincode_is_upgraded(Stage stage) throws InvalidProtocolBufferException {
        String channel = stage.newChannel();
        ChaincodeDefinition first = definition("trial");
        stage.house().deploy(channel, first);
        Draft.Signed old = Draft.of(stage.client("org1"), channel, "trial", "put", "colour", "blue")
                .sign();
        var endorsed = stage.endorsed(old, PEER1, PEER2);
        stage.house().deploy(channel, versioned(first, "2.0", 2, false));
        committed(stage, channel, "trial");
        stage.out().step("What was endorsed under the old definition");
        stage.submit(endorsed, old.txId());
        stage.out().step("The new one");
        stage.propose(PEER1, Draft.of(stage.client("org1"), channel, "trial", "get", "colour"));
    }
}
