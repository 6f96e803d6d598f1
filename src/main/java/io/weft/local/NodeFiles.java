package io.weft.local;

import io.weft.local.NodeDescription.Form;
import io.weft.local.NodeDescription.Kind;
import io.weft.model.Chaincode;
import io.weft.model.LocalChaincode;
import io.weft.model.Names;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.model.Organization;
import io.weft.model.PlatformChoice.Nodes;
import io.weft.model.Workload;
import io.weft.plan.Release;
import io.weft.plan.Release.CaRelease;
import io.weft.plan.Release.ChaincodeRelease;
import io.weft.plan.Release.OrderingNodeRelease;
import io.weft.plan.Release.PeerRelease;
import io.weft.platform.Item;
import io.weft.platform.Wanted;
import io.weft.problem.RejectedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a node's folder has to hold: its description, its keys, and for a program of Fabric the settings that the charts
 * give it too, with this machine's addresses and paths.
 */
final class NodeFiles {
    /** Where a node writes; emptied by a reset. */
    static final String DATA = "data";

    private final Network network;
    private final Names names;
    private final StateFolder folder;
    private final LocalAddresses addresses;
    private final FileItems secrets;
    private final Nodes nodes;
    private final Optional<FabricPrograms> programs;
    private final Path base;

    /**
     * @param base what relative paths of the spec's local forms begin at
     */
    NodeFiles(
            Network network,
            StateFolder folder,
            LocalAddresses addresses,
            FileItems secrets,
            Nodes nodes,
            Optional<FabricPrograms> programs,
            Path base) {
        this.network = network;
        this.names = new Names(network);
        this.folder = folder;
        this.addresses = addresses;
        this.secrets = secrets;
        this.nodes = nodes;
        this.programs = programs;
        this.base = base;
    }

    /**
     * What a node's folder shall hold. Its text form names no content: some of it is keys.
     *
     * @param files relative path to content
     */
    record Contents(NodeDescription description, Map<String, String> files) {
        Contents {
            files = Map.copyOf(files);
        }

        @Override
        public String toString() {
            return description + " with " + files.keySet();
        }
    }

    /** The contents for a release. */
    Contents of(Wanted wanted, String networkId) {
        Release release = wanted.release();
        Contents contents;
        if (release instanceof OrderingNodeRelease node) {
            contents = orderingNode(node, networkId);
        } else if (release instanceof PeerRelease peer) {
            contents = peer(peer, networkId);
        } else if (release instanceof CaRelease ca) {
            contents = ca(ca, networkId);
        } else {
            contents = chaincode((ChaincodeRelease) release, wanted.packageId(), networkId);
        }
        return new Contents(contents.description().withDigest(digest(contents)), contents.files());
    }

    private static String digest(Contents contents) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            NodeDescription node = contents.description();
            List<Object> parts = List.of(
                    node.kind(),
                    node.form(),
                    node.networkId(),
                    new TreeMap<>(node.ports()),
                    node.command(),
                    new TreeMap<>(node.environment()),
                    new TreeMap<>(node.details()),
                    new TreeMap<>(contents.files()));
            return HexFormat.of().formatHex(digest.digest(parts.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java runtime has SHA-256", e);
        }
    }

    private Map<String, String> secret(String namespace, String name) {
        return secrets.find(namespace, name)
                .map(Item::texts)
                .orElseThrow(() -> new RejectedException("Secret `" + namespace + "/" + name
                        + "` does not exist. Make the network with `weft up` first."));
    }

    private FabricPrograms programs() {
        return programs.orElseThrow(() -> new RejectedException(
                "Fabric's programs are not found. Name their folder in FABRIC_BIN, or put them on the PATH."));
    }

