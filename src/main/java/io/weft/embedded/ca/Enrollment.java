package io.weft.embedded.ca;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weft.pki.Certificate;
import io.weft.pki.CertificationRequest;
import io.weft.pki.Credential;
import io.weft.pki.FabricCaIssuer;
import io.weft.pki.FabricCaIssuer.Usage;
import io.weft.pki.InvalidPemException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Issues certificates ({@code lib/serverenroll.go} of Fabric CA) with the profiles of its default configuration. */
final class Enrollment {
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([^-]+)-----\\s*([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    private static final Duration YEAR = Duration.ofDays(365);

    private enum Profile {
        DEFAULT("", Usage.ENROLLMENT, YEAR),
        TLS("tls", Usage.TLS, YEAR),
        CA("ca", Usage.AUTHORITY, YEAR.multipliedBy(5));

        private final String word;
        private final Usage usage;
        private final Duration expiry;

        Profile(String word, Usage usage, Duration expiry) {
            this.word = word;
            this.usage = usage;
            this.expiry = expiry;
        }

        static Optional<Profile> of(String word) {
            return Arrays.stream(values())
                    .filter(profile -> profile.word.equals(word))
                    .findFirst();
        }
    }

    private final Credential signing;
    private final FabricCaIssuer issuer;
    private final Registry registry;
    private final Clock clock;

    Enrollment(Credential signing, Registry registry, Clock clock, SecureRandom random) {
        this.signing = signing;
        this.issuer = new FabricCaIssuer(signing, random);
        this.registry = registry;
        this.clock = clock;
    }

    /**
     * Issues a certificate and remembers it.
     *
     * @param info about this server, for the answer
     */
    ObjectNode issue(Caller caller, Fields body, ObjectNode info) {
        String pem = body.text("certificate_request");
        String profileName = body.text("profile");
        Optional<List<String>> hosts = body.texts("hosts");
        Optional<List<Fields>> attributeRequests = body.objects("attr_reqs");
        Optional<Instant> notBefore = body.time("NotBefore");
        refuseOverrides(body);
        byte[] der = contents(pem);
        CertificationRequest request = parse(der);
        if (!request.commonName().equals(caller.id())) {
            throw Refusal.of(
                    403, Refusal.OTHER_COMMON_NAME, "The CSR subject common name must equal the enrollment ID");
        }
        Profile profile =
                Profile.of(profileName).orElseThrow(() -> Refusal.plain("Invalid profile: '" + profileName + "'"));
        if ((profile == Profile.CA || request.isForAuthority()) && !caller.is(UserAttribute.INTERMEDIATE_CA)) {
            throw Refusal.authorization(
                    Refusal.MISSING_ATTRIBUTE,
                    "Enrolled failed: Attribute '" + UserAttribute.INTERMEDIATE_CA
                            + "' is not set to true for identity '" + caller.id() + "'");
        }
        request.overlongField().ifPresent(reason -> {
            throw Refusal.of(400, Refusal.OVERLONG_FIELD, "CSR input validation failed: " + reason);
        });
        Optional<Map<String, String>> attributes = attributes(caller.user(), attributeRequests);
        if (!request.isSignedByItsKey()) {
            throw Refusal.plain(
                    "Certificate signing failure: {\"code\":9300,\"message\":\"x509: ECDSA verification failure\"}");
        }
        if (request.isForAuthority() && profile != Profile.CA) {
            throw Refusal.plain(
                    "Certificate signing failure: {\"code\":5300,\"message\":\"Policy violation request\"}");
        }
        Certificate certificate = issuer.issue(
                request,
                new FabricCaIssuer.Terms(
                        profile.usage,
                        organizationalUnits(caller.user()),
                        hosts,
                        attributes,
                        notBefore(notBefore),
                        notAfter(profile)));
        registry.put(IssuedCertificate.of(certificate));
        ObjectNode result = JsonNodeFactory.instance.objectNode().put("Cert", Api.base64(certificate.pem()));
        result.set("ServerInfo", info);
        return result;
    }

    /** What Fabric CA hands on to CFSSL; nothing that enrolls sends it. */
    private static void refuseOverrides(Fields body) {
        for (String name : List.of("subject", "extensions", "crl_override")) {
            if (body.has(name)
                    && (!name.equals("crl_override") || !body.text(name).isEmpty())) {
                throw Refusal.of(
                        400,
                        Refusal.BAD_REQUEST_FOR_CERTIFICATE,
                        "The embedded Fabric CA takes a certificate's contents from the certificate request alone:"
                                + " leave `" + name
                                + "` away, or run Fabric's own fabric-ca-server (`--nodes fabric`).");
            }
        }
    }

    private static byte[] contents(String pem) {
        Matcher block = PEM.matcher(pem);
        if (!block.find()) {
            throw Refusal.of(400, Refusal.BAD_REQUEST_FOR_CERTIFICATE, "CSR Decode failed");
        }
        String label = block.group(1);
        if (!label.equals("CERTIFICATE REQUEST") && !label.equals("NEW CERTIFICATE REQUEST")) {
            throw Refusal.plain("{\"code\":9300,\"message\":\"not a certificate or csr\"}");
        }
        try {
            return Base64.getMimeDecoder().decode(block.group(2));
        } catch (IllegalArgumentException e) {
            throw Refusal.of(400, Refusal.BAD_REQUEST_FOR_CERTIFICATE, "CSR Decode failed");
        }
    }

    private static CertificationRequest parse(byte[] der) {
        try {
            return CertificationRequest.parse(der);
        } catch (InvalidPemException e) {
            throw Refusal.plain("The certificate request " + e.getMessage()
                    + " The embedded Fabric CA certifies keys on P-256 alone; for others run Fabric's own"
                    + " fabric-ca-server (`--nodes fabric`).");
        }
    }

    private static List<String> organizationalUnits(User user) {
        List<String> result = new ArrayList<>();
        if (!user.type().isEmpty()) {
            result.add(user.type());
        }
        Arrays.stream(user.affiliation().split("\\.", -1))
                .filter(part -> !part.isEmpty())
                .forEach(result::add);
        return result;
    }

    /** Those that are asked for; where nothing is asked, those registered for certificates. */
    private static Optional<Map<String, String>> attributes(User user, Optional<List<Fields>> requests) {
        Map<String, String> result = new TreeMap<>();
        if (requests.isEmpty()) {
            user.attributes().stream()
                    .filter(UserAttribute::inCertificate)
                    .forEach(attribute -> result.put(attribute.name(), attribute.value()));
            return result.isEmpty() ? Optional.empty() : Optional.of(result);
        }
        List<String> missing = new ArrayList<>();
        for (Fields request : requests.get()) {
            String name = request.text("name");
            Optional<String> value = user.attribute(name);
            value.ifPresent(text -> result.put(name, text));
            if (value.isEmpty() && !request.flag("optional")) {
                missing.add(name);
            }
        }
        if (!missing.isEmpty()) {
            throw Refusal.plain("Failed to find requested attributes: The following required attributes are missing: ["
                    + String.join(" ", missing) + "]");
        }
        return Optional.of(result);
    }

    private Instant notBefore(Optional<Instant> wanted) {
        Instant earliest = signing.certificate().notBefore();
        return wanted.filter(time -> time.isAfter(earliest)).orElse(earliest);
    }

    private Instant notAfter(Profile profile) {
        Instant wanted = Times.roundedToMinute(clock.instant()).plus(profile.expiry);
        Instant latest = signing.certificate().notAfter();
        return wanted.isAfter(latest) ? latest : wanted;
    }
}
