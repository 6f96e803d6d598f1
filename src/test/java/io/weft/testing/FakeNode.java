package io.weft.testing;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import io.grpc.netty.shaded.io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.weft.model.HostPort;
import io.weft.model.MspId;
import io.weft.pki.CertificateAuthority;
import io.weft.pki.Credential;
import io.weft.pki.DistinguishedName;
import io.weft.pki.Profile;
import io.weft.pki.Role;
import io.weft.protocol.Endpoint;
import io.weft.protocol.Signer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A gRPC server with TLS that plays a node: it says what a test has it say. */
public final class FakeNode implements AutoCloseable {
    private static final Duration VALIDITY = Duration.ofDays(1);
    private static final CertificateAuthority CA =
            CertificateAuthority.create(DistinguishedName.of("ca"), VALIDITY, Clock.systemUTC(), new SecureRandom());

    private final String name;
    private final Server server;

    /** A node whose certificate names {@code <name>.example}. */
    public FakeNode(String name, BindableService service) {
        this(name, 0, service);
    }

    /** As the other constructor, on a given port. */
    public FakeNode(String name, int port, BindableService service) {
        this.name = name;
        Credential credential =
                CA.issue(DistinguishedName.of(name), new Profile.TlsServer(List.of(name + ".example")), VALIDITY);
        try {
            server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .sslContext(GrpcSslContexts.configure(
                                    SslContextBuilder.forServer(
                                            credential.key().privateKey(),
                                            credential.certificate().x509()),
                                    SslProvider.JDK)
                            .trustManager(InsecureTrustManagerFactory.INSTANCE)
                            .clientAuth(ClientAuth.OPTIONAL)
                            .build())
                    .addService(service)
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it is, and how it is known. */
    public Endpoint endpoint() {
        return endpointNamed(name + ".example");
    }

    /** Where it is, under a name that its certificate may lack. */
    public Endpoint endpointNamed(String host) {
        return new Endpoint(
                "test/" + name,
                new HostPort("127.0.0.1", server.getPort()),
                new HostPort(host, 7051),
                List.of(CA.certificate().pem()),
                Optional.of(CA.issue(DistinguishedName.of("client"), new Profile.TlsClient(), VALIDITY)));
    }

    /** A client of {@code Org1MSP}. */
    public static Signer signer() {
        return new Signer(
                new MspId("Org1MSP"),
                CA.issue(DistinguishedName.of("user"), new Profile.Enrollment(Role.CLIENT, Map.of()), VALIDITY));
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
