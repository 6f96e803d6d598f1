package io.weft.testing;

import io.weft.channel.ChannelParticipation;
import io.weft.channel.GenesisBlock;
import io.weft.model.Channel;
import io.weft.model.HostPort;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.msp.LocalMsp;
import io.weft.pki.Credential;
import io.weft.protocol.Dialer;
import io.weft.protocol.Endpoint;
import io.weft.protocol.OrdererConnection;
import io.weft.protocol.PeerConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The ordering nodes and peers of a network as processes on the loopback, with keys that weft made. Each node keeps its
 * files and its log in a folder of its own below the given one.
 */
public final class LocalFabric implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(30);

    private final FabricPrograms programs;
    private final Network network;
    private final Path folder;
    private final Identities identities;
    private final Dialer dialer = new Dialer();
    private final Map<NodeRef, Map<String, Integer>> ports = new HashMap<>();
    private final Map<NodeRef, Process> processes = new HashMap<>();
    private final Map<NodeRef, PeerConnection> peers = new HashMap<>();
    private final Map<NodeRef, OrdererConnection> orderers = new HashMap<>();

    private LocalFabric(FabricPrograms programs, Network network, Path folder) {
        this.programs = programs;
        this.network = network;
        this.folder = folder;
        this.identities = new Identities(network);
    }

    /** Starts all nodes and returns when they listen. */
    public static LocalFabric start(FabricPrograms programs, Network network, Path folder) {
        LocalFabric result = new LocalFabric(programs, network, folder);
        try {
            List<NodeRef> nodes = new ArrayList<>();
            network.orderingNodes().forEach(nodes::add);
            network.peers().forEach(nodes::add);
            nodes.forEach(node -> result.ports.put(node, freePorts("main", "admin", "chaincode", "operations")));
            network.orderingNodes().forEach(result::startOrderer);
            network.peers().forEach(result::startPeer);
            nodes.forEach(result::awaitListening);
            return result;
        } catch (RuntimeException e) {
            result.close();
            throw e;
        }
    }

    public Network network() {
        return network;
    }

    public Identities identities() {
        return identities;
    }

    public Dialer dialer() {
        return dialer;
    }

    public PeerConnection peer(String organization, String name) {
        return peers.computeIfAbsent(
                new NodeRef(organization, name),
                node -> dialer.peer(endpoint(node, "main", Optional.of(identities.adminTls(organization)))));
    }

    public OrdererConnection orderer(String name) {
        return orderers.computeIfAbsent(
                new NodeRef("orderer", name), node -> dialer.orderer(endpoint(node, "main", Optional.empty())));
    }

    public List<OrdererConnection> orderers() {
        return network.orderingNodes().map(node -> orderer(node.node())).toList();
    }

    public ChannelParticipation participation(String orderer) {
        return participation(orderer, identities.adminTls("orderer"));
    }

    /** As the other, with another client certificate. */
    public ChannelParticipation participation(String orderer, Credential client) {
        return new ChannelParticipation(
                dialer.https(endpoint(new NodeRef("orderer", orderer), "admin", Optional.of(client))));
    }

    /** How to reach a node's main or admin listener. */
    public Endpoint endpoint(NodeRef node, String listener, Optional<Credential> client) {
        int port = ports.get(node).get(listener);
        return TestNodes.endpoint(identities, node, new HostPort("127.0.0.1", port), client);
    }

    /** Where other nodes reach a node. */
    public HostPort address(NodeRef node) {
        return new HostPort("localhost", ports.get(node).get("main"));
    }

    /** A new block 0 for a channel of this network. */
    public GenesisBlock genesis(Channel channel) {
        return TestNodes.genesis(network, channel, identities, this::address);
    }

    /** Kills a node without warning. */
    public void kill(NodeRef node) {
        Process process = processes.get(node);
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts a node that was killed, on its old files. */
    public void restart(NodeRef node) {
        if (network.orderingNodes().anyMatch(node::equals)) {
            startOrderer(node);
        } else {
            startPeer(node);
        }
        awaitListening(node);
    }

    private void startOrderer(NodeRef node) {
        Path home = home(node);
        Map<String, Integer> port = ports.get(node);
        // Values that both lines of Fabric know: the older refuses keys of the newer, and the other way round.
        write(home.resolve("orderer.yaml"), """
                General:
                  ListenAddress: 127.0.0.1
                  ListenPort: %d
                  TLS:
                    Enabled: true
                    PrivateKey: tls/server.key
                    Certificate: tls/server.crt
                    RootCAs: [tls/ca.crt]
                    ClientAuthRequired: false
                  Keepalive:
                    ServerMinInterval: 60s
                    ServerInterval: 7200s
                    ServerTimeout: 20s
                  MaxRecvMsgSize: 104857600
                  MaxSendMsgSize: 104857600
                  BootstrapMethod: none
                  LocalMSPDir: msp
                  LocalMSPID: %s
                  Authentication:
                    TimeWindow: 15m
                FileLedger:
                  Location: data/ledger
                Operations:
                  ListenAddress: 127.0.0.1:%d
                Metrics:
                  Provider: disabled
                Admin:
                  ListenAddress: 127.0.0.1:%d
                  TLS:
                    Enabled: true
                    Certificate: tls/server.crt
                    PrivateKey: tls/server.key
                    ClientAuthRequired: true
                    ClientRootCAs: [tls/adminca.crt]
                ChannelParticipation:
                  Enabled: true
                  MaxRequestBodySize: 4 MB
                Consensus:
                  WALDir: data/etcdraft/wal
                  SnapDir: data/etcdraft/snapshot
                """.formatted(
                        port.get("main"),
                        network.organization(node.organization()).mspId(),
                        port.get("operations"),
                        port.get("admin")));
        launch(node, home, "orderer", "start");
    }

    private void startPeer(NodeRef node) {
        Path home = home(node);
        Map<String, Integer> port = ports.get(node);
        NodeRef first = new NodeRef(
                node.organization(),
                network.organization(node.organization()).peers().get(0).name());
        write(home.resolve("core.yaml"), """
                peer:
                  id: %1$s
                  networkId: test
                  listenAddress: 127.0.0.1:%2$d
                  chaincodeListenAddress: 127.0.0.1:%3$d
                  address: localhost:%2$d
                  fileSystemPath: data
                  mspConfigPath: msp
                  localMspId: %4$s
                  localMspType: bccsp
                  BCCSP: {Default: SW, SW: {Hash: SHA2, Security: 256}}
                  gateway: {enabled: true, endorsementTimeout: 30s, broadcastTimeout: 30s, dialTimeout: 2m}
                  keepalive: {interval: 7200s, timeout: 20s, minInterval: 60s}
                  tls:
                    enabled: true
                    cert: {file: tls/server.crt}
                    key: {file: tls/server.key}
                    rootcert: {file: tls/ca.crt}
                  authentication: {timewindow: 15m}
                  gossip:
                    bootstrap: %5$s
                    endpoint: localhost:%2$d
                    externalEndpoint: localhost:%2$d
                    useLeaderElection: false
                    orgLeader: true
                    membershipTrackerInterval: 1s
                    publishStateInfoInterval: 500ms
                    requestStateInfoInterval: 500ms
                    pullInterval: 1s
                    aliveTimeInterval: 500ms
                    aliveExpirationTimeout: 5s
                    reconnectInterval: 1s
                    publishCertPeriod: 1s
                    maxBlockCountToStore: 10
                    maxPropagationBurstLatency: 10ms
                    maxPropagationBurstSize: 10
                    propagateIterations: 1
                    propagatePeerNum: 3
                    pullPeerNum: 3
                    dialTimeout: 3s
                    connTimeout: 2s
                    recvBuffSize: 20
                    sendBuffSize: 200
                    digestWaitTime: 1s
                    requestWaitTime: 1500ms
                    responseWaitTime: 2s
                    maxConnectionAttempts: 120
                    msgExpirationFactor: 20
                    pvtData:
                      pullRetryThreshold: 5s
                      transientstoreMaxBlockRetention: 1000
                      pushAckTimeout: 3s
                      btlPullMargin: 10
                      reconcileBatchSize: 10
                      reconcileSleepInterval: 5s
                      reconciliationEnabled: true
                      implicitCollectionDisseminationPolicy: {requiredPeerCount: 0, maxPeerCount: 1}
                    state: {enabled: false}
                  deliveryclient:
                    blockGossipEnabled: false
                    reconnectTotalTimeThreshold: 3600s
                    connTimeout: 3s
                    reConnectBackoffThreshold: 1s
                  handlers:
                    authFilters: [{name: DefaultAuth}, {name: ExpirationCheck}%9$s]
                    decorators: [{name: DefaultDecorator}]
                    endorsers: {escc: {name: DefaultEndorsement}}
                    validators: {vscc: {name: DefaultValidation}}
                  discovery: {enabled: true, authCacheEnabled: true, authCacheMaxSize: 1000}
                  limits: {concurrency: {endorserService: 2500, deliverService: 2500, gatewayService: 500}}
                  maxRecvMsgSize: 104857600
                  maxSendMsgSize: 104857600
                vm: {endpoint: ""}
                chaincode:
                  externalBuilders:
                    - {name: ccaas_builder, path: %6$s, propagateEnvironment: [CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG]}
                  installTimeout: 300s
                  startuptimeout: 300s
                  executetimeout: 30s
                  mode: net
                  keepalive: 0
                  system: {_lifecycle: enable, cscc: enable, qscc: enable}
                  logging: {level: info, shim: warning}
                ledger:
                  state: {stateDatabase: goleveldb, totalQueryLimit: 100000}
                  history: {enableHistoryDatabase: true}
                  pvtdataStore:
                    collElgProcMaxDbBatchSize: 5000
                    collElgProcDbBatchesInterval: 1000
                    deprioritizedDataReconcilerInterval: 60m
                    purgeInterval: 100
                  snapshots: {rootDir: %7$s}
                operations: {listenAddress: "127.0.0.1:%8$d"}
                metrics: {provider: disabled}
                """.formatted(
                        node.organization() + "-" + node.node(),
                        port.get("main"),
                        port.get("chaincode"),
                        network.organization(node.organization()).mspId(),
                        address(first),
                        programs.builder().toAbsolutePath(),
                        home.resolve("data/snapshots"),
                        port.get("operations"),
                        programs.version().isAtLeast(3, 0) ? ", {name: TimeWindowCheck}" : ""));
        launch(node, home, "peer", "node", "start");
    }

    private Path home(NodeRef node) {
        Path home = folder.resolve(node.organization()).resolve(node.node()).toAbsolutePath();
        LocalMsp msp = new LocalMsp(identities.msps().get(node.organization()), identities.signing(node));
        msp.files().forEach((name, text) -> write(home.resolve("msp").resolve(name), text));
        Credential tls = identities.tls(node);
        write(home.resolve("tls/server.crt"), tls.certificatePem());
        write(home.resolve("tls/server.key"), tls.keyPem());
        write(
                home.resolve("tls/ca.crt"),
                identities.tlsAuthority(node.organization()).certificate().pem());
        write(
                home.resolve("tls/adminca.crt"),
                identities.adminAuthority(node.organization()).certificate().pem());
        return home;
    }

    private void launch(NodeRef node, Path home, String program, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(programs.folder().resolve(program).toAbsolutePath().toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(home.resolve("log").toFile()));
        builder.environment().put("FABRIC_CFG_PATH", home.toString());
        builder.environment().put("FABRIC_LOGGING_SPEC", "info");
        try {
            processes.put(node, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitListening(NodeRef node) {
        Instant end = Instant.now().plus(START);
        for (String listener :
                network.orderingNodes().anyMatch(node::equals) ? List.of("main", "admin") : List.of("main")) {
            InetSocketAddress address = new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), ports.get(node).get(listener));
            while (!listens(address)) {
                if (Instant.now().isAfter(end) || !processes.get(node).isAlive()) {
                    throw new IllegalStateException("`" + node + "` does not listen:\n" + log(node));
                }
                try {
                    TimeUnit.MILLISECONDS.sleep(20);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private static boolean listens(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The folder of a node's configuration. */
    public Path configuration(NodeRef node) {
        return folder.resolve(node.organization()).resolve(node.node()).toAbsolutePath();
    }

    /** What a node has printed. */
    public String log(NodeRef node) {
        try {
            return Files.readString(
                    folder.resolve(node.organization()).resolve(node.node()).resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Integer> freePorts(String... names) {
        Map<String, Integer> result = new HashMap<>();
        for (String name : names) {
            result.put(name, FreePorts.next());
        }
        return result;
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        dialer.close();
        processes.values().forEach(Process::destroyForcibly);
        processes.values().forEach(process -> process.onExit().join());
    }
}