    /** The MSP and TLS folders, laid out as the charts mount them. */
    private Map<String, String> identity(NodeRef node) {
        Map<String, String> entries =
                secret(network.organization(node.organization()).namespace(), names.nodeSecret(node));
        Map<String, String> result = new LinkedHashMap<>();
        result.put("msp/config.yaml", entries.get("config.yaml"));
        result.put("msp/cacerts/ca.crt", entries.get("ca.crt"));
        result.put("msp/tlscacerts/tlsca.crt", entries.get("tlsca.crt"));
        result.put("msp/signcerts/cert.pem", entries.get("sign.crt"));
        result.put("msp/keystore/key.pem", entries.get("sign.key"));
        result.put("tls/tls.crt", entries.get("tls.crt"));
        result.put("tls/tls.key", entries.get("tls.key"));
        result.put("tls/tlsca.crt", entries.get("tlsca.crt"));
        if (entries.containsKey("adminca.crt")) {
            result.put("tls/adminca.crt", entries.get("adminca.crt"));
        }
        return result;
    }

    private Map<String, Integer> ports(Release release, String... purposes) {
        Map<String, Integer> result = new LinkedHashMap<>();
        for (String purpose : purposes) {
            result.put(purpose, addresses.port(release, purpose));
        }
        return result;
    }

    private static String on(int port) {
        return LocalAddresses.HOST + ":" + port;
    }

    private Form form() {
        return nodes == Nodes.FABRIC ? Form.PROGRAM : Form.EMBEDDED;
    }

    private Contents node(
            Release release,
            Kind kind,
            String networkId,
            Map<String, Integer> ports,
            List<String> listens,
            List<String> command,
            Map<String, String> environment,
            Map<String, String> files) {
        String key = addresses.key(release);
        boolean fabric = nodes == Nodes.FABRIC;
        Map<String, String> details = new LinkedHashMap<>();
        details.put(
                "mspId", network.organization(release.organization()).mspId().value());
        if (release instanceof CaRelease ca) {
            details.put("caName", names.ca(ca.organization()));
        }
        return new Contents(
                new NodeDescription(
                        key,
                        release.toString(),
                        kind,
                        form(),
                        networkId,
                        "",
                        ports,
                        listens,
                        fabric ? command : List.of(),
                        fabric ? environment : Map.of(),
                        folder.node(key).toString(),
                        details),
                files);
    }

    private Contents orderingNode(OrderingNodeRelease release, String networkId) {
        Organization organization = network.organization(release.organization());
        Workload workload = organization.orderingNode(release.node().node()).workload();
        Path home = folder.node(addresses.key(release));
        Map<String, Integer> ports =
                ports(release, LocalAddresses.MAIN, LocalAddresses.ADMIN, LocalAddresses.OPERATIONS);
        Map<String, String> files = identity(release.node());
        List<String> command = List.of();
        if (nodes == Nodes.FABRIC) {
            command = List.of(programs().program("orderer").toString(), "start");
            Path data = home.resolve(DATA);
            Settings settings = Settings.of(
                            "fabric-orderer", "orderer", network.fabric().version())
                    .over(workload.values().get("config"))
                    .set(LocalAddresses.HOST, "General", "ListenAddress")
                    .set(ports.get(LocalAddresses.MAIN), "General", "ListenPort")
                    .set(home.resolve("tls/tls.crt"), "General", "TLS", "Certificate")
                    .set(home.resolve("tls/tls.key"), "General", "TLS", "PrivateKey")
                    .set(List.of(home.resolve("tls/tlsca.crt").toString()), "General", "TLS", "RootCAs")
                    .set(home.resolve("msp"), "General", "LocalMSPDir")
                    .set(organization.mspId().value(), "General", "LocalMSPID")
                    .set(data.resolve("ledger"), "FileLedger", "Location")
                    .set(data.resolve("etcdraft/wal"), "Consensus", "WALDir")
                    .set(data.resolve("etcdraft/snapshot"), "Consensus", "SnapDir")
                    .set(on(ports.get(LocalAddresses.ADMIN)), "Admin", "ListenAddress")
                    .set(home.resolve("tls/tls.crt"), "Admin", "TLS", "Certificate")
                    .set(home.resolve("tls/tls.key"), "Admin", "TLS", "PrivateKey")
                    .set(List.of(home.resolve("tls/adminca.crt").toString()), "Admin", "TLS", "ClientRootCAs")
                    .set(on(ports.get(LocalAddresses.OPERATIONS)), "Operations", "ListenAddress");
            files.put("orderer.yaml", settings.yaml());
        }
        return node(
                release,
                Kind.ORDERER,
                networkId,
                ports,
                List.of(LocalAddresses.MAIN, LocalAddresses.ADMIN),
                command,
                environment(home, workload),
                files);
    }

