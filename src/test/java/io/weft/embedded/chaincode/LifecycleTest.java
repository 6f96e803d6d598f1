package io.weft.embedded.chaincode;

import static io.weft.embedded.chaincode.Peers.CHANNEL;
import static io.weft.embedded.chaincode.Peers.ORG1;
import static io.weft.embedded.chaincode.Peers.ORG2;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.embedded.ledger.Simulation;
import io.weft.model.MspId;
import io.weft.policy.SignaturePolicy;
import io.weft.protocol.PolicyMessages;
import io.weft.sample.AssetContract;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.hyperledger.fabric.protos.ledger.rwset.CollectionHashedReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.NsPvtReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.NsReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRead;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWrite;
import org.hyperledger.fabric.protos.peer.ApplicationPolicy;
import org.hyperledger.fabric.protos.peer.CollectionConfig;
import org.hyperledger.fabric.protos.peer.CollectionConfigPackage;
import org.hyperledger.fabric.protos.peer.CollectionPolicyConfig;
import org.hyperledger.fabric.protos.peer.Response;
import org.hyperledger.fabric.protos.peer.StaticCollectionConfig;
import org.hyperledger.fabric.protos.peer.lifecycle.ApproveChaincodeDefinitionForMyOrgArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.CheckCommitReadinessArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.CheckCommitReadinessResult;
import org.hyperledger.fabric.protos.peer.lifecycle.CommitChaincodeDefinitionArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.GetInstalledChaincodePackageArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.GetInstalledChaincodePackageResult;
import org.hyperledger.fabric.protos.peer.lifecycle.InstallChaincodeArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryApprovedChaincodeDefinitionArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryApprovedChaincodeDefinitionResult;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryApprovedChaincodeDefinitionsArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryApprovedChaincodeDefinitionsResult;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryChaincodeDefinitionArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryChaincodeDefinitionResult;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryChaincodeDefinitionsArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryChaincodeDefinitionsResult;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryInstalledChaincodesArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryInstalledChaincodesResult;
import org.hyperledger.fabric.protos.peer.lifecycle.StateData;
import org.hyperledger.fabric.protos.peer.lifecycle.StateMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Definitions of chaincode, as two organizations agree on them. The texts are Fabric's. */
class LifecycleTest {
    private static final String APPROVE = "ApproveChaincodeDefinitionForMyOrg";
    private static final String COMMIT = "CommitChaincodeDefinition";
    private static final String FAILED = "failed to invoke backing implementation of '";

    @TempDir
    Path folder;

    private Peers peers;
    private String packageId;

    @BeforeEach
    void open() {
        peers = new Peers(folder);
        packageId = Peers.packageId("asset");
        peers.runtimes.register(packageId, ChaincodeSource.InProcess.of(AssetContract.class));
    }

    @AfterEach
    void close() {
        peers.close();
    }

    private Response approve(MspId organization, ApproveChaincodeDefinitionForMyOrgArgs.Builder definition) {
        return peers.lifecycle(CHANNEL, organization, APPROVE, definition.build());
    }

    private ApproveChaincodeDefinitionForMyOrgArgs.Builder approval(long sequence) {
        return Peers.approval("asset", sequence, packageId);
    }

    private static CommitChaincodeDefinitionArgs.Builder definition(long sequence) {
        return CommitChaincodeDefinitionArgs.newBuilder()
                .setName("asset")
                .setVersion("1.0")
                .setSequence(sequence);
    }

    private Response commit(MspId organization, CommitChaincodeDefinitionArgs.Builder definition) {
        return peers.lifecycle(CHANNEL, organization, COMMIT, definition.build());
    }

    private void approveAndCommit() {
        assertThat(approve(ORG1, approval(1)).getStatus()).isEqualTo(200);
        assertThat(approve(ORG2, approval(1)).getStatus()).isEqualTo(200);
        assertThat(commit(ORG1, definition(1)).getStatus()).isEqualTo(200);
    }

    private static void assertRefused(Response response, String function, String text) {
        assertThat(response.getMessage()).isEqualTo(FAILED + function + "': " + text);
        assertThat(response.getStatus()).isEqualTo(500);
    }

