package io.weft.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.problem.RejectedException;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.junit.jupiter.api.Test;

class CertificateAuthorityTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:20:30.456Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final BigInteger ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    private final CertificateAuthority authority =
            CertificateAuthority.create(subject("org1-ca"), Duration.ofDays(15 * 365), CLOCK, RANDOM);

    private static DistinguishedName subject(String commonName) {
        return new DistinguishedName(
                Optional.of("US"),
                Optional.of("California"),
                Optional.of("San Francisco"),
                Optional.of("org1"),
                List.of(),
                commonName);
    }

    @Test
    void an_authority_has_the_profile_that_fabric_and_fabric_ca_demand() throws Exception {
        GoldenFile.assertMatches("pki/authority.txt", decode(authority.certificate()));
    }

    @Test
    void an_enrollment_certificate_of_a_peer_signs_and_does_nothing_else() throws Exception {
        Credential peer = authority.issue(
                subject("org1-peer0"), new Profile.Enrollment(Role.PEER, Map.of()), Duration.ofDays(5 * 365));

        GoldenFile.assertMatches("pki/enrollment-peer.txt", decode(peer.certificate()));
    }

    @Test
    void a_users_attributes_are_written_as_fabric_ca_writes_them() throws Exception {
        Credential user = authority.issue(
                subject("user1"),
                Profile.Enrollment.asFabricCaWould(
                        Role.CLIENT, "user1", Map.of("role", "auditor", "department", "R&D \"north\"\n<ä>")),
                Duration.ofDays(365));

        GoldenFile.assertMatches("pki/enrollment-user.txt", decode(user.certificate()));
    }

    @Test
    void a_tls_server_certificate_tells_names_from_addresses() throws Exception {
        Credential server = authority.issue(
                subject("org1-peer0"),
                new Profile.TlsServer(List.of(
                        "org1-peer0",
                        "Org1-Peer0.trade.svc",
                        "localhost",
                        "127.0.0.1",
                        "::1",
                        "10.0.0.7",
                        "localhost")),
                Duration.ofDays(5 * 365));

        GoldenFile.assertMatches("pki/tls-server.txt", decode(server.certificate()));
    }

    @Test
    void a_tls_client_certificate_cannot_serve() throws Exception {
        Credential client = authority.issue(subject("admin"), new Profile.TlsClient(), Duration.ofDays(365));

        GoldenFile.assertMatches("pki/tls-client.txt", decode(client.certificate()));
        assertThat(client.certificate().allowsServer()).isFalse();
        assertThat(client.certificate().allowsClient()).isTrue();
    }

    @Test
    void the_jdk_accepts_the_chain() throws Exception {
        Credential peer =
                authority.issue(subject("p"), new Profile.Enrollment(Role.PEER, Map.of()), Duration.ofDays(1));

        peer.certificate().x509().verify(authority.certificate().x509().getPublicKey());
        authority.certificate().x509().verify(authority.certificate().x509().getPublicKey());
    }

    @Test
    void no_certificate_begins_before_or_ends_after_its_authority() {
        CertificateAuthority brief = CertificateAuthority.create(subject("brief"), Duration.ofDays(10), CLOCK, RANDOM);
        CertificateAuthority later =
                CertificateAuthority.of(brief.credential(), Clock.offset(CLOCK, Duration.ofSeconds(-200)), RANDOM);

        Certificate leaf = later.issue(subject("x"), new Profile.TlsClient(), Duration.ofDays(20))
                .certificate();

        assertThat(leaf.notBefore()).isEqualTo(brief.certificate().notBefore());
        assertThat(leaf.notAfter()).isEqualTo(brief.certificate().notAfter());
    }

    @Test
    void an_authority_that_has_ended_issues_nothing() {
        CertificateAuthority ended =
                CertificateAuthority.of(authority.credential(), Clock.offset(CLOCK, Duration.ofDays(16 * 365)), RANDOM);

        assertThatThrownBy(() -> ended.issue(subject("x"), new Profile.TlsClient(), Duration.ofDays(1)))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("`org1-ca` cannot issue a certificate for `x`")
                .hasMessageContaining("2041");
    }

    @Test
    void dates_after_2049_are_kept() {
        CertificateAuthority lasting =
                CertificateAuthority.create(subject("lasting"), Duration.ofDays(60 * 365), CLOCK, RANDOM);

        assertThat(lasting.certificate().x509().getNotAfter().toInstant())
                .isEqualTo(Instant.parse("2086-11-07T10:20:30Z"));
    }

    @Test
    void a_leaf_cannot_become_an_authority() {
        Credential leaf = authority.issue(subject("x"), new Profile.TlsClient(), Duration.ofDays(1));

        assertThatThrownBy(() -> CertificateAuthority.of(leaf, CLOCK, RANDOM))
                .isInstanceOf(InvalidPemException.class)
                .hasMessageContaining("may not sign certificates");
    }

    @Test
    void renewal_keeps_the_key_and_changes_the_serial_number() {
        Credential first = authority.issue(subject("x"), new Profile.TlsServer(List.of("a")), Duration.ofDays(1));

        Credential second = authority.issue(
                subject("x"), new Profile.TlsServer(List.of("a", "b")), Duration.ofDays(2), first.key());

        assertThat(second.keyPem()).isEqualTo(first.keyPem());
        assertThat(second.certificate().hasSameKeyAs(first.certificate())).isTrue();
        assertThat(second.certificate().serialNumber())
                .isNotEqualTo(first.certificate().serialNumber());
        assertThat(second.certificate().hosts()).containsExactly("a", "b");
    }

    @Test
    void two_hundred_certificates_all_have_a_low_s_and_their_own_serial_number() throws Exception {
        Set<String> serials = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            Certificate certificate = authority
                    .issue(subject("x"), new Profile.TlsClient(), Duration.ofDays(1))
                    .certificate();
            serials.add(certificate.serialNumber());
            assertThat(lowS(certificate.x509())).isTrue();
        }
        assertThat(serials).hasSize(200);
    }

    @Test
    void signatures_have_a_low_s_and_are_verified_by_the_jdk() throws Exception {
        Credential signer = authority.issue(subject("x"), new Profile.TlsClient(), Duration.ofDays(1));
        byte[] message = "a proposal".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 50; i++) {
            byte[] signature = signer.sign(message);
            Signature verifier = Signature.getInstance("SHA256withECDSA");
            verifier.initVerify(signer.certificate().x509().getPublicKey());
            verifier.update(message);
            assertThat(verifier.verify(signature)).isTrue();
            assertThat(lowS(signature)).isTrue();
        }
    }

    @Test
    void a_certificate_of_the_same_name_but_another_key_is_told_apart() {
        CertificateAuthority twin = CertificateAuthority.create(subject("org1-ca"), Duration.ofDays(9), CLOCK, RANDOM);
        Certificate leaf = authority
                .issue(subject("x"), new Profile.TlsClient(), Duration.ofDays(1))
                .certificate();

        assertThat(leaf.namesAsIssuer(twin.certificate())).isTrue();
        assertThat(leaf.isSignedBy(twin.certificate())).isFalse();
        assertThat(leaf.isSignedBy(authority.certificate())).isTrue();
    }

    @Test
    void no_text_form_shows_a_private_key() {
        Credential leaf = authority.issue(subject("x"), new Profile.TlsClient(), Duration.ofDays(1));
        String secret = leaf.keyPem().lines().skip(1).findFirst().orElseThrow();

        assertThat(leaf.toString() + leaf.key() + authority + authority.credential())
                .doesNotContain(secret)
                .doesNotContain("PRIVATE")
                .contains("CN=x");
    }

    @Test
    void a_request_names_its_subject_and_is_signed_with_its_key() throws Exception {
        SigningKey key = SigningKey.generate(RANDOM);

        String pem = SigningRequest.create(key, DistinguishedName.of("user1"), List.of("localhost", "127.0.0.1"));

        org.bouncycastle.pkcs.PKCS10CertificationRequest request = new org.bouncycastle.pkcs.PKCS10CertificationRequest(
                Pem.decode(pem).get(0).contents());
        assertThat(request.getSubject().toString()).isEqualTo("CN=user1");
        assertThat(request.isSignatureValid(new org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder()
                        .setProvider(new org.bouncycastle.jce.provider.BouncyCastleProvider())
                        .build(request.getSubjectPublicKeyInfo())))
                .isTrue();
        assertThat(lowS(request.getSignature())).isTrue();
        assertThat(request.getRequestedExtensions().getExtensionOIDs()).hasSize(1);
    }

    /** What the JDK, which had no part in making it, reads in a certificate. */
    private String decode(Certificate certificate) throws Exception {
        X509Certificate x509 = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(certificate.pem().getBytes(StandardCharsets.US_ASCII)));
        StringBuilder text = new StringBuilder();
        line(text, "version", x509.getVersion());
        line(text, "subject", x509.getSubjectX500Principal().getName("RFC1779"));
        line(text, "issuer", x509.getIssuerX500Principal().getName("RFC1779"));
        line(text, "not before", x509.getNotBefore().toInstant());
        line(text, "not after", x509.getNotAfter().toInstant());
        line(
                text,
                "serial number is positive and at most 20 bytes",
                x509.getSerialNumber().signum() > 0 && x509.getSerialNumber().bitLength() < 160);
        line(text, "signature", x509.getSigAlgName() + (lowS(x509) ? ", low S" : ", high S"));
        line(text, "key", x509.getPublicKey().getAlgorithm() + " " + ((ECPublicKey) x509.getPublicKey()).getParams());
        line(text, "authority", x509.getBasicConstraints() >= 0);
        line(text, "key usage", keyUsage(x509.getKeyUsage()));
        line(text, "extended key usage", x509.getExtendedKeyUsage());
        line(text, "alternative names", x509.getSubjectAlternativeNames());
        line(
                text,
                "subject key identifier is SHA-256 of the point",
                Arrays.equals(sha256Point(x509), octets(x509.getExtensionValue("2.5.29.14"))));
        line(text, "authority key identifier is the issuer's", authorityKey(x509));
        line(text, "critical", new TreeSet<>(x509.getCriticalExtensionOIDs()));
        line(text, "not critical", new TreeSet<>(x509.getNonCriticalExtensionOIDs()));
        byte[] attributes = x509.getExtensionValue("1.2.3.4.5.6.7.8.1");
        line(
                text,
                "attributes",
                attributes == null
                        ? null
                        : new String(ASN1OctetString.getInstance(attributes).getOctets(), StandardCharsets.UTF_8));
        return text.toString();
    }

    private static void line(StringBuilder text, String name, Object value) {
        text.append(name).append(": ").append(value == null ? "none" : value).append('\n');
    }

    private static String keyUsage(boolean[] bits) {
        List<String> names = List.of(
                "digitalSignature",
                "nonRepudiation",
                "keyEncipherment",
                "dataEncipherment",
                "keyAgreement",
                "keyCertSign",
                "cRLSign");
        return String.join(
                ", ", names.stream().filter(n -> bits[names.indexOf(n)]).toList());
    }

    private String authorityKey(X509Certificate x509) throws Exception {
        byte[] extension = x509.getExtensionValue("2.5.29.35");
        if (extension == null) {
            return "none";
        }
        byte[] identifier = ASN1OctetString.getInstance(((org.bouncycastle.asn1.ASN1TaggedObject)
                                ASN1Sequence.getInstance(ASN1OctetString.getInstance(extension)
                                                .getOctets())
                                        .getObjectAt(0))
                        .getBaseObject())
                .getOctets();
        byte[] issuer = octets(authority.certificate().x509().getExtensionValue("2.5.29.14"));
        return String.valueOf(Arrays.equals(identifier, issuer));
    }

    private static byte[] octets(byte[] extension) throws Exception {
        byte[] inner = ASN1OctetString.getInstance(extension).getOctets();
        return ASN1OctetString.getInstance(inner).getOctets();
    }

    private static byte[] sha256Point(X509Certificate x509) throws Exception {
        byte[] key = x509.getPublicKey().getEncoded();
        return MessageDigest.getInstance("SHA-256").digest(Arrays.copyOfRange(key, key.length - 65, key.length));
    }

    private static boolean lowS(X509Certificate x509) throws Exception {
        return lowS(x509.getSignature());
    }

    private static boolean lowS(byte[] signature) throws Exception {
        try (ASN1InputStream in = new ASN1InputStream(signature)) {
            ASN1Sequence rs = (ASN1Sequence) in.readObject();
            return ((ASN1Integer) rs.getObjectAt(1)).getValue().compareTo(ORDER.shiftRight(1)) <= 0;
        }
    }
}
