package io.weft.clients;

import static io.weft.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.weft.clients.ClientNetwork.Answer;
import io.weft.model.Network;
import io.weft.model.PlatformChoice.Nodes;
import io.weft.spec.NetworkSpecs;
import io.weft.testing.FabricPrograms;
import io.weft.testing.KeyValueChaincode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.SoftAssertions;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockData;
import org.hyperledger.fabric.protos.common.BlockHeader;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.Payload;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fabric's {@code peer}, {@code osnadmin}, {@code configtxlator} and {@code discover}, whichever version
 * {@code FABRIC_BIN} names, print the same against embedded nodes as against Fabric's own. Each line is run against
 * both, with an exported identity.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProgramsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ORDERER = " -o $ORDERER_ADDRESS --tls --cafile $ORDERER_CA";
    private static final String BOTH =
            " --peerAddresses $ORG1_PEER0 --tlsRootCertFiles $ORG1_TLS --peerAddresses $ORG2_PEER0 --tlsRootCertFiles $ORG2_TLS";
    private static final String OSN = " -o $ORDERER_ADMIN_ADDRESS --ca-file $ORDERER_CA"
            + " --client-cert $ORDERER_ADMIN_TLS_SIGN_CERT --client-key $ORDERER_ADMIN_TLS_PRIVATE_KEY";

    @TempDir
    private static Path folder;

    private boolean is31;
    private final List<ClientNetwork> networks = new ArrayList<>();
    private final Map<ClientNetwork, KeyValueChaincode> chaincodes = new HashMap<>();
    private SoftAssertions differences;

    @BeforeAll
    void start() throws Exception {
        FabricPrograms programs = FabricPrograms.require();
        for (String program : List.of("osnadmin", "configtxlator", "discover")) {
            assumeTrue(
                    Files.isExecutable(programs.folder().resolve(program)),
                    "FABRIC_BIN has no program `" + program + "`");
        }
        is31 = programs.version().isAtLeast(3, 1);
        // A block for each transaction, so that block numbers are the same whoever is faster.
        Network network = NetworkSpecs.parse("clients.yaml", """
                        apiVersion: weft/v1
                        kind: Network
                        metadata: {name: clients}
                        fabric: {version: %s}
                        organizations:
                          - {name: orderer, orderers: 3}
                          - {name: org1, peers: 2}
                          - {name: org2, peers: 1}
                        channels:
                          - name: trading
                            ordering: {type: raft, organizations: [orderer], batch: {maxMessages: 1}}
                            members: [org1, org2]
                            chaincodes:
                              - {name: asset, version: "1.0", image: "example.com/asset:1.0",
                                 local: {class: io.weft.sample.AssetContract},
                                 endorsement: "AND('Org1MSP.peer','Org2MSP.peer')"}
                        """.formatted(programs.version()))
                .network();
        for (Nodes nodes : List.of(Nodes.EMBEDDED, Nodes.FABRIC)) {
            ClientNetwork one =
                    ClientNetwork.start(nodes, folder.resolve(nodes.name()), network, Optional.of(programs.folder()));
            networks.add(one);
            chaincodes.put(one, new KeyValueChaincode());
        }
    }

    @AfterAll
    void stop() {
        chaincodes.values().forEach(KeyValueChaincode::close);
        networks.forEach(ClientNetwork::close);
    }

    @BeforeEach
    void begin() {
        differences = new SoftAssertions();
    }

    @AfterEach
    void compare() {
        differences.assertAll();
    }

    /** Runs a line against both networks; the answers must be the same, end so, and say this. */
    private void run(String identity, String line, boolean isDone, String... says) {
        compare(
                line,
                isDone,
                networks.stream().map(network -> network.run(identity, line)).toList(),
                says);
    }

    private void compare(String line, boolean isDone, List<Answer> answers, String... says) {
        for (Answer answer : answers) {
            differences
                    .assertThat(answer.exit() == 0)
                    .as("%s: `%s` is done: %s", answer.network(), line, answer.output())
                    .isEqualTo(isDone);
            for (String phrase : says) {
                differences
                        .assertThat(answer.output())
                        .as("%s: `%s`", answer.network(), line)
                        .contains(phrase);
            }
        }
        differences
                .assertThat(answers.get(0).output())
                .as("`%s`, embedded nodes compared with Fabric's", line)
                .isEqualTo(answers.get(1).output());
    }

    private void done(String identity, String line, String... says) {
        run(identity, line, true, says);
    }

    private void refused(String identity, String line, String... says) {
        run(identity, line, false, says);
    }

    /** As {@link #done}, whatever the order of the lines. */
    private void doneInAnyOrder(String identity, String line, String... says) {
        compare(
                line,
                true,
                networks.stream()
                        .map(network -> network.run(identity, line).inAnyOrder())
                        .toList(),
                says);
    }

    /** Repeats a line until both networks say this. */
    private void await(String identity, String line, String says) {
        for (ClientNetwork network : networks) {
            eventually(
                    () -> network.run(identity, line), answer -> answer.output().contains(says));
        }
    }

    /** Block 0 of a channel like {@code trading} with another name, in the file {@code NAME.block}. */
    private void likeTrading(String channel) throws Exception {
        done("org1/admin", "peer channel fetch oldest -c trading trading0.block", "Received block: 0");
        for (ClientNetwork network : networks) {
            Block block = Block.parseFrom(Files.readAllBytes(network.work().resolve("trading0.block")));
            Envelope envelope = Envelope.parseFrom(block.getData().getData(0));
            Payload payload = Payload.parseFrom(envelope.getPayload());
            Header header = payload.getHeader();
            ChannelHeader renamed = ChannelHeader.parseFrom(header.getChannelHeader()).toBuilder()
                    .setChannelId(channel)
                    .build();
            Payload changed = payload.toBuilder()
                    .setHeader(header.toBuilder().setChannelHeader(renamed.toByteString()))
                    .build();
            ByteString data = envelope.toBuilder()
                    .setPayload(changed.toByteString())
                    .build()
                    .toByteString();
            Block result = block.toBuilder()
                    .setData(BlockData.newBuilder().addData(data))
                    .setHeader(BlockHeader.newBuilder()
                            .setDataHash(ByteString.copyFrom(
                                    MessageDigest.getInstance("SHA-256").digest(data.toByteArray()))))
                    .build();
            Files.write(network.work().resolve(channel + ".block"), result.toByteArray());
        }
    }

    @Test
    void osnadmin_lists_joins_and_removes() throws Exception {
        likeTrading("second");
        String admin = "orderer/admin";

        doneInAnyOrder(admin, "osnadmin channel list" + OSN, "Status: 200", "\"name\": \"trading\"");
        done(
                admin,
                "osnadmin channel list --channelID trading" + OSN,
                "\"consensusRelation\": \"consenter\"",
                "\"status\": \"active\"");
        done(admin, "osnadmin channel list --channelID nowhere" + OSN, "Status: 404");
        done(admin, "osnadmin channel list --channelID Upper" + OSN, "Status: 400");
        done(admin, "osnadmin channel join --channelID second --config-block second.block" + OSN, "Status: 201");
        await(admin, "osnadmin channel list --channelID second" + OSN, "\"status\": \"active\"");
        doneInAnyOrder(admin, "osnadmin channel list" + OSN, "\"name\": \"second\"");
        done(admin, "osnadmin channel list --no-status --channelID second" + OSN, "\"height\": 1");
        done(admin, "osnadmin channel join --channelID second --config-block second.block" + OSN, "Status: 405");
        refused(
                admin,
                "osnadmin channel join --channelID third --config-block second.block" + OSN,
                "does not match channel ID second");
        done(admin, "osnadmin channel remove --channelID second" + OSN, "Status: 204");
        done(admin, "osnadmin channel remove --channelID second" + OSN, "Status: 404");
        done(admin, "osnadmin channel list --channelID second" + OSN, "Status: 404");
    }

    @Test
    void osnadmin_joins_only_with_a_config_block() throws Exception {
        String admin = "orderer/admin";
        done("org1/admin", "peer channel fetch newest -c trading newest.block", "Received block: ");
        done(
                admin,
                "osnadmin channel join --channelID trading --config-block newest.block" + OSN,
                "Status: 400",
                "invalid join block");
        done(admin, "printf nothing > no.block");
        refused(
                admin,
                "osnadmin channel join --channelID trading --config-block no.block" + OSN,
                "unmarshalling block");
        refused(admin, "osnadmin channel join --channelID trading --config-block missing.block" + OSN, "no such file");
    }

    @Test
    void osnadmin_needs_a_client_certificate_of_the_ordering_organization() {
        String address = " -o $ORDERER_ADMIN_ADDRESS --ca-file $ORDERER_CA";
        refused("orderer/admin", "osnadmin channel list" + address, "loading client cert/key pair");
        Path stranger = Path.of("stranger");
        for (ClientNetwork network : networks) {
            Path exported = network.identity("org1/admin");
            try {
                Files.copy(exported.resolve("tls/client.crt"), network.work().resolve(stranger + ".crt"));
                Files.copy(exported.resolve("tls/client.key"), network.work().resolve(stranger + ".key"));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
        run(
                "orderer/admin",
                "osnadmin channel list" + address + " --client-cert stranger.crt --client-key stranger.key",
                false,
                "remote error: tls: NO CERTIFICATE");
        run(
                "orderer/admin",
                "osnadmin channel list -o $ORDERER_ADMIN_ADDRESS --ca-file $ORG1_TLS"
                        + " --client-cert $ORDERER_ADMIN_TLS_SIGN_CERT --client-key $ORDERER_ADMIN_TLS_PRIVATE_KEY",
                false,
                "x509: certificate signed by unknown authority");
    }

    @Test
    void osnadmin_of_3_1_fetches_blocks() {
        assumeTrue(is31, "osnadmin fetches since 3.1");
        String admin = "orderer/admin";
        done(
                admin,
                "osnadmin channel fetch --channelID trading --blockID 0 --outputfile osn0.block" + OSN,
                "Status: 200");
        done(
                admin,
                "osnadmin channel fetch --channelID trading --blockID config --outputfile osnc.block" + OSN,
                "Status: 200");
        done(
                admin,
                "osnadmin channel fetch --channelID trading --blockID newest --outputfile osnn.block" + OSN,
                "Status: 200");
        done(admin, "osnadmin channel fetch --channelID trading --blockID 999 --outputfile x.block" + OSN, "Status: 4");
        done(admin, "osnadmin channel fetch --channelID nowhere --blockID 0 --outputfile x.block" + OSN, "Status: 404");
        done(admin, "configtxlator proto_decode --type common.Block --input osn0.block > osn0.json");
    }

    @Test
    void peer_reads_channels_and_blocks() {
        doneInAnyOrder("org1/admin", "peer channel list", "Channels peers has joined: ", "trading");
        done("org1/user1", "peer channel getinfo -c trading", "\"height\":");
        refused("org1/user1", "peer channel getinfo -c nowhere", "Invalid chain ID, nowhere");
        for (String from : List.of("", ORDERER)) {
            done("org1/user1", "peer channel fetch config -c trading b.block" + from, "Received block: ");
            done("org2/user1", "peer channel fetch newest -c trading b.block" + from, "Received block: ");
            done("org1/user1", "peer channel fetch oldest -c trading b.block" + from, "Received block: 0");
            done("org1/user1", "peer channel fetch 1 -c trading b.block" + from, "Received block: 1");
            refused("org1/user1", "peer channel fetch 999 -c trading b.block" + from, "NOT_FOUND");
            refused("org1/user1", "peer channel fetch 0 -c nowhere b.block" + from, "NOT_FOUND");
            refused("org1/user1", "peer channel fetch some -c trading b.block" + from, "fetch target illegal");
        }
        refused(
                "orderer/admin",
                "CORE_PEER_ADDRESS=$ORG1_PEER0 CORE_PEER_TLS_ROOTCERT_FILE=$ORG1_TLS peer channel fetch 0 -c trading b.block",
                "FORBIDDEN");
        done(
                "org1/admin",
                "CORE_PEER_CLIENT_CONNTIMEOUT=1s CORE_PEER_TLS_ROOTCERT_FILE=$ORG2_TLS peer channel list 2>&1 | tail -1",
                "Error: error getting endorser client for channel");
        refused(
                "org1/admin",
                "CORE_PEER_ADDRESS=$ORG2_PEER0 CORE_PEER_TLS_ROOTCERT_FILE=$ORG2_TLS peer channel list",
                "access denied");
    }

    @Test
    void peer_joins_a_channel_once_and_only_for_an_admin() throws Exception {
        likeTrading("joined");
        done(
                "orderer/admin",
                "osnadmin channel join --channelID joined --config-block joined.block" + OSN,
                "Status: 201");

        refused("org1/user1", "peer channel join -b joined.block", "access denied");
        done("org1/admin", "peer channel join -b joined.block", "Successfully submitted proposal to join channel");
        doneInAnyOrder("org1/admin", "peer channel list", "joined");
        done("org1/admin", "peer channel getinfo -c joined", "\"height\":1");
        refused("org1/admin", "peer channel join -b joined.block", "already exists");
        refused("org1/admin", "printf x > x.block && peer channel join -b x.block", "Error");
        refused("org1/user1", "peer chaincode query -C joined -n asset -c '{\"Args\":[\"ReadAsset\",\"a\"]}'", "asset");
    }

    /** Has {@code configtxlator} say what must change; the file {@code NAME.tx} is what {@code peer} takes. */
    private void configUpdate(String name, java.util.function.Consumer<ObjectNode> edit) throws Exception {
        done(
                "org1/admin",
                "peer channel fetch config -c trading c.block"
                        + " && configtxlator proto_decode --type common.Block --input c.block > block.json",
                "Received block: ");
        for (ClientNetwork network : networks) {
            JsonNode config = JSON.readTree(network.read("block.json")).at("/data/data/0/payload/data/config");
            Files.writeString(network.work().resolve("old.json"), config.toString());
            ObjectNode changed = config.deepCopy();
            edit.accept((ObjectNode) changed.path("channel_group"));
            Files.writeString(network.work().resolve("new.json"), changed.toString());
        }
        done(
                "org1/admin",
                "for f in old new; do configtxlator proto_encode --type common.Config --input $f.json --output $f.pb;"
                        + " done && configtxlator compute_update --channel_id trading --original old.pb --updated new.pb"
                        + " --output update.pb && configtxlator proto_decode --type common.ConfigUpdate"
                        + " --input update.pb > update.json");
        for (ClientNetwork network : networks) {
            ObjectNode envelope = JSON.createObjectNode();
            ObjectNode payload = envelope.putObject("payload");
            payload.putObject("header")
                    .putObject("channel_header")
                    .put("channel_id", "trading")
                    .put("type", 2);
            payload.putObject("data").set("config_update", JSON.readTree(network.read("update.json")));
            Files.writeString(network.work().resolve(name + ".json"), envelope.toString());
        }
        done(
                "org1/admin",
                "configtxlator proto_encode --type common.Envelope --input " + name + ".json --output " + name + ".tx");
    }

    private static void setPreferredBytes(ObjectNode channelGroup, int bytes) {
        ((ObjectNode) channelGroup.at("/groups/Orderer/values/BatchSize/value")).put("preferred_max_bytes", bytes);
    }

    @Test
    void the_batch_size_is_changed_by_who_may() throws Exception {
        configUpdate("batch", group -> setPreferredBytes(group, 1_000_000));

        refused("org1/admin", "peer channel update -c trading -f batch.tx" + ORDERER, "Error: got unexpected status");
        refused("org1/admin", "peer channel update -c nowhere -f batch.tx" + ORDERER, "mismatched channel ID");
        done("orderer/admin", "peer channel signconfigtx -f batch.tx");
        done(
                "org1/admin",
                "peer channel update -c trading -f batch.tx" + ORDERER,
                "Successfully submitted channel update");
        refused("org1/admin", "peer channel update -c trading -f batch.tx" + ORDERER, "Error: got unexpected status");
        await(
                "org1/admin",
                "peer channel fetch config -c trading c.block"
                        + " && configtxlator proto_decode --type common.Block --input c.block | grep preferred",
                "1000000");
    }

    @Test
    void an_organization_has_its_anchor_peers_and_a_majority_the_access_rules() throws Exception {
        configUpdate("anchor", group -> ((ObjectNode)
                        group.at("/groups/Application/groups/Org2MSP/values/AnchorPeers/value"))
                .putArray("anchor_peers")
                .addObject()
                .put("host", "127.0.0.2")
                .put("port", 7051));
        refused("org1/admin", "peer channel update -c trading -f anchor.tx" + ORDERER, "policy for [Value]");
        done(
                "org2/admin",
                "peer channel update -c trading -f anchor.tx" + ORDERER,
                "Successfully submitted channel update");
        await(
                "org1/admin",
                "peer channel fetch config -c trading c.block"
                        + " && configtxlator proto_decode --type common.Block --input c.block | grep 127.0.0.2",
                "127.0.0.2");

        configUpdate("acl", group -> {
            ObjectNode values = (ObjectNode) group.at("/groups/Application/values");
            ObjectNode acls =
                    values.putObject("ACLs").put("mod_policy", "Admins").put("version", "0");
            acls.putObject("value")
                    .putObject("acls")
                    .putObject("qscc/GetTransactionByID")
                    .put("policy_ref", "/Channel/Application/Org1MSP/Admins");
        });
        refused("org1/admin", "peer channel update -c trading -f acl.tx" + ORDERER, "Error: got unexpected status");
        done("org2/admin", "peer channel signconfigtx -f acl.tx");
        done(
                "org1/admin",
                "peer channel update -c trading -f acl.tx" + ORDERER,
                "Successfully submitted channel update");
        String find =
                "peer chaincode query -C trading -n qscc -c '{\"Args\":[\"GetTransactionByID\",\"trading\",\"none\"]}'";
        await("org1/user1", find, "access denied");
        refused("org1/user1", find, "access denied for [GetTransactionByID][trading]");
        refused("org1/admin", find, "Failed to get transaction with id none");
    }

    private void packageChaincode(String label) throws Exception {
        for (ClientNetwork network : networks) {
            Files.writeString(
                    network.work().resolve("connection.json"),
                    "{\"address\":\"127.0.0.1:" + chaincodes.get(network).port()
                            + "\",\"dial_timeout\":\"10s\",\"tls_required\":false}");
            Files.writeString(
                    network.work().resolve("metadata.json"), "{\"type\":\"ccaas\",\"label\":\"" + label + "\"}");
        }
        done(
                "org1/admin",
                "tar czf code.tar.gz connection.json && tar czf " + label + ".tgz metadata.json code.tar.gz"
                        + " && peer lifecycle chaincode calculatepackageid " + label + ".tgz > id.txt");
        for (ClientNetwork network : networks) {
            chaincodes.get(network).serve(network.read("id.txt").strip());
        }
    }

    @Test
    void peer_does_the_whole_lifecycle_of_a_chaincode() throws Exception {
        packageChaincode("kv_1");
        String definition = " -C trading -n kv -v 1.0 --sequence 1";
        String id = " --package-id $(cat id.txt)";
        String lifecycle = "peer lifecycle chaincode ";

        refused("org1/user1", lifecycle + "install kv_1.tgz", "The identity is not an admin under this MSP [Org1MSP]");
        done("org1/admin", lifecycle + "install kv_1.tgz", "Chaincode code package identifier: kv_1:HASH");
        refused("org1/admin", lifecycle + "install kv_1.tgz", "chaincode already successfully installed");
        refused("org1/admin", "printf x > x.tgz && " + lifecycle + "install x.tgz", "Error");
        done("org2/admin", lifecycle + "install kv_1.tgz", "Chaincode code package identifier: kv_1:HASH");
        doneInAnyOrder("org1/admin", lifecycle + "queryinstalled", "Package ID: kv_1:HASH, Label: kv_1");
        done(
                "org1/admin",
                "mkdir -p got && " + lifecycle + "getinstalledpackage" + id + " --output-directory got"
                        + " && cmp got/*.tar.gz kv_1.tgz");
        refused("org1/admin", lifecycle + "getinstalledpackage --package-id kv:nothing", "Error");

        refused("org1/user1", lifecycle + "approveformyorg" + definition + id + ORDERER, "Error");
        refused(
                "org1/admin",
                lifecycle + "approveformyorg -C nowhere -n kv -v 1.0 --sequence 1" + id + ORDERER,
                "Error");
        refused(
                "org1/admin",
                lifecycle + "approveformyorg -C trading -n kv -v 1.0 --sequence 2" + id + ORDERER,
                "sequence");
        done("org1/admin", lifecycle + "approveformyorg" + definition + id + ORDERER, "committed with status (VALID)");
        refused("org1/admin", lifecycle + "approveformyorg" + definition + id + ORDERER, "unchanged content");
        done("org1/admin", lifecycle + "queryapproved -C trading -n kv", "sequence: 1, version: 1.0");
        refused("org2/admin", lifecycle + "queryapproved -C trading -n kv", "Error");
        done("org1/admin", lifecycle + "checkcommitreadiness" + definition, "Org1MSP: true", "Org2MSP: false");
        done("org1/admin", lifecycle + "checkcommitreadiness -O json" + definition, "\"Org2MSP\": false");
        if (is31) {
            doneInAnyOrder("org2/admin", lifecycle + "checkcommitreadiness --inspect" + definition, "Org2MSP");
        }
        refused("org1/admin", lifecycle + "commit" + definition + ORDERER + BOTH, "not agreed to by this org");
        refused("org1/admin", lifecycle + "querycommitted -C trading -n kv", "namespace kv is not defined");

        done("org2/admin", lifecycle + "approveformyorg" + definition + id + ORDERER, "committed with status (VALID)");
        done("org1/admin", lifecycle + "commit" + definition + ORDERER + BOTH + "", "committed with status (VALID)");
        refused("org1/admin", lifecycle + "commit" + definition + ORDERER + BOTH, "requested sequence is 1");
        done("org2/user1", lifecycle + "querycommitted -C trading -n kv", "Version: 1.0, Sequence: 1");
        done("org2/user1", lifecycle + "querycommitted -C trading -n kv -O json", "\"sequence\": 1");
        doneInAnyOrder("org2/user1", lifecycle + "querycommitted -C trading", "Name: asset", "Name: kv");
        refused("org1/admin", lifecycle + "querycommitted -C nowhere", "Error");
        doneInAnyOrder("org1/admin", lifecycle + "queryinstalled -O json | grep -v HASH", "\"label\": \"kv_1\"");

        String put = "peer chaincode invoke -C trading -n kv -c '{\"Args\":[\"put\",\"k\",\"v\"]}'" + ORDERER;
        done("org1/user1", put + BOTH + " --waitForEvent", "Chaincode invoke successful. result: status:200");
        done("org2/user1", "peer chaincode query -C trading -n kv -c '{\"Args\":[\"get\",\"k\"]}'", "v");
        done("org2/user1", "peer chaincode query -x -C trading -n kv -c '{\"Args\":[\"get\",\"k\"]}'", "76");
        refused("org1/user1", put + " --waitForEvent", "ENDORSEMENT_POLICY_FAILURE");
    }

    @Test
    void peer_invokes_and_queries() {
        String create = "peer chaincode invoke -C trading -n asset"
                + " -c '{\"function\":\"CreateAsset\",\"Args\":[\"c1\",\"blue\",\"5\",\"tom\",\"100\"]}'" + ORDERER;
        done(
                "org1/user1",
                create + BOTH + " --waitForEvent",
                "status (VALID) at org2/peer0",
                "payload:\"{\\\"AppraisedValue\\\":100");
        refused("org1/user1", create + BOTH, "the asset c1 already exists");
        done(
                "org2/user1",
                "peer chaincode query -C trading -n asset -c '{\"Args\":[\"ReadAsset\",\"c1\"]}'",
                "\"Owner\":\"tom\"");
        refused(
                "org2/user1",
                "peer chaincode query -C trading -n asset -c '{\"Args\":[\"ReadAsset\",\"none\"]}'",
                "the asset none does not exist");
        refused(
                "org2/user1",
                "peer chaincode query -C trading -n asset -c '{\"Args\":[\"Nothing\"]}'",
                "Undefined contract method called");
        refused(
                "org1/user1",
                "peer chaincode query -C trading -n none -c '{\"Args\":[\"get\"]}'",
                "chaincode none not found");
        refused(
                "org1/user1",
                "peer chaincode query -C nowhere -n none -c '{\"Args\":[\"get\"]}'",
                "channel 'nowhere' not found");
        refused(
                "orderer/admin",
                "CORE_PEER_ADDRESS=$ORG1_PEER0 CORE_PEER_TLS_ROOTCERT_FILE=$ORG1_TLS"
                        + " peer chaincode query -C trading -n asset -c '{\"Args\":[\"GetAllAssets\"]}'",
                "with policy [/Channel/Application/Writers]");
        refused(
                "org1/user1",
                create.replace("c1", "c2") + " --waitForEvent",
                "transaction invalidated with status (ENDORSEMENT_POLICY_FAILURE)");
        done("org1/user1", create.replace("c1", "c3") + BOTH, "Chaincode invoke successful. result: status:200");
    }

    @Test
    void discover_finds_peers_configuration_and_endorsers() throws Exception {
        String configure = " --peerTLSCA $ORG1_TLS --userKey $KEY_DIRECTORY_PATH/sign.key"
                + " --userCert $CERT_DIRECTORY_PATH/sign.crt --MSP Org1MSP saveConfig";
        String server = " --server $ORG1_PEER0";
        done("org1/user1", "discover --configFile user.yaml" + configure);
        done("org1/admin", "discover --configFile admin.yaml" + configure);
        String user = "discover --configFile user.yaml ";
        await("org1/user1", user + "peers --channel trading" + server + " | grep -c Endpoint", "3");
        await("org1/user1", user + "endorsers --channel trading --chaincode asset" + server, "org2/peer0");
        // Peers hear of each other's last block with the next round of gossip.
        await("org1/user1", user + "peers --channel trading" + server + " | grep Height | sort -u | wc -l", "1");

        doneInAnyOrder(
                "org1/user1", user + "peers --channel trading" + server, "org2/peer0", "\"asset\"", "\"_lifecycle\"");
        doneInAnyOrder("org1/admin", "discover --configFile admin.yaml peers" + server, "org1/peer1");
        refused("org1/user1", user + "peers" + server, "access denied");
        doneInAnyOrder("org1/user1", user + "config --channel trading" + server, "\"Org1MSP\"", "\"OrdererMSP\"");
        doneInAnyOrder(
                "org1/user1",
                user + "endorsers --channel trading --chaincode asset" + server,
                "\"quantities_by_group\"");
        doneInAnyOrder(
                "org1/user1", user + "endorsers --channel trading --chaincode _lifecycle" + server, "org2/peer0");
        refused(
                "org1/user1",
                user + "endorsers --channel trading --chaincode none" + server,
                "failed constructing descriptor for chaincodes");
        refused("org1/user1", user + "peers --channel nowhere" + server, "access denied");
    }
}