    private CheckCommitReadinessResult readiness(String version) {
        return peers.lifecycle(
                CHANNEL,
                ORG1,
                "CheckCommitReadiness",
                CheckCommitReadinessArgs.newBuilder()
                        .setName("asset")
                        .setVersion(version)
                        .setSequence(1)
                        .build(),
                CheckCommitReadinessResult.parser());
    }

    @Test
    void a_package_is_installed_once_and_kept() {
        byte[] content = Peers.installPackage("asset");

        assertThat(peers.install(ORG1, content)).isEqualTo(packageId);

        assertRefused(
                peers.lifecycle("", ORG1, "InstallChaincode", installation(content)),
                "InstallChaincode",
                "chaincode already successfully installed (package ID '" + packageId + "')");
        Lifecycle reopened = Lifecycle.open(folder.resolve("Org1MSP"), peers.host(ORG1), peers.runtimes);
        assertThat(reopened.invoke(
                                "",
                                List.of(
                                        ByteString.copyFromUtf8("QueryInstalledChaincodes"),
                                        QueryInstalledChaincodesArgs.getDefaultInstance()
                                                .toByteString()),
                                peers.proposal("", "tx", "_lifecycle", ORG1, Map.of()),
                                Optional.empty())
                        .getPayload()
                        .toStringUtf8())
                .contains(packageId);
        assertThat(peers.lifecycle(
                                "",
                                ORG1,
                                "GetInstalledChaincodePackage",
                                GetInstalledChaincodePackageArgs.newBuilder()
                                        .setPackageId(packageId)
                                        .build(),
                                GetInstalledChaincodePackageResult.parser())
                        .getChaincodeInstallPackage()
                        .toByteArray())
                .isEqualTo(content);
    }

    private static InstallChaincodeArgs installation(byte[] content) {
        return InstallChaincodeArgs.newBuilder()
                .setChaincodeInstallPackage(ByteString.copyFrom(content))
                .build();
    }

    @Test
    void a_package_that_is_not_installed_is_not_found() {
        assertRefused(
                peers.lifecycle("", ORG1, "QueryInstalledChaincode", Peers.query("x:1")),
                "QueryInstalledChaincode",
                "could not find chaincode with package id 'x:1'");
        assertRefused(
                peers.lifecycle(
                        "",
                        ORG1,
                        "GetInstalledChaincodePackage",
                        GetInstalledChaincodePackageArgs.newBuilder()
                                .setPackageId("x:1")
                                .build()),
                "GetInstalledChaincodePackage",
                "could not load cc install package: chaincode install package 'x:1' not found");
    }