    private static Map<String, String> environment(Path home, Workload workload) {
        Map<String, String> result = new LinkedHashMap<>();
        result.put("FABRIC_CFG_PATH", home.toString());
        Object spec = workload.values().get("logging") instanceof Map<?, ?> logging ? logging.get("spec") : null;
        result.put("FABRIC_LOGGING_SPEC", spec == null ? "info" : spec.toString());
        if (workload.values().get("extraEnv") instanceof List<?> list) {
            for (Object entry : list) {
                if (entry instanceof Map<?, ?> variable && variable.get("value") != null) {
                    result.put(String.valueOf(variable.get("name")), String.valueOf(variable.get("value")));
                }
            }
        }
        return result;
    }

    private Contents peer(PeerRelease release, String networkId) {
        Organization organization = network.organization(release.organization());
        Workload workload = organization.peer(release.node().node()).workload();
        Path home = folder.node(addresses.key(release));
        Map<String, Integer> ports =
                ports(release, LocalAddresses.MAIN, LocalAddresses.CHAINCODE, LocalAddresses.OPERATIONS);
        Map<String, String> files = identity(release.node());
        List<String> command = List.of();
        if (nodes == Nodes.FABRIC) {
            command = List.of(programs().program("peer").toString(), "node", "start");
            Path data = home.resolve(DATA);
            String address = on(ports.get(LocalAddresses.MAIN));
            String others = organization.peers().stream()
                    .map(other -> new NodeRef(organization.name(), other.name()))
                    .filter(other -> !other.equals(release.node()))
                    .map(other -> addresses.node(other).toString())
                    .collect(Collectors.joining(" "));
            Settings settings = Settings.of(
                            "fabric-peer", "core", network.fabric().version())
                    .over(workload.values().get("config"))
                    .set(names.node(release.node()), "peer", "id")
                    .set(address, "peer", "listenAddress")
                    .set(address, "peer", "address")
                    .set(on(ports.get(LocalAddresses.CHAINCODE)), "peer", "chaincodeListenAddress")
                    .set(on(ports.get(LocalAddresses.CHAINCODE)), "peer", "chaincodeAddress")
                    .set(organization.mspId().value(), "peer", "localMspId")
                    .set(home.resolve("msp"), "peer", "mspConfigPath")
                    .set(data, "peer", "fileSystemPath")
                    .set(home.resolve("tls/tls.crt"), "peer", "tls", "cert", "file")
                    .set(home.resolve("tls/tls.key"), "peer", "tls", "key", "file")
                    .set(home.resolve("tls/tlsca.crt"), "peer", "tls", "rootcert", "file")
                    .set(List.of(home.resolve("tls/tlsca.crt").toString()), "peer", "tls", "clientRootCAs", "files")
                    .set(others.isEmpty() ? address : others, "peer", "gossip", "bootstrap")
                    .set(address, "peer", "gossip", "externalEndpoint")
                    .set("goleveldb", "ledger", "state", "stateDatabase")
                    .set(data.resolve("snapshots"), "ledger", "snapshots", "rootDir")
                    .set(on(ports.get(LocalAddresses.OPERATIONS)), "operations", "listenAddress")
                    .set(builders(), "chaincode", "externalBuilders");
            files.put("core.yaml", settings.yaml());
        }
        return node(
                release,
                Kind.PEER,
                networkId,
                ports,
                List.of(LocalAddresses.MAIN),
                command,
                environment(home, workload),
                files);
    }

    private List<Map<String, Object>> builders() {
        return programs()
                .builder()
                .map(path -> {
                    Map<String, Object> builder = new LinkedHashMap<>();
                    builder.put("name", "ccaas_builder");
                    builder.put("path", path.toString());
                    builder.put("propagateEnvironment", List.of("CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG"));
                    return List.of(builder);
                })
                .orElse(List.of());
    }

