package io.weft.local;

import io.weft.embedded.ca.CertificateAuthorityServer;
import io.weft.embedded.chaincode.ChaincodeRuntimes;
import io.weft.embedded.chaincode.ChaincodeSource;
import io.weft.embedded.orderer.OrderingNode;
import io.weft.embedded.orderer.OrderingService;
import io.weft.embedded.peer.Neighbourhood;
import io.weft.embedded.peer.PeerNode;
import io.weft.model.HostPort;
import io.weft.model.MspId;
import io.weft.msp.LocalMsp;
import io.weft.msp.OrganizationMsp;
import io.weft.pki.Certificate;
import io.weft.pki.Credential;
import io.weft.problem.RejectedException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The embedded nodes of one network, which share an ordering service, the code of chaincode and each other. What they share
 * begins with the first node and ends with the last, so that a network whose ledgers are gone finds no trace of them.
 */
final class EmbeddedNodes implements AutoCloseable {
    private final StateFolder folder;
    private final SecureRandom random = new SecureRandom();
    private final ChaincodeRuntimes chaincodes = new ChaincodeRuntimes();
    private Optional<Shared> shared = Optional.empty();
    private int users;

    EmbeddedNodes(StateFolder folder) {
        this.folder = folder;
    }

    private record Shared(OrderingService ordering, Neighbourhood neighbourhood) {}

    /** Starts a node, or makes the code of a chaincode known. */
    LocalNode start(NodeDescription node) {
        return switch (node.kind()) {
            case ORDERER -> sharing(() -> OrderingNode.start(orderer(node), shared().ordering()));
            case PEER -> sharing(() -> PeerNode.start(peer(node), shared().neighbourhood()));
            case CA -> new Running(CertificateAuthorityServer.start(ca(node), Clock.systemUTC()), () -> {});
            case CHAINCODE -> {
                LocalNode running = isService(node) ? ProgramNode.start(folder, node) : new Running(() -> {}, () -> {});
                chaincodes.register(node.details().get(ContractNode.PACKAGE_ID), source(node));
                yield running;
            }
        };
    }

    /** Whether a chaincode's command listens at a port that weft gave it, whoever calls. */
    private static boolean isService(NodeDescription node) {
        return !node.command().isEmpty() && !node.ports().isEmpty();
    }

    private LocalNode sharing(Supplier<AutoCloseable> start) {
        enter();
        try {
            return new Running(start.get(), this::leave);
        } catch (RuntimeException e) {
            leave();
            throw e;
        }
    }

    private synchronized void enter() {
        if (users++ == 0) {
            OrderingService ordering = new OrderingService(Clock.systemUTC());
            shared = Optional.of(new Shared(ordering, new Neighbourhood(ordering, chaincodes)));
        }
    }

    private synchronized Shared shared() {
        return shared.orElseThrow();
    }

    private synchronized void leave() {
        if (--users == 0) {
            shared().neighbourhood().close();
            shared().ordering().close();
            shared = Optional.empty();
        }
    }

    /** A node of this process. */
    private static final class Running implements LocalNode {
        private final AutoCloseable node;
        private final Runnable afterwards;
        private boolean closed;

        Running(AutoCloseable node, Runnable afterwards) {
            this.node = node;
            this.afterwards = afterwards;
        }

        @Override
        public synchronized void close() {
            if (closed) {
                return;
            }
            closed = true;
            try {
                node.close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("Not thrown by a node", e);
            } finally {
                afterwards.run();
            }
        }
    }

    private String file(NodeDescription node, String name) {
        Path file = folder.node(node.key()).resolve(name);
        return StateFolder.read(file)
                .orElseThrow(() -> new RejectedException("There is no `" + file + "`. Run `weft up`."));
    }

    private Certificate certificate(NodeDescription node, String name) {
        return Certificate.parse(file(node, name));
    }

    private Credential credential(NodeDescription node, String certificate, String key) {
        return Credential.parse(file(node, certificate), file(node, key), random);
    }

    private LocalMsp msp(NodeDescription node) {
        OrganizationMsp organization = new OrganizationMsp(
                new MspId(node.details().get("mspId")),
                certificate(node, "msp/cacerts/ca.crt"),
                certificate(node, "msp/tlscacerts/tlsca.crt"));
        return new LocalMsp(organization, credential(node, "msp/signcerts/cert.pem", "msp/keystore/key.pem"));
    }

    private static InetSocketAddress listen(NodeDescription node, String purpose) {
        return LocalAddresses.socket(node.ports().get(purpose));
    }

    private Path data(NodeDescription node) {
        return folder.node(node.key()).resolve(NodeFiles.DATA);
    }

    private OrderingNode.Settings orderer(NodeDescription node) {
        return new OrderingNode.Settings(
                node.title(),
                msp(node),
                credential(node, "tls/tls.crt", "tls/tls.key"),
                List.of(certificate(node, "tls/tlsca.crt")),
                List.of(certificate(node, "tls/adminca.crt")),
                listen(node, LocalAddresses.MAIN),
                listen(node, LocalAddresses.ADMIN),
                listen(node, LocalAddresses.OPERATIONS),
                data(node));
    }

    private PeerNode.Settings peer(NodeDescription node) {
        return new PeerNode.Settings(
                node.title(),
                msp(node),
                credential(node, "tls/tls.crt", "tls/tls.key"),
                List.of(certificate(node, "tls/tlsca.crt")),
                listen(node, LocalAddresses.MAIN),
                listen(node, LocalAddresses.OPERATIONS),
                new HostPort(LocalAddresses.HOST, node.ports().get(LocalAddresses.MAIN)),
                data(node));
    }

    private CertificateAuthorityServer.Settings ca(NodeDescription node) {
        return new CertificateAuthorityServer.Settings(
                node.details().get("caName"),
                credential(node, "ca/ca.crt", "ca/ca.key"),
                credential(node, "tls/tls.crt", "tls/tls.key"),
                file(node, "registrar/username"),
                file(node, "registrar/password"),
                listen(node, LocalAddresses.MAIN),
                data(node));
    }

    private ChaincodeSource source(NodeDescription node) {
        if (!node.command().isEmpty() && !isService(node)) {
            return new ChaincodeSource.Command(
                    node.command(), node.environment(), Path.of(node.workFolder()), folder.log(node.key()));
        }
        Optional<HostPort> address = address(node);
        if (address.isPresent()) {
            return new ChaincodeSource.Address(
                    address.get(),
                    node.details().containsKey(ContractNode.TLS)
                            ? Optional.of(new ChaincodeSource.Tls(
                                    List.of(certificate(node, "tls/rootcert.pem")),
                                    Optional.of(credential(node, "tls/client.crt", "tls/client.key"))))
                            : Optional.empty());
        }
        return ContractNode.source(node);
    }

    private static Optional<HostPort> address(NodeDescription node) {
        if (isService(node)) {
            return Optional.of(new HostPort(LocalAddresses.HOST, node.ports().get(LocalAddresses.MAIN)));
        }
        return Optional.ofNullable(node.details().get("address")).map(HostPort::parse);
    }

    @Override
    public void close() {
        chaincodes.close();
    }
}