    private static byte[] tar(Map<String, String> files) throws IOException {
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(result))) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                byte[] content = file.getValue().getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        return result.toByteArray();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"golang\",\"label\":\"a\"} | code.tar.gz | could not build chaincode: an embedded peer builds"
                        + " no chaincode of type `golang`. Package it as a service (`ccaas`), give it a local form (a Java"
                        + " class, a jar, a command or an address), or run the network on Fabric's own programs (`--nodes"
                        + " fabric`) or on Kubernetes",
                "{\"type\":\"ccaas\",\"label\":\"a b\"} | code.tar.gz | could not parse as a chaincode install package:"
                        + " invalid label 'a b'. Label must be non-empty, can only consist of alphanumerics, symbols from"
                        + " '.+-_', and can only begin with alphanumerics",
                "{\"type\":\"ccaas\",\"label\":\"a\"} | other | could not parse as a chaincode install package: did not"
                        + " find a code package inside the package"
            })
    void a_package_that_cannot_be_used_is_refused(String metadata, String codeFile, String text) throws IOException {
        assertRefused(
                peers.lifecycle(
                        "",
                        ORG1,
                        "InstallChaincode",
                        installation(tar(Map.of("metadata.json", metadata, codeFile, "")))),
                "InstallChaincode",
                text);
        assertThat(peers.lifecycle(
                                "",
                                ORG1,
                                "QueryInstalledChaincodes",
                                QueryInstalledChaincodesArgs.getDefaultInstance(),
                                QueryInstalledChaincodesResult.parser())
                        .getInstalledChaincodesList())
                .isEmpty();
    }

    @Test
    void what_is_no_archive_is_no_package() {
        assertThat(peers.lifecycle("", ORG1, "InstallChaincode", installation(new byte[] {1, 2, 3}))
                        .getMessage())
                .startsWith(
                        FAILED + "InstallChaincode': could not parse as a chaincode install package: error reading");
    }

    @Test
    void a_definition_that_all_have_approved_is_committed_and_callable() {
        peers.install(ORG1, Peers.installPackage("asset"));

        approveAndCommit();

        CommittedDefinition committed =
                Lifecycle.definition(peers.ledger(CHANNEL), "asset").orElseThrow();
        assertThat(committed.sequence()).isEqualTo(1);
        assertThat(committed.version()).isEqualTo("1.0");
        assertThat(committed.endorsementPlugin()).isEqualTo("escc");
        assertThat(committed.validationPlugin()).isEqualTo("vscc");
        assertThat(committed.endorsementPolicy().getChannelConfigPolicyReference())
                .isEqualTo("/Channel/Application/Endorsement");
        assertThat(peers.lifecycle(ORG1).isCallable(CHANNEL, "asset")).isTrue();
        assertThat(peers.lifecycle(ORG2).isCallable(CHANNEL, "asset")).isFalse();
        assertThat(CommittedDefinition.all(peers.ledger(CHANNEL))).containsExactly(committed);
        peers.submit("asset", "InitLedger");
        assertThat(peers.evaluate("asset", "ReadAsset", "asset1").text()).contains("\"Owner\":\"Amara\"");
    }

    @Test
    void the_state_is_laid_out_as_fabrics() throws InvalidProtocolBufferException {
        approveAndCommit();

        assertThat(StateMetadata.parseFrom(state("namespaces/metadata/asset")))
                .isEqualTo(StateMetadata.newBuilder()
                        .setDatatype("ChaincodeDefinition")
                        .addAllFields(List.of("Sequence", "EndorsementInfo", "ValidationInfo", "Collections"))
                        .build());
        assertThat(StateData.parseFrom(state("namespaces/fields/asset/Sequence"))
                        .getInt64())
                .isEqualTo(1);
        assertThat(state("namespaces/fields/asset/Collections")).containsExactly(0x12, 0);
        assertThat(StateMetadata.parseFrom(approved("namespaces/metadata/asset#1"))
                        .getFieldsList())
                .containsExactly("EndorsementInfo", "ValidationInfo", "Collections");
        assertThat(StateMetadata.parseFrom(approved("chaincode-sources/metadata/asset#1"))
                        .getDatatype())
                .isEqualTo("ChaincodeLocalPackage");
        assertThat(StateData.parseFrom(approved("chaincode-sources/fields/asset#1/PackageID"))
                        .getString())
                .isEqualTo(packageId);
    }

    private byte[] state(String key) {
        return peers.ledger(CHANNEL).state("_lifecycle", key).orElseThrow();
    }

    private byte[] approved(String key) {
        return peers.ledger(CHANNEL)
                .privateState("_lifecycle", "_implicit_org_Org2MSP", key)
                .orElseThrow();
    }

    @Test
    void an_approval_reads_and_writes_the_keys_that_fabrics_does() throws InvalidProtocolBufferException {
        try (Simulation simulation = peers.ledger(CHANNEL).simulate("tx")) {
            peers.lifecycle(ORG1)
                    .invoke(
                            CHANNEL,
                            List.of(
                                    ByteString.copyFromUtf8(APPROVE),
                                    approval(1).build().toByteString()),
                            peers.proposal(CHANNEL, "tx", "_lifecycle", ORG1, Map.of()),
                            Optional.of(simulation));

            List<String> reads = new ArrayList<>();
            for (NsReadWriteSet set : simulation.publicWrites().getNsRwsetList()) {
                for (KVRead read : KVRWSet.parseFrom(set.getRwset()).getReadsList()) {
                    reads.add(set.getNamespace() + " " + read.getKey());
                }
                assertThat(set.getCollectionHashedRwsetList())
                        .extracting(CollectionHashedReadWriteSet::getCollectionName)
                        .isSubsetOf("_implicit_org_Org1MSP");
            }
            assertThat(reads)
                    .containsExactly(
                            "_lifecycle namespaces/fields/asset/Sequence",
                            "_lifecycle namespaces/metadata/asset",
                            "lscc asset");
            NsPvtReadWriteSet secret = simulation.privateWrites().getNsPvtRwset(0);
            assertThat(KVRWSet.parseFrom(secret.getCollectionPvtRwset(0).getRwset())
                            .getWritesList())
                    .extracting(KVWrite::getKey)
                    .containsExactly(
                            "chaincode-sources/fields/asset#1/PackageID",
                            "chaincode-sources/metadata/asset#1",
                            "namespaces/fields/asset#1/Collections",
                            "namespaces/fields/asset#1/EndorsementInfo",
                            "namespaces/fields/asset#1/ValidationInfo",
                            "namespaces/metadata/asset#1");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 'requested sequence is 0, but first definable sequence number is 1'",
        "2, requested sequence 2 is larger than the next available sequence number 1"
    })
    void the_first_sequence_is_1(long sequence, String text) {
        assertRefused(approve(ORG1, approval(sequence)), APPROVE, text);
        assertThat(commit(ORG1, definition(2)).getMessage())
                .isEqualTo(FAILED + COMMIT + "': requested sequence is 2, but new definition must be sequence 1");
    }

    @Test
    void the_same_approval_twice_is_refused_and_another_package_is_not() {
        approve(ORG1, approval(1));

        assertRefused(
                approve(ORG1, approval(1)),
                APPROVE,
                "attempted to redefine uncommitted sequence (1) for namespace asset with unchanged content");
        assertThat(approve(ORG1, Peers.approval("asset", 1, "other:1")).getStatus())
                .isEqualTo(200);
    }

    @Test
    void a_committed_sequence_is_approved_late_but_not_changed() {
        approve(ORG1, approval(1));
        commit(ORG1, definition(1));

        assertRefused(
                approve(ORG2, approval(1).setVersion("2.0")),
                APPROVE,
                "attempted to redefine the current committed sequence (1) for namespace asset with different parameters:"
                        + " expected Version '1.0' does not match passed Version '2.0'");
        assertThat(approve(ORG2, approval(1)).getStatus()).isEqualTo(200);
        assertRefused(
                approve(ORG2, approval(1)),
                APPROVE,
                "attempted to redefine the current committed sequence (1) for namespace asset");
        assertRefused(
                approve(ORG2, approval(0)),
                APPROVE,
                "currently defined sequence 1 is larger than requested sequence 0");
    }

    @Test
    void readiness_names_what_differs_and_a_commit_needs_the_own_approval() {
        approve(ORG1, approval(1));
        approve(ORG2, approval(1).setVersion("2.0"));

        CheckCommitReadinessResult readiness = readiness("1.0");

        assertThat(readiness.getApprovalsMap()).isEqualTo(Map.of("Org1MSP", true, "Org2MSP", false));
        assertThat(readiness.getMismatchesOrThrow("Org2MSP").getItemsList()).containsExactly("EndorsementInfo");
        assertRefused(commit(ORG2, definition(1)), COMMIT, "chaincode definition not agreed to by this org (Org2MSP)");
        assertThat(commit(ORG1, definition(1)).getStatus()).isEqualTo(200);
    }

    @Test
    void readiness_says_when_nothing_is_approved() {
        assertThat(readiness("1.0").getMismatchesOrThrow("Org1MSP").getItemsList())
                .containsExactly("ChaincodeParameters");
    }

    @Test
    void a_committed_definition_is_callable_after_the_own_approval_and_installation() {
        approve(ORG1, approval(1));
        commit(ORG1, definition(1));

        assertThatThrownBy(() -> peers.evaluate("asset", "GetAllAssets"))
                .hasMessageEndingWith("chaincode definition for 'asset' exists, but chaincode is not installed");
        assertThatThrownBy(() -> peers.call(ORG2, "asset", Peers.input(false, "GetAllAssets"), Map.of(), false))
                .hasMessageEndingWith("chaincode definition for 'asset' at sequence 1 on channel 'trading' has not yet"
                        + " been approved by this org");
        peers.install(ORG1, Peers.installPackage("asset"));
        assertThat(peers.evaluate("asset", "GetAllAssets").text()).isEqualTo("[]");
    }

    @Test
    void queries_tell_what_is_approved_and_committed() {
        assertThat(peers.lifecycle(
                        CHANNEL,
                        ORG1,
                        "QueryChaincodeDefinition",
                        QueryChaincodeDefinitionArgs.newBuilder()
                                .setName("asset")
                                .build()))
                .isEqualTo(Response.newBuilder()
                        .setStatus(404)
                        .setMessage("namespace asset is not defined")
                        .build());
        QueryApprovedChaincodeDefinitionArgs latest = QueryApprovedChaincodeDefinitionArgs.newBuilder()
                .setName("asset")
                .build();
        assertRefused(
                peers.lifecycle(CHANNEL, ORG1, "QueryApprovedChaincodeDefinition", latest),
                "QueryApprovedChaincodeDefinition",
                "could not fetch approved chaincode definition (name: 'asset', sequence: '0') on channel 'trading'");
        peers.install(ORG1, Peers.installPackage("asset"));
        approveAndCommit();
        approve(ORG1, approval(2).setVersion("2.0").clearSource());

        QueryApprovedChaincodeDefinitionResult approved = peers.lifecycle(
                CHANNEL,
                ORG1,
                "QueryApprovedChaincodeDefinition",
                latest,
                QueryApprovedChaincodeDefinitionResult.parser());
        assertThat(approved.getSequence()).isEqualTo(2);
        assertThat(approved.getSource().hasUnavailable()).isTrue();
        assertThat(peers.lifecycle(
                                CHANNEL,
                                ORG1,
                                "QueryApprovedChaincodeDefinition",
                                latest.toBuilder().setSequence(1).build(),
                                QueryApprovedChaincodeDefinitionResult.parser())
                        .getSource()
                        .getLocalPackage()
                        .getPackageId())
                .isEqualTo(packageId);
        assertThat(peers.lifecycle(
                                CHANNEL,
                                ORG1,
                                "QueryApprovedChaincodeDefinitions",
                                QueryApprovedChaincodeDefinitionsArgs.getDefaultInstance(),
                                QueryApprovedChaincodeDefinitionsResult.parser())
                        .getApprovedChaincodeDefinitionsList())
                .extracting(one -> one.getName() + one.getSequence())
                .containsExactly("asset1", "asset2");
        assertThat(peers.lifecycle(
                                CHANNEL,
                                ORG1,
                                "QueryChaincodeDefinition",
                                QueryChaincodeDefinitionArgs.newBuilder()
                                        .setName("asset")
                                        .build(),
                                QueryChaincodeDefinitionResult.parser())
                        .getApprovalsMap())
                .isEqualTo(Map.of("Org1MSP", true, "Org2MSP", true));
        assertThat(peers.lifecycle(
                                CHANNEL,
                                ORG1,
                                "QueryChaincodeDefinitions",
                                QueryChaincodeDefinitionsArgs.getDefaultInstance(),
                                QueryChaincodeDefinitionsResult.parser())
                        .getChaincodeDefinitionsList())
                .extracting(one -> one.getName() + one.getSequence())
                .containsExactly("asset1");
        assertThat(peers.lifecycle(
                                "",
                                ORG1,
                                "QueryInstalledChaincodes",
                                QueryInstalledChaincodesArgs.getDefaultInstance(),
                                QueryInstalledChaincodesResult.parser())
                        .getInstalledChaincodes(0)
                        .getReferencesOrThrow(CHANNEL)
                        .getChaincodesList())
                .extracting(one -> one.getName() + " " + one.getVersion())
                .containsExactly("asset 1.0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a b | 1 | invalid chaincode name 'a b'. Names can only consist of alphanumerics, '_', and '-' and can only"
                        + " begin with alphanumerics",
                "_lifecycle | 1 | invalid chaincode name '_lifecycle'. Names can only consist of alphanumerics, '_', and"
                        + " '-' and can only begin with alphanumerics",
                "qscc | 1 | chaincode name 'qscc' is the name of a system chaincode",
                "asset | a b | invalid chaincode version 'a b'. Versions can only consist of alphanumerics, '_', '-', '+',"
                        + " and '.'"
            })
    void names_and_versions_have_a_form(String name, String version, String text) {
        assertRefused(
                approve(ORG1, approval(1).setName(name).setVersion(version)),
                APPROVE,
                "error validating chaincode definition: " + text);
    }

    private static CollectionConfigPackage collection(
            String name, int required, int maximum, long life, String policy) {
        return CollectionConfigPackage.newBuilder()
                .addConfig(CollectionConfig.newBuilder()
                        .setStaticCollectionConfig(StaticCollectionConfig.newBuilder()
                                .setName(name)
                                .setMemberOrgsPolicy(CollectionPolicyConfig.newBuilder()
                                        .setSignaturePolicy(
                                                PolicyMessages.signaturePolicy(SignaturePolicy.parse(policy))))
                                .setRequiredPeerCount(required)
                                .setMaximumPeerCount(maximum)
                                .setBlockToLive(life)))
                .build();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "_c | 0 | 1 | OR('Org1MSP.member') | invalid collection name '_c'. Names can only consist of alphanumerics,"
                        + " '_', and '-' and cannot begin with '_'",
                "c | 2 | 1 | OR('Org1MSP.member') | collection-name: c -- maximum peer count (1) cannot be less than the"
                        + " required peer count (2)",
                "c | -1 | 1 | OR('Org1MSP.member') | collection-name: c -- requiredPeerCount (-1) cannot be less than zero",
                "c | 0 | 1 | AND('Org1MSP.member','Org2MSP.member') | collection-name: c -- error in member org policy:"
                        + " signature policy is not an OR concatenation, NOutOf 2",
                "c | 0 | 1 | OR('Org9MSP.member') | collection-name: c -- collection member 'Org9MSP' is not part of the"
                        + " channel"
            })
    void collections_are_checked(String name, int required, int maximum, String policy, String text) {
        assertRefused(
                approve(ORG1, approval(1).setCollections(collection(name, required, maximum, 0, policy))),
                APPROVE,
                "error validating chaincode definition: " + text);
    }

    @Test
    void committed_collections_stay_and_keep_their_block_to_live() {
        CollectionConfigPackage before = collection("c", 0, 1, 5, "OR('Org1MSP.member')");
        approve(ORG1, approval(1).setCollections(before));
        commit(ORG1, definition(1).setCollections(before));
        String context = "error validating chaincode definition: ";

        assertRefused(
                approve(ORG1, approval(2)),
                APPROVE,
                context + "the proposed collection config does not contain previously defined collections");
        assertRefused(
                approve(ORG1, approval(2).setCollections(collection("d", 0, 1, 5, "OR('Org1MSP.member')"))),
                APPROVE,
                context + "existing collection [c] missing in the proposed collection configuration");
        assertRefused(
                approve(ORG1, approval(2).setCollections(collection("c", 0, 1, 6, "OR('Org1MSP.member')"))),
                APPROVE,
                context + "the BlockToLive in an existing collection [c] modified. Existing value [5]");
        assertThat(Lifecycle.definition(peers.ledger(CHANNEL), "asset")
                        .orElseThrow()
                        .collection("c"))
                .isPresent();
    }

    @Test
    void who_may_not_is_told_so() {
        peers.forbidden.add("_lifecycle/" + APPROVE);

        assertThat(approve(ORG1, approval(1)))
                .isEqualTo(Response.newBuilder()
                        .setStatus(500)
                        .setMessage("Failed to authorize invocation due to failed ACL check: not for you")
                        .build());
    }

    @Test
    void calls_of_another_form_are_refused() {
        Lifecycle lifecycle = peers.lifecycle(ORG1);

        assertThat(lifecycle
                        .invoke("", List.of(), peers.proposal("", "t", "", ORG1, Map.of()), Optional.empty())
                        .getMessage())
                .isEqualTo("lifecycle scc must be invoked with arguments");
        assertThat(lifecycle
                        .invoke(
                                "",
                                List.of(ByteString.EMPTY),
                                peers.proposal("", "t", "", ORG1, Map.of()),
                                Optional.empty())
                        .getMessage())
                .isEqualTo("lifecycle scc operations require exactly two arguments but received 1");
    }

    @Test
    void the_channels_policies_say_who_endorses_definitions() {
        ApplicationPolicy all =
                Lifecycle.endorsementPolicy(peers.host(ORG1).view(CHANNEL).orElseThrow());
        Optional<ApplicationPolicy> own = Lifecycle.implicitCollectionPolicy(
                peers.host(ORG1).view(CHANNEL).orElseThrow(), ORG1);

        assertThat(all.getChannelConfigPolicyReference()).isEqualTo("/Channel/Application/LifecycleEndorsement");
        assertThat(own.orElseThrow().getChannelConfigPolicyReference())
                .isEqualTo("/Channel/Application/Org1MSP/Endorsement");
        assertThat(Lifecycle.implicitCollectionPolicy(
                        peers.host(ORG1).view(CHANNEL).orElseThrow(), new MspId("Org9MSP")))
                .isEmpty();
    }
}