    private Contents ca(CaRelease release, String networkId) {
        Organization organization = network.organization(release.organization());
        Path home = folder.node(addresses.key(release));
        Path data = home.resolve(DATA);
        Map<String, Integer> ports = ports(release, LocalAddresses.MAIN, LocalAddresses.OPERATIONS);
        Map<String, String> keys = secret(organization.namespace(), names.caKeysSecret(organization.name()));
        Map<String, String> server = secret(organization.namespace(), names.caServerSecret(organization.name()));
        Map<String, String> files = new LinkedHashMap<>();
        files.put("ca/ca.crt", keys.get("ca.crt"));
        files.put("ca/ca.key", keys.get("ca.key"));
        files.put("tls/tls.crt", server.get("tls.crt"));
        files.put("tls/tls.key", server.get("tls.key"));
        files.put("tls/tlsca.crt", server.get("tlsca.crt"));
        files.put("registrar/username", server.get("username"));
        files.put("registrar/password", server.get("password"));
        Map<String, String> environment = new LinkedHashMap<>();
        List<String> command = List.of();
        if (nodes == Nodes.FABRIC) {
            command = List.of(programs().program("fabric-ca-server").toString(), "start");
            environment.put("FABRIC_CA_SERVER_HOME", data.toString());
            environment.put("FABRIC_CA_SERVER_LOGLEVEL", "info");
            Settings settings = Settings.of(
                            "fabric-ca",
                            "fabric-ca-server-config",
                            network.fabric().version())
                    .set("8760h", "signing", "default", "expiry")
                    .set("8760h", "signing", "profiles", "tls", "expiry")
                    .set(Map.of(), "affiliations")
                    .over(organization.ca().values().get("config"))
                    .set(network.fabric().caVersion(), "version")
                    .set(ports.get(LocalAddresses.MAIN), "port")
                    .set(LocalAddresses.HOST, "address")
                    .set(home.resolve("tls/tls.crt"), "tls", "certfile")
                    .set(home.resolve("tls/tls.key"), "tls", "keyfile")
                    .set(names.ca(organization.name()), "ca", "name")
                    .set(home.resolve("ca/ca.crt"), "ca", "certfile")
                    .set(home.resolve("ca/ca.key"), "ca", "keyfile")
                    .set(data.resolve("fabric-ca-server.db"), "db", "datasource")
                    .set(data.resolve("keystore"), "bccsp", "sw", "filekeystore", "keystorepath")
                    .set(on(ports.get(LocalAddresses.OPERATIONS)), "operations", "listenAddress")
                    .set(registry(server), "registry");
            files.put(DATA + "/fabric-ca-server-config.yaml", settings.yaml());
        }
        return node(release, Kind.CA, networkId, ports, List.of(LocalAddresses.MAIN), command, environment, files);
    }

