package io.weft.node;

import io.weft.model.MspId;
import io.weft.msp.LocalMsp;
import io.weft.msp.OrganizationMsp;
import io.weft.pki.CertificateAuthority;
import io.weft.pki.Credential;
import io.weft.pki.DistinguishedName;
import io.weft.pki.Profile;
import io.weft.pki.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;

/** What a node finds in a pod of the charts: the files below a folder, and an environment that gives it free ports. */
final class Pod {
    private static final Duration VALIDITY = Duration.ofDays(2);

    final CertificateAuthority ca = authority("ca");
    final CertificateAuthority tlsCa = authority("tlsca");
    final Map<String, String> environment = new HashMap<>();
    private final Path folder;

    Pod(Path folder) {
        this.folder = folder;
    }

    static CertificateAuthority authority(String name) {
        return CertificateAuthority.create(DistinguishedName.of(name), VALIDITY, Clock.systemUTC(), new SecureRandom());
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    void write(String name, String text) throws IOException {
        Files.createDirectories(path(name).getParent());
        Files.writeString(path(name), text);
    }

    /** The configuration that a chart renders, with paths in this folder. */
    String rendered(String chart, String file) throws IOException {
        Path manifest = Path.of("src/test/resources/golden/charts", chart, "manifest.yaml");
        for (Object document : new Yaml().loadAll(Files.readString(manifest))) {
            if (document instanceof Map<?, ?> object
                    && object.get("data") instanceof Map<?, ?> data
                    && data.get(file) instanceof String text) {
                return text.replace("/etc/hyperledger", path("etc").toString())
                        .replace("/var/hyperledger", path("var").toString());
            }
        }
        throw new AssertionError(manifest + " has no " + file);
    }

    /** The identity of a peer or ordering node, as the charts mount it. */
    void identify(Role role) throws IOException {
        Credential signer = ca.issue(DistinguishedName.of("node0"), new Profile.Enrollment(role, Map.of()), VALIDITY);
        LocalMsp msp =
                new LocalMsp(new OrganizationMsp(new MspId("Org1MSP"), ca.certificate(), tlsCa.certificate()), signer);
        for (Map.Entry<String, String> file : msp.files().entrySet()) {
            write("etc/fabric/msp/" + file.getKey(), file.getValue());
        }
        tls("etc/fabric/tls/");
        write("etc/fabric/tls/adminca.crt", authority("adminca").certificate().pem());
        environment.put("FABRIC_CFG_PATH", path("etc/fabric").toString());
    }

    private void tls(String prefix) throws IOException {
        Credential tls = tlsCa.issue(
                DistinguishedName.of("node0"), new Profile.TlsServer(List.of("localhost", "127.0.0.1")), VALIDITY);
        write(prefix + "tls.crt", tls.certificatePem());
        write(prefix + "tls.key", tls.keyPem());
        write(prefix + "tlsca.crt", tlsCa.certificate().pem());
    }

    Pod orderer() throws IOException {
        identify(Role.ORDERER);
        write("etc/fabric/orderer.yaml", rendered("fabric-orderer/minimal", "orderer.yaml"));
        environment.put("ORDERER_GENERAL_LISTENADDRESS", "127.0.0.1");
        environment.put("ORDERER_GENERAL_LISTENPORT", "0");
        environment.put("ORDERER_ADMIN_LISTENADDRESS", "127.0.0.1:0");
        environment.put("ORDERER_OPERATIONS_LISTENADDRESS", "127.0.0.1:0");
        return this;
    }

    Pod peer() throws IOException {
        identify(Role.PEER);
        write("etc/fabric/core.yaml", rendered("fabric-peer/minimal", "core.yaml"));
        environment.put("CORE_PEER_LISTENADDRESS", "127.0.0.1:0");
        environment.put("CORE_OPERATIONS_LISTENADDRESS", "127.0.0.1:0");
        return this;
    }

    /** With what the chart's script adds to the configuration when the pod starts. */
    Pod ca() throws IOException {
        write("etc/fabric-ca/ca/ca.crt", ca.credential().certificatePem());
        write("etc/fabric-ca/ca/ca.key", ca.credential().keyPem());
        tls("etc/fabric-ca/tls/");
        write(
                "var/fabric-ca/fabric-ca-server-config.yaml",
                rendered("fabric-ca/minimal", "fabric-ca-server-config.yaml")
                        + "registry:\n  maxenrollments: -1\n  identities:\n  - name: 'admin'\n    pass: 'it''s secret'\n"
                        + rendered("fabric-ca/minimal", "registrar.yaml"));
        environment.put("FABRIC_CA_SERVER_HOME", path("var/fabric-ca").toString());
        environment.put("FABRIC_CA_SERVER_LOGLEVEL", "info");
        environment.put("FABRIC_CA_SERVER_ADDRESS", "127.0.0.1");
        environment.put("FABRIC_CA_SERVER_PORT", "0");
        environment.put("FABRIC_CA_SERVER_OPERATIONS_LISTENADDRESS", "127.0.0.1:0");
        return this;
    }
}
