package io.weft.embedded.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.model.ConsensusType;
import io.weft.model.MspId;
import io.weft.pki.Credential;
import io.weft.pki.EcdsaSignature;
import io.weft.pki.Role;
import io.weft.protocol.Signer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.hyperledger.fabric.protos.common.CombinedPrincipal;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.MSPIdentityAnonymity;
import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.common.MSPRole;
import org.hyperledger.fabric.protos.common.OrganizationUnit;
import org.hyperledger.fabric.protos.msp.FabricMSPConfig;
import org.hyperledger.fabric.protos.msp.FabricOUIdentifier;
import org.hyperledger.fabric.protos.msp.MSPConfig;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IdentityTest {
    private static final TestChannel CHANNEL = new TestChannel(ConsensusType.RAFT, 1);
    private static final ChannelView VIEW = CHANNEL.view();
    private static final Credential CA = CHANNEL.identities().authority("org1").credential();
    private static final String ORG1 = "Application/Org1MSP";

    /** The channel, with another MSP of the first organization. */
    private static ChannelView view(Consumer<FabricMSPConfig.Builder> change) {
        return CHANNEL.view(root -> msp(root, change));
    }

    private static ConfigGroup msp(ConfigGroup root, Consumer<FabricMSPConfig.Builder> change) {
        try {
            MSPConfig config = MSPConfig.parseFrom(root.getGroupsOrThrow("Application")
                    .getGroupsOrThrow("Org1MSP")
                    .getValuesOrThrow("MSP")
                    .getValue());
            FabricMSPConfig.Builder builder = FabricMSPConfig.parseFrom(config.getConfig()).toBuilder();
            change.accept(builder);
            return ConfigEdit.value(
                    root,
                    ORG1,
                    "MSP",
                    config.toBuilder().setConfig(builder.build().toByteString()).build());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ByteString serialized(String mspId, String pem) {
        return SerializedIdentity.newBuilder()
                .setMspid(mspId)
                .setIdBytes(ByteString.copyFromUtf8(pem))
                .build()
                .toByteString();
    }

    private static ByteString org1(Credential credential) {
        return serialized("Org1MSP", credential.certificatePem());
    }

    private static ByteString pem(Credential credential) {
        return ByteString.copyFromUtf8(credential.certificatePem());
    }

    private static void assertRefused(ChannelView view, ByteString identity, String reason) {
        assertThatThrownBy(() -> view.identify(identity))
                .isInstanceOf(IdentityException.class)
                .hasMessage(reason);
    }

    @Test
    void a_member_is_known_by_its_msp_and_certificate() {
        Signer client = CHANNEL.identities().client("org1");

        Identity identity = VIEW.identify(client.creator());

        assertThat(identity.mspId()).isEqualTo(new MspId("Org1MSP"));
        assertThat(identity.certificate().pem()).isEqualTo(client.certificate());
        assertThat(identity.serialized()).isEqualTo(client.creator());
        assertThat(identity.isExpired(Instant.now())).isFalse();
        assertThat(identity.isExpired(Instant.now().plus(31, ChronoUnit.DAYS))).isTrue();
    }

    @Test
    void text_around_the_certificate_does_not_matter() {
        Signer client = CHANNEL.identities().client("org1");

        Identity identity = VIEW.identify(serialized(
                "Org1MSP",
                "Certificate:\n" + client.certificate()
                        + CHANNEL.identities().client("org2").certificate()));

        assertThat(identity.isSameAs(VIEW.identify(client.creator()))).isTrue();
    }

    @Test
    void what_is_no_identity_is_refused() {
        String client = CHANNEL.identities().client("org1").certificate();

        assertThatThrownBy(() -> VIEW.identify(ByteString.copyFromUtf8("nothing")))
                .isInstanceOf(IdentityException.class)
                .hasMessageStartingWith("could not deserialize a SerializedIdentity: ");
        assertRefused(VIEW, serialized("Org9MSP", client), "MSP Org9MSP is not defined on channel");
        assertRefused(VIEW, serialized("Org1MSP", "no certificate"), "could not decode the PEM structure");
        assertThatThrownBy(() -> VIEW.identify(serialized("Org1MSP", client.replace("MI", "AA"))))
                .isInstanceOf(IdentityException.class)
                .hasMessageStartingWith("parseCertificate failed: ");
    }

    @Test
    void a_certificate_of_another_authority_is_refused() {
        assertRefused(
                VIEW,
                serialized("Org1MSP", CHANNEL.identities().client("org2").certificate()),
                "the supplied identity is not valid: x509: certificate signed by unknown authority");
        Credential impostor = TestCertificates.of("CN=org1-ca").authority().selfSigned();
        assertRefused(
                VIEW,
                org1(TestCertificates.of("OU=client,CN=mallory").issuedBy(impostor)),
                "the supplied identity is not valid: x509: certificate signed by unknown authority (possibly because of"
                        + " \"x509: ECDSA verification failure\" while trying to verify candidate authority certificate"
                        + " \"org1-ca\")");
    }

    @Test
    void an_authority_is_no_member() {
        String reason = "could not obtain certification chain: An X509 certificate with Basic Constraint: Certificate"
                + " Authority equals true cannot be used as an identity";

        assertRefused(VIEW, org1(CA), reason);
        assertRefused(VIEW, org1(TestCertificates.of("CN=org1-ca").authority().selfSigned()), reason);
    }

    @Test
    void a_member_has_exactly_one_role() {
        String hash = "[0-9A-F]{16}";

        assertThatThrownBy(() -> VIEW.identify(
                        org1(TestCertificates.of("OU=sales,CN=alice").issuedBy(CA))))
                .isInstanceOf(IdentityException.class)
                .hasMessageMatching(
                        "could not validate identity's OUs: the identity does not have an OU that resolves to"
                                + " client, peer, orderer, or admin role\\. OUs: \\[sales\\(" + hash + "\\)\\], MSP:"
                                + " \\[Org1MSP\\]");
        assertThatThrownBy(() -> VIEW.identify(org1(TestCertificates.of("OU=client,OU=sales,OU=admin,CN=alice")
                        .issuedBy(CA))))
                .hasMessageMatching("could not validate identity's OUs: the identity must have a client, a peer, an"
                        + " orderer, or an admin OU role to be valid, not a combination of them\\. OUs:"
                        + " \\[client\\(" + hash + "\\) sales\\(" + hash + "\\) admin\\(" + hash + "\\)\\], MSP:"
                        + " \\[Org1MSP\\]");
        assertThat(VIEW.identify(org1(TestCertificates.of("OU=sales,OU=client,CN=alice")
                                .issuedBy(CA)))
                        .satisfies(role("Org1MSP", MSPRole.MSPRoleType.CLIENT)))
                .isTrue();
    }

    @Test
    void a_certificate_for_another_use_is_refused() {
        assertRefused(
                VIEW,
                org1(TestCertificates.of("OU=client,CN=alice")
                        .only(KeyPurposeId.id_kp_clientAuth)
                        .issuedBy(CA)),
                "the supplied identity is not valid: x509: certificate specifies an incompatible key usage");
        VIEW.identify(org1(TestCertificates.of("OU=client,CN=alice")
                .only(KeyPurposeId.id_kp_serverAuth)
                .issuedBy(CA)));
    }

    @Test
    void an_expired_member_is_still_a_member() {
        Instant now = Instant.now();
        Credential old = TestCertificates.of("OU=client,CN=alice")
                .valid(CA.certificate().notBefore(), now.minusSeconds(60))
                .issuedBy(CA);

        Identity identity = VIEW.identify(org1(old));

        assertThat(identity.isExpired(now)).isTrue();
        VIEW.require(
                "/Channel/Application/Writers", List.of(TestChannel.signed(CHANNEL.signer("org1", old), "message")));
    }

    @Test
    void a_certificate_from_before_its_authority_is_refused() {
        Instant tooEarly = CA.certificate().notBefore().minusSeconds(3600);

        assertThatThrownBy(() -> VIEW.identify(org1(TestCertificates.of("OU=client,CN=alice")
                        .valid(tooEarly, tooEarly.plusSeconds(7200))
                        .issuedBy(CA))))
                .isInstanceOf(IdentityException.class)
                .hasMessageStartingWith(
                        "the supplied identity is not valid: x509: certificate signed by unknown authority"
                                + " (possibly because of \"x509: certificate has expired or is not yet valid: current time ");
    }

    @Test
    void a_member_whom_its_authority_revoked_is_refused() {
        Credential alice = TestChannel.credential(CHANNEL.identities().authority("org1"), "alice", Role.CLIENT);
        Credential bob = TestChannel.credential(CHANNEL.identities().authority("org1"), "bob", Role.CLIENT);
        ChannelView view = view(msp -> msp.addRevocationList(
                ByteString.copyFromUtf8(TestCertificates.revocationList(CA, alice.certificate()))));

        assertRefused(
                view,
                org1(alice),
                "could not validate identity against certification chain: The certificate has been revoked");
        view.identify(org1(bob));
        assertThatThrownBy(() -> view.require(
                        "/Channel/Writers", List.of(TestChannel.signed(CHANNEL.signer("org1", alice), "message"))))
                .isInstanceOf(PolicyException.class);
    }

    @Test
    void a_list_of_somebody_else_revokes_nobody() {
        Credential alice = TestChannel.credential(CHANNEL.identities().authority("org1"), "alice", Role.CLIENT);
        Credential other = CHANNEL.identities().authority("org2").credential();
        ChannelView view = view(msp -> msp.addRevocationList(
                ByteString.copyFromUtf8(TestCertificates.revocationList(other, alice.certificate()))));

        view.identify(org1(alice));
    }

    @Test
    void a_damaged_revocation_list_is_refused() {
        assertThatThrownBy(() -> view(msp -> msp.addRevocationList(ByteString.copyFromUtf8("nothing"))))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("setting up the MSP manager failed: could not parse RevocationList: ");
    }

    @Test
    void members_may_stand_below_an_intermediate_authority() {
        Credential lower = TestCertificates.of("CN=lower").authority().issuedBy(CA);
        Credential alice = TestCertificates.of("OU=client,CN=alice").issuedBy(lower);
        ChannelView view = view(msp -> {
            msp.addIntermediateCerts(pem(lower));
            msp.getFabricNodeOusBuilder().getClientOuIdentifierBuilder().clearCertificate();
        });

        view.identify(org1(alice));
        // The root has an authority below it now, and may not certify members itself any more.
        assertThatThrownBy(
                        () -> view.identify(CHANNEL.identities().client("org1").creator()))
                .isInstanceOf(IdentityException.class)
                .hasMessageStartingWith("could not obtain certification chain: invalid validation chain. Parent"
                        + " certificate should be a leaf of the certification tree [48 130 ");
        assertRefused(
                VIEW, org1(alice), "the supplied identity is not valid: x509: certificate signed by unknown authority");
    }

    @Test
    void a_role_counts_only_from_the_authority_that_certifies_it() {
        Credential lower = TestCertificates.of("CN=lower").authority().issuedBy(CA);
        ChannelView view = view(msp -> msp.addIntermediateCerts(pem(lower)));

        assertThatThrownBy(() -> view.identify(
                        org1(TestCertificates.of("OU=client,CN=alice").issuedBy(lower))))
                .isInstanceOf(IdentityException.class)
                .hasMessageMatching("could not validate identity's OUs: certifiersIdentifier does not match:"
                        + " \\[client\\([0-9A-F]{16}\\)\\], MSP: \\[Org1MSP\\]");
    }

    @Test
    void an_msp_may_demand_a_unit() {
        ChannelView view = view(msp -> msp.addOrganizationalUnitIdentifiers(FabricOUIdentifier.newBuilder()
                .setOrganizationalUnitIdentifier("sales")
                .setCertificate(pem(CA))));

        view.identify(org1(TestCertificates.of("OU=client,OU=sales,CN=alice").issuedBy(CA)));
        assertThatThrownBy(
                        () -> view.identify(CHANNEL.identities().client("org1").creator()))
                .hasMessageMatching("could not validate identity's OUs: none of the identity's organizational units"
                        + " \\[client\\([0-9A-F]{16}\\)\\] are in MSP Org1MSP");
    }

    @Test
    void a_certificate_with_a_high_signature_is_the_same_as_with_the_low_one() {
        Credential alice = TestChannel.credential(CHANNEL.identities().authority("org1"), "alice", Role.CLIENT);
        String high = withHighSignature(alice);

        assertThat(high).isNotEqualTo(alice.certificatePem());
        assertThat(VIEW.identify(serialized("Org1MSP", high)).isSameAs(VIEW.identify(org1(alice))))
                .isTrue();
    }

    /** The signature ends the certificate, and has another length now and then; then another certificate has to do. */
    private static String withHighSignature(Credential credential) {
        byte[] der = credential.certificate().der();
        byte[] tail = new byte[0];
        for (int length = 68; length <= 72; length++) {
            byte[] candidate = Arrays.copyOfRange(der, der.length - length, der.length);
            if (candidate[0] == 0x30 && candidate[1] == length - 2) {
                tail = candidate;
            }
        }
        byte[] high = EcdsaSignature.parse(tail).negated().der();
        int change = high.length - tail.length;
        byte[] result = Arrays.copyOf(der, der.length + change);
        System.arraycopy(high, 0, result, der.length - tail.length, high.length);
        // Lengths of the whole, in two bytes, and of the bit string before the signature, in one.
        int whole = result.length - 4;
        result[2] = (byte) (whole >> 8);
        result[3] = (byte) whole;
        result[der.length - tail.length - 2] += (byte) change;
        return "-----BEGIN CERTIFICATE-----\n"
                + java.util.Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(result)
                + "\n-----END CERTIFICATE-----\n";
    }

    @Test
    void a_signature_is_verified_with_fabrics_words() {
        Signer client = CHANNEL.identities().client("org1");
        Identity identity = VIEW.identify(client.creator());
        byte[] message = "message".getBytes(StandardCharsets.UTF_8);
        byte[] signature = client.sign(ByteString.copyFrom(message)).toByteArray();

        identity.verify(message, signature);
        assertThatThrownBy(() -> identity.verify(new byte[] {1}, signature))
                .isInstanceOf(IdentityException.class)
                .hasMessage("The signature is invalid");
        assertThatThrownBy(() -> identity.verify(message, new byte[0]))
                .hasMessage("could not determine the validity of the signature: Invalid signature. Cannot be empty.");
        assertThatThrownBy(() -> identity.verify(message, new byte[] {1, 2, 3}))
                .hasMessageStartingWith("could not determine the validity of the signature: Failed verifing with opts"
                        + " [<nil>]: Failed unmashalling signature [");
        EcdsaSignature high = EcdsaSignature.parse(signature).negated();
        assertThatThrownBy(() -> identity.verify(message, high.der()))
                .hasMessage(
                        "could not determine the validity of the signature: Failed verifing with opts [<nil>]: Invalid"
                                + " S. Must be smaller than half the order [" + high.s() + "]["
                                + EcdsaSignature.HALF_ORDER
                                + "].");
    }

    @ParameterizedTest
    @EnumSource(
            value = MSPRole.MSPRoleType.class,
            names = {"CLIENT", "PEER", "ADMIN", "ORDERER"})
    void a_role_is_a_unit(MSPRole.MSPRoleType type) {
        Identity identity = VIEW.identify(
                CHANNEL.enroll("org1", "somebody", Role.valueOf(type.name())).creator());

        assertThat(identity.satisfies(role("Org1MSP", MSPRole.MSPRoleType.MEMBER)))
                .isTrue();
        assertThat(identity.satisfies(role("Org2MSP", MSPRole.MSPRoleType.MEMBER)))
                .isFalse();
        assertThat(identity.satisfies(role("Org2MSP", type))).isFalse();
        for (MSPRole.MSPRoleType other : List.of(
                MSPRole.MSPRoleType.CLIENT,
                MSPRole.MSPRoleType.PEER,
                MSPRole.MSPRoleType.ADMIN,
                MSPRole.MSPRoleType.ORDERER)) {
            assertThat(identity.satisfies(role("Org1MSP", other)))
                    .as(other.name())
                    .isEqualTo(other == type);
        }
    }

    @Test
    void principals_of_all_kinds_are_understood() {
        Signer client = CHANNEL.identities().client("org1");
        Identity identity = VIEW.identify(client.creator());

        assertThat(identity.satisfies(principal(MSPPrincipal.Classification.IDENTITY, client.creator())))
                .isTrue();
        assertThat(identity.satisfies(principal(
                        MSPPrincipal.Classification.IDENTITY,
                        CHANNEL.identities().admin("org1").creator())))
                .isFalse();
        assertThat(identity.satisfies(principal(
                        MSPPrincipal.Classification.ORGANIZATION_UNIT,
                        unit("client", sha256(CA.certificate().der())))))
                .isTrue();
        assertThat(identity.satisfies(
                        principal(MSPPrincipal.Classification.ORGANIZATION_UNIT, unit("client", ByteString.EMPTY))))
                .isFalse();
        assertThat(identity.satisfies(anonymity(MSPIdentityAnonymity.MSPIdentityAnonymityType.NOMINAL)))
                .isTrue();
        assertThat(identity.satisfies(anonymity(MSPIdentityAnonymity.MSPIdentityAnonymityType.ANONYMOUS)))
                .isFalse();
        assertThat(identity.satisfies(combined(
                        role("Org1MSP", MSPRole.MSPRoleType.CLIENT),
                        anonymity(MSPIdentityAnonymity.MSPIdentityAnonymityType.NOMINAL))))
                .isTrue();
        assertThat(identity.satisfies(combined(
                        role("Org1MSP", MSPRole.MSPRoleType.CLIENT), role("Org1MSP", MSPRole.MSPRoleType.PEER))))
                .isFalse();
        assertThat(identity.satisfies(combined())).isFalse();
        assertThat(identity.satisfies(principal(MSPPrincipal.Classification.ROLE, ByteString.copyFromUtf8("nonsense"))))
                .isFalse();
    }

    private static MSPPrincipal role(String mspId, MSPRole.MSPRoleType type) {
        return principal(
                MSPPrincipal.Classification.ROLE,
                MSPRole.newBuilder()
                        .setMspIdentifier(mspId)
                        .setRole(type)
                        .build()
                        .toByteString());
    }

    private static ByteString unit(String name, ByteString certifiers) {
        return OrganizationUnit.newBuilder()
                .setMspIdentifier("Org1MSP")
                .setOrganizationalUnitIdentifier(name)
                .setCertifiersIdentifier(certifiers)
                .build()
                .toByteString();
    }

    private static MSPPrincipal anonymity(MSPIdentityAnonymity.MSPIdentityAnonymityType type) {
        return principal(
                MSPPrincipal.Classification.ANONYMITY,
                MSPIdentityAnonymity.newBuilder().setAnonymityType(type).build().toByteString());
    }

    private static MSPPrincipal combined(MSPPrincipal... parts) {
        return principal(
                MSPPrincipal.Classification.COMBINED,
                CombinedPrincipal.newBuilder()
                        .addAllPrincipals(Arrays.asList(parts))
                        .build()
                        .toByteString());
    }

    private static MSPPrincipal principal(MSPPrincipal.Classification kind, ByteString bytes) {
        return MSPPrincipal.newBuilder()
                .setPrincipalClassification(kind)
                .setPrincipal(bytes)
                .build();
    }

    private static ByteString sha256(byte[] bytes) {
        try {
            return ByteString.copyFrom(
                    java.security.MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void without_node_ous_there_are_members_and_listed_admins() {
        Signer admin = CHANNEL.identities().admin("org1");
        ChannelView view =
                view(msp -> msp.clearFabricNodeOus().addAdmins(ByteString.copyFromUtf8(admin.certificate())));

        assertThat(view.identify(admin.creator()).satisfies(role("Org1MSP", MSPRole.MSPRoleType.ADMIN)))
                .isTrue();
        Identity client = view.identify(CHANNEL.identities().client("org1").creator());
        assertThat(client.satisfies(role("Org1MSP", MSPRole.MSPRoleType.MEMBER)))
                .isTrue();
        assertThat(client.satisfies(role("Org1MSP", MSPRole.MSPRoleType.CLIENT)))
                .isFalse();
        assertThatThrownBy(() -> view(FabricMSPConfig.Builder::clearFabricNodeOus))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageEndingWith(
                        "setting up the MSP manager failed: administrators must be declared when no admin ou"
                                + " classification is set");
    }

    @Test
    void an_msp_of_certificates_that_are_no_authorities_is_refused() {
        Credential alice = TestCertificates.of("CN=alice").selfSigned();

        assertThatThrownBy(() -> view(msp -> msp.addTlsRootCerts(pem(alice))))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageEndingWith("setting up the MSP manager failed: CA Certificate did not have the CA attribute,"
                        + " (SN: " + alice.certificate().serialNumber() + ")");
        assertThatThrownBy(() -> view(msp -> msp.addRootCerts(ByteString.copyFromUtf8("nothing"))))
                .hasMessageEndingWith("getCertFromPem error: could not decode pem bytes");
        assertThatThrownBy(() -> view(msp -> msp.getFabricNodeOusBuilder()
                        .getPeerOuIdentifierBuilder()
                        .setCertificate(
                                pem(CHANNEL.identities().authority("org2").credential()))))
                .isInstanceOf(InvalidConfigurationException.class);
    }

    @Test
    void an_admin_in_the_list_has_the_unit_of_a_client_or_admin() {
        Credential peer = TestChannel.credential(CHANNEL.identities().authority("org1"), "peer", Role.PEER);

        assertThatThrownBy(() -> view(msp -> msp.addAdmins(pem(peer))))
                .hasMessageEndingWith(
                        "admin 0 is invalid [The identity does not contain OU [CLIENT], MSP: [Org1MSP],The"
                                + " identity does not contain OU [ADMIN], MSP: [Org1MSP]]");
    }

    @Test
    void an_idemix_msp_is_refused_with_what_to_do() {
        assertThatThrownBy(() -> CHANNEL.view(root -> ConfigEdit.value(
                        root, ORG1, "MSP", MSPConfig.newBuilder().setType(1).build())))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("`--nodes fabric`");
    }
}