    private static Map<String, Object> registry(Map<String, String> server) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("hf.Registrar.Roles", "*");
        attributes.put("hf.Registrar.DelegateRoles", "*");
        attributes.put("hf.Registrar.Attributes", "*");
        attributes.put("hf.Revoker", true);
        attributes.put("hf.GenCRL", true);
        attributes.put("hf.AffiliationMgr", true);
        Map<String, Object> registrar = new LinkedHashMap<>();
        registrar.put("name", server.get("username"));
        registrar.put("pass", server.get("password"));
        registrar.put("type", "client");
        registrar.put("affiliation", "");
        registrar.put("attrs", attributes);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("maxenrollments", -1);
        result.put("identities", List.of(registrar));
        return result;
    }

    private Contents chaincode(ChaincodeRelease release, String packageId, String networkId) {
        Chaincode chaincode = network.channel(release.chaincode().channel())
                .chaincode(release.chaincode().name());
        LocalChaincode local = chaincode.local().orElseThrow(() -> new RejectedException(withoutLocalForm(release)));
        String key = addresses.key(release);
        Path home = folder.node(key);
        Map<String, String> files = new LinkedHashMap<>();
        Map<String, String> details = new LinkedHashMap<>();
        details.put(ContractNode.PACKAGE_ID, packageId);
        if (chaincode.tls()) {
            Map<String, String> entries = secret(
                    network.organization(release.organization()).namespace(),
                    names.chaincodeSecret(
                            release.organization(), release.chaincode().channel(), chaincode.name()));
            files.put("tls/privatekey.pem", entries.get("tls.key"));
            files.put("tls/cert.pem", entries.get("tls.crt"));
            files.put("tls/rootcert.pem", entries.get("client-ca.crt"));
            files.put("tls/client.key", entries.get("client.key"));
            files.put("tls/client.crt", entries.get("client.crt"));
            details.put(ContractNode.TLS, "true");
        }
        Form form;
        Map<String, Integer> ports = Map.of();
        List<String> command = List.of();
        Map<String, String> environment = new LinkedHashMap<>();
        if (local instanceof LocalChaincode.Contract contract) {
            details.put(ContractNode.CLASS, contract.className());
            contract.jar()
                    .ifPresent(jar ->
                            details.put(ContractNode.JAR, base.resolve(jar).toString()));
            form = nodes == Nodes.FABRIC ? Form.CONTRACT : Form.EMBEDDED;
            ports = nodes == Nodes.FABRIC ? ports(release, LocalAddresses.MAIN) : Map.of();
        } else if (local instanceof LocalChaincode.Command program) {
            form = nodes == Nodes.FABRIC ? Form.PROGRAM : Form.EMBEDDED;
            command = program.command();
            // Embedded peers find it a port when they need it, and may be dialed by it. With TLS it is as Fabric's
            // peers want it.
            if (nodes == Nodes.FABRIC || chaincode.tls()) {
                ports = ports(release, LocalAddresses.MAIN);
                environment.putAll(service(release, chaincode, packageId, ports.get(LocalAddresses.MAIN), home));
            }
            environment.putAll(chaincode.environment());
        } else {
            details.put("address", ((LocalChaincode.Address) local).address().toString());
            form = nodes == Nodes.FABRIC ? Form.ELSEWHERE : Form.EMBEDDED;
        }
        details.put(
                "mspId", network.organization(release.organization()).mspId().value());
        return new Contents(
                new NodeDescription(
                        key,
                        release.toString(),
                        Kind.CHAINCODE,
                        form,
                        networkId,
                        "",
                        ports,
                        List.copyOf(ports.keySet()),
                        command,
                        environment,
                        base.toString(),
                        details),
                files);
    }

    /** What a chaincode that has only an image is refused with. */
    static String withoutLocalForm(ChaincodeRelease release) {
        return "Chaincode `" + release.chaincode() + "` has only an image, and there are no images on this machine. Add"
                + " beside `image` a `local:` form: `{class: com.acme.AssetContract, jar: asset.jar}`,"
                + " `{command: [node, index.js]}` or `{address: \"127.0.0.1:9999\"}`; or use `--platform kubernetes`.";
    }

    /** What the chart tells a chaincode's container, under each of the names that are in use. */
    private Map<String, String> service(
            ChaincodeRelease release, Chaincode chaincode, String packageId, int port, Path home) {
        Map<String, String> result = new LinkedHashMap<>();
        result.put("CHAINCODE_SERVER_ADDRESS", on(port));
        result.put("CHAINCODE_ID", packageId);
        result.put("CORE_CHAINCODE_ID_NAME", packageId);
        result.put(
                "CORE_PEER_LOCALMSPID",
                network.organization(release.organization()).mspId().value());
        result.put("CHAINCODE_TLS_DISABLED", String.valueOf(!chaincode.tls()));
        result.put("CORE_PEER_TLS_ENABLED", String.valueOf(chaincode.tls()));
        if (chaincode.tls()) {
            String key = home.resolve("tls/privatekey.pem").toString();
            String certificate = home.resolve("tls/cert.pem").toString();
            String root = home.resolve("tls/rootcert.pem").toString();
            result.put("CHAINCODE_TLS_KEY", key);
            result.put("CHAINCODE_TLS_CERT", certificate);
            result.put("CORE_TLS_CLIENT_KEY_FILE", key);
            result.put("CORE_TLS_CLIENT_CERT_FILE", certificate);
            result.put("CORE_TLS_CLIENT_KEY_PATH", key);
            result.put("CORE_TLS_CLIENT_CERT_PATH", certificate);
            result.put("CHAINCODE_CLIENT_CA_CERT", root);
            result.put("CORE_PEER_TLS_ROOTCERT_FILE", root);
        }
        return result;
    }
}
