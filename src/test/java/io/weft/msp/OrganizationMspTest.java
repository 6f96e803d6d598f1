package io.weft.msp;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.model.MspId;
import io.weft.pki.CertificateAuthority;
import io.weft.pki.Credential;
import io.weft.pki.DistinguishedName;
import io.weft.pki.Profile;
import io.weft.pki.Role;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.hyperledger.fabric.protos.msp.FabricMSPConfig;
import org.hyperledger.fabric.protos.msp.FabricOUIdentifier;
import org.hyperledger.fabric.protos.msp.MSPConfig;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

class OrganizationMspTest {
    private final SecureRandom random = new SecureRandom();
    private final CertificateAuthority ca = authority("org1-ca");
    private final CertificateAuthority tlsCa = authority("org1-ca-tls");
    private final OrganizationMsp msp =
            new OrganizationMsp(new MspId("Org1MSP"), ca.certificate(), tlsCa.certificate());

    private CertificateAuthority authority(String name) {
        return CertificateAuthority.create(DistinguishedName.of(name), Duration.ofDays(1), Clock.systemUTC(), random);
    }

    @Test
    void the_configuration_names_the_ca_as_certifier_of_all_four_units() {
        Map<String, Map<String, Object>> yaml = new Yaml().load(NodeOus.configYaml());

        assertThat(yaml.get("NodeOUs"))
                .containsOnlyKeys(
                        "Enable", "ClientOUIdentifier", "PeerOUIdentifier", "AdminOUIdentifier", "OrdererOUIdentifier")
                .containsEntry("Enable", true)
                .containsEntry(
                        "OrdererOUIdentifier",
                        Map.of("Certificate", "cacerts/ca.crt", "OrganizationalUnitIdentifier", "orderer"));
    }

    @Test
    void the_message_is_what_a_channel_carries() throws Exception {
        MSPConfig message = msp.toProto();

        assertThat(message.getType()).isZero();
        FabricMSPConfig config = FabricMSPConfig.parseFrom(message.getConfig());
        assertThat(config.getName()).isEqualTo("Org1MSP");
        assertThat(config.getRootCertsList())
                .singleElement()
                .extracting(bytes -> bytes.toStringUtf8())
                .isEqualTo(ca.certificate().pem());
        assertThat(config.getTlsRootCertsList())
                .singleElement()
                .extracting(bytes -> bytes.toStringUtf8())
                .isEqualTo(tlsCa.certificate().pem());
        assertThat(config.getAdminsList()).isEmpty();
        assertThat(config.getCryptoConfig().getSignatureHashFamily()).isEqualTo("SHA2");
        assertThat(config.getCryptoConfig().getIdentityIdentifierHashFunction()).isEqualTo("SHA256");
        assertThat(config.getFabricNodeOus().getEnable()).isTrue();
        FabricOUIdentifier admin = config.getFabricNodeOus().getAdminOuIdentifier();
        assertThat(admin.getOrganizationalUnitIdentifier()).isEqualTo("admin");
        assertThat(admin.getCertificate().toStringUtf8())
                .isEqualTo(ca.certificate().pem());
    }

    @Test
    void the_same_organization_gives_the_same_bytes() {
        OrganizationMsp again = new OrganizationMsp(
                new MspId("Org1MSP"),
                io.weft.pki.Certificate.parse(ca.certificate().pem().replace("\n", "\r\n")),
                tlsCa.certificate());

        assertThat(again.toProto().toByteString()).isEqualTo(msp.toProto().toByteString());
    }

    @Test
    void the_folder_of_an_identity_is_the_organizations_with_certificate_and_key() throws Exception {
        Credential peer =
                ca.issue(DistinguishedName.of("p"), new Profile.Enrollment(Role.PEER, Map.of()), Duration.ofHours(1));
        LocalMsp local = new LocalMsp(msp, peer);

        assertThat(local.files())
                .containsAllEntriesOf(msp.files())
                .containsEntry("signcerts/sign.crt", peer.certificatePem())
                .containsEntry("keystore/sign.key", peer.keyPem())
                .hasSize(5);
        assertThat(msp.files().values()).noneMatch(text -> text.contains("PRIVATE KEY"));
        SerializedIdentity identity = local.serializedIdentity();
        assertThat(identity.getMspid()).isEqualTo("Org1MSP");
        assertThat(identity.getIdBytes().toStringUtf8()).isEqualTo(peer.certificatePem());
        assertThat(local.toString()).doesNotContain("PRIVATE");
    }
}
