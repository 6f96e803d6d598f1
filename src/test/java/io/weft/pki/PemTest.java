package io.weft.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PemTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private final SigningKey key = SigningKey.generate(RANDOM);
    private final Certificate certificate = CertificateAuthority.create(
                    DistinguishedName.of("ca"), Duration.ofDays(1), Clock.systemUTC(), RANDOM)
            .certificate();

    @Test
    void a_key_survives_its_text() {
        assertThat(SigningKey.parse(key.pem(), RANDOM).pem()).isEqualTo(key.pem());
        assertThat(key.pem()).startsWith("-----BEGIN PRIVATE KEY-----\n").endsWith("-----END PRIVATE KEY-----\n");
    }

    @Test
    void the_jdk_reads_the_key_as_the_same_number() {
        ECPrivateKey jdk = (ECPrivateKey) key.privateKey();

        assertThat(P256.publicPoint(jdk.getS()).getEncoded(false))
                .isEqualTo(key.publicKeyInfo().getPublicKeyData().getOctets());
    }

    @Test
    void a_key_in_sec1_form_is_read_with_and_without_its_parameters_block() throws Exception {
        byte[] sec1 = org.bouncycastle.asn1.sec.ECPrivateKey.getInstance(
                        PrivateKeyInfo.getInstance(Pem.decode(key.pem()).get(0).contents())
                                .parsePrivateKey())
                .getEncoded();
        byte[] named = new org.bouncycastle.asn1.sec.ECPrivateKey(
                        256,
                        org.bouncycastle.asn1.sec.ECPrivateKey.getInstance(sec1).getKey(),
                        P256.KEY_ALGORITHM.getParameters())
                .getEncoded();
        String parameters = Pem.encode(
                "EC PARAMETERS",
                P256.KEY_ALGORITHM.getParameters().toASN1Primitive().getEncoded());

        assertThat(SigningKey.parse(Pem.encode("EC PRIVATE KEY", named), RANDOM).pem())
                .isEqualTo(key.pem());
        assertThat(SigningKey.parse(parameters + Pem.encode("EC PRIVATE KEY", named), RANDOM)
                        .pem())
                .isEqualTo(key.pem());
    }

    @ParameterizedTest
    @CsvSource({
        "EC,secp521r1,elliptic curve key on `P-521`",
        "EC,secp384r1,elliptic curve key on `P-384`",
        "RSA,1024,an RSA key",
        "Ed25519,,an Ed25519 key"
    })
    void keys_of_other_kinds_are_named(String algorithm, String parameter, String expected) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (algorithm.equals("EC")) {
            generator.initialize(new ECGenParameterSpec(parameter));
        } else if (parameter != null) {
            generator.initialize(Integer.parseInt(parameter));
        }
        KeyPair pair = generator.generateKeyPair();

        assertThatThrownBy(() -> SigningKey.parse(
                        Pem.encode("PRIVATE KEY", pair.getPrivate().getEncoded()), RANDOM))
                .isInstanceOf(InvalidPemException.class)
                .hasMessageContaining(expected)
                .hasMessageContaining("P-256 was expected");
    }

    @Test
    void an_encrypted_key_says_so() {
        String text = """
                -----BEGIN EC PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-128-CBC,AB

                AAAA
                -----END EC PRIVATE KEY-----
                """;

        assertThatThrownBy(() -> SigningKey.parse(text, RANDOM)).hasMessageContaining("encrypted with a password");
        assertThatThrownBy(() -> SigningKey.parse(Pem.encode("ENCRYPTED PRIVATE KEY", new byte[10]), RANDOM))
                .hasMessageContaining("encrypted with a password");
    }

    @Test
    void a_certificate_keeps_its_bytes_whatever_its_line_ends() {
        String pem = certificate.pem();

        assertThat(Certificate.parse(pem).pem()).isEqualTo(pem);
        assertThat(Certificate.parse(pem.replace("\n", "\r\n")).pem()).isEqualTo(pem);
        assertThat(Certificate.parse("\n" + pem + "\n")).isEqualTo(certificate);
    }

    @Test
    void an_empty_certificate_says_so() {
        assertThatThrownBy(() -> Certificate.parse(" \n")).hasMessage("is empty; PEM was expected.");
    }

    @Test
    void text_beside_the_certificate_is_refused_with_its_line() {
        assertThatThrownBy(() -> Certificate.parse(certificate.pem() + "junk"))
                .hasMessageContaining("text outside of its PEM blocks, at line")
                .hasMessageNotContaining("junk");
    }

    @Test
    void several_certificates_are_counted() {
        assertThatThrownBy(() -> Certificate.parse(certificate.pem() + certificate.pem()))
                .hasMessage("holds 2 certificates; exactly one was expected.");
        assertThat(Certificate.parseAll(certificate.pem() + certificate.pem())).hasSize(2);
    }

    @Test
    void a_truncated_certificate_is_refused_wherever_it_breaks_off() {
        String pem = certificate.pem();
        for (int length = 0; length < pem.length() - 1; length += 7) {
            String part = pem.substring(0, length);
            assertThatThrownBy(() -> Certificate.parse(part)).isInstanceOf(InvalidPemException.class);
        }
    }

    @Test
    void a_certificate_with_damaged_contents_is_refused_without_a_stack_of_other_exceptions() {
        byte[] der = certificate.der();
        for (int i = 0; i < der.length; i++) {
            byte[] damaged = der.clone();
            damaged[i] ^= 0x55;
            try {
                Certificate parsed = Certificate.parse(Pem.encode("CERTIFICATE", damaged));
                assertThat(parsed.isSignedBy(certificate)).as("byte %d", i).isFalse();
            } catch (InvalidPemException expected) {
                assertThat(expected).hasMessageNotContaining("Exception");
            }
        }
    }

    @Test
    void a_private_key_in_place_of_a_certificate_is_named_and_not_shown() {
        assertThatThrownBy(() -> Certificate.parse(key.pem()))
                .hasMessage("holds a `PRIVATE KEY`; a certificate was expected.");
    }

    @Test
    void a_damaged_key_is_not_shown() {
        String pem = Pem.encode("PRIVATE KEY", new byte[] {1, 2, 3, 4});

        assertThatThrownBy(() -> SigningKey.parse(pem, RANDOM))
                .hasMessage("is damaged: its contents are no private key.")
                .hasNoCause();
    }
}
