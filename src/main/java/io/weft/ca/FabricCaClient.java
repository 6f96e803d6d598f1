package io.weft.ca;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weft.model.HostPort;
import io.weft.pki.Certificate;
import io.weft.pki.Credential;
import io.weft.pki.DistinguishedName;
import io.weft.pki.InvalidPemException;
import io.weft.pki.SigningKey;
import io.weft.pki.SigningRequest;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.problem.UnreachableException;
import io.weft.problem.WeftException;
import io.weft.protocol.Dialer;
import io.weft.protocol.Endpoint;
import io.weft.protocol.HttpsConnection;
import io.weft.protocol.HttpsConnection.Request;
import io.weft.protocol.HttpsConnection.Response;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;

/**
 * Talks to one Fabric CA. Every call blocks until the server has answered or the time limit has passed. Safe for use by
 * several threads.
 *
 * <p>All calls throw {@link UnreachableException} when nothing answers, {@link TimedOutException} when the answer does
 * not come in time, and {@link RejectedException} with the server's reason and a remedy when it says no or when its
 * certificate is not the expected one.
 *
 * @see <a href="https://hyperledger-fabric-ca.readthedocs.io/en/latest/">Fabric CA</a>
 */
public final class FabricCaClient {
    private static final String API = "/api/v1/";
    private static final Set<String> IMPLICIT = Set.of("hf.EnrollmentID", "hf.Type", "hf.Affiliation");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpsConnection connection;
    private final Duration timeout;
    private final SecureRandom random;

    /**
     * @param dialer makes the connection; closing it ends it
     * @param server its host must be among the names of the server's certificate, which for those that weft makes
     *     includes {@code localhost} and {@code 127.0.0.1}, the near end of a tunnel
     * @param roots who may have issued the server's certificate; no other authority is trusted
     * @param timeout for each call
     * @param random source of new keys
     */
    public FabricCaClient(
            Dialer dialer, HostPort server, Collection<Certificate> roots, Duration timeout, SecureRandom random) {
        this.connection = dialer.https(new Endpoint(
                "Fabric CA",
                server,
                server,
                roots.stream().map(Certificate::pem).toList(),
                Optional.empty()));
        this.timeout = requireNonNull(timeout, "timeout");
        this.random = requireNonNull(random, "random");
    }

    /** Asks for the server's name, version and certificates; needs no identity. */
    public CaInfo info() {
        JsonNode result =
                send("GET", "cainfo", Optional.empty(), Optional.empty()).result(server(), "to say who it is");
        return info(result);
    }

    private CaInfo info(JsonNode result) {
        return new CaInfo(
                result.path("CAName").asText(), result.path("Version").asText(), chain(result.path("CAChain")));
    }

    private List<Certificate> chain(JsonNode encoded) {
        try {
            return Certificate.parseAll(decoded(encoded.asText()));
        } catch (InvalidPemException e) {
            throw new RejectedException(
                    "The Fabric CA at `" + server() + "` sent a certificate chain that " + e.getMessage()
                            + "\n  Fix: look at the file `ca.chainfile` of its configuration; it is incomplete or no PEM.",
                    e);
        }
    }

    /**
     * Enrolls an identity with a new key.
     *
     * @param id enrollment ID
     * @param secret its password; not part of any message
     * @return the certificate, with every attribute that was registered for certificates, and its key
     */
    public Credential enroll(String id, String secret) {
        SigningKey key = SigningKey.generate(random);
        String basic = Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(StandardCharsets.UTF_8));
        JsonNode result = send(
                        "POST", "enroll", Optional.of(enrollment(id, key)), Optional.of(body -> "Basic " + basic))
                .result(server(), "to enroll `" + id + "`");
        return credential(result, key, id);
    }

    /**
     * Enrolls an identity again before its certificate ends.
     *
     * @param current a certificate that this server issued, with its key
     * @param key the key to certify: the current one, or a new one
     */
    public Credential reenroll(Credential current, SigningKey key) {
        String id = current.certificate().commonName();
        JsonNode result = call(current, "POST", "reenroll", Optional.of(enrollment(id, key)))
                .result(server(), "to enroll `" + id + "` again");
        return credential(result, key, id);
    }

    private static ObjectNode enrollment(String id, SigningKey key) {
        return JSON.createObjectNode()
                .put("certificate_request", SigningRequest.create(key, DistinguishedName.of(id), List.of()));
    }

    private Credential credential(JsonNode result, SigningKey key, String id) {
        try {
            return new Credential(Certificate.parse(decoded(result.path("Cert").asText())), key);
        } catch (InvalidPemException e) {
            throw new RejectedException(
                    "The Fabric CA at `" + server() + "` sent a certificate for `" + id + "` that " + e.getMessage(),
                    e);
        }
    }

    /**
     * Registers a new identity.
     *
     * @param registrar an identity that this server enrolled and that may register others
     * @throws RejectedException also when the identity exists
     */
    public void register(Credential registrar, Registration registration) {
        tryRegister(registrar, registration).result(server(), "to register `" + registration.id() + "`");
    }

    private Answer tryRegister(Credential registrar, Registration registration) {
        return call(registrar, "POST", "register", Optional.of(body(registration, List.of())));
    }

    /**
     * Registers an identity, or, when it exists, makes it what the registration says: role, affiliation, password,
     * limit, exactly these attributes. A locked identity is unlocked by that. May be repeated.
     *
     * @param registrar an identity that this server enrolled and that may register others
     * @return whether the identity is new
     */
    public boolean registerOrUpdate(Credential registrar, Registration registration) {
        Answer answer = tryRegister(registrar, registration);
        if (!answer.hasCode(Answer.ALREADY_REGISTERED)) {
            answer.result(server(), "to register `" + registration.id() + "`");
            return true;
        }
        Set<String> kept = new HashSet<>(IMPLICIT);
        registration.attributes().forEach(attribute -> kept.add(attribute.name()));
        List<String> stale =
                identity(registrar, registration.id()).map(RegisteredIdentity::attributes).orElse(List.of()).stream()
                        .map(Attribute::name)
                        .filter(name -> !kept.contains(name))
                        .toList();
        call(registrar, "PUT", "identities/" + encoded(registration.id()), Optional.of(body(registration, stale)))
                .result(server(), "to update `" + registration.id() + "`");
        return false;
    }

    private static ObjectNode body(Registration registration, List<String> removed) {
        ObjectNode body = JSON.createObjectNode()
                .put("id", registration.id())
                .put("type", registration.role().organizationalUnit())
                .put("secret", registration.secret())
                .put("affiliation", registration.affiliation().isEmpty() ? "." : registration.affiliation())
                .put("max_enrollments", registration.maxEnrollments());
        ArrayNode attributes = body.putArray("attrs");
        registration.attributes().forEach(attribute -> attributes
                .addObject()
                .put("name", attribute.name())
                .put("value", attribute.value())
                .put("ecert", attribute.inCertificate()));
        removed.forEach(name -> attributes.addObject().put("name", name).put("value", ""));
        return body;
    }

    /**
     * Looks up an identity.
     *
     * @param caller an identity that this server enrolled and that may see it
     */
    public Optional<RegisteredIdentity> identity(Credential caller, String id) {
        Answer answer = call(caller, "GET", "identities/" + encoded(id), Optional.empty());
        return answer.hasCode(Answer.NOT_FOUND)
                ? Optional.empty()
                : Optional.of(identity(answer.result(server(), "to show `" + id + "`")));
    }

    /** Lists the identities that the caller may see. */
    public List<RegisteredIdentity> identities(Credential caller) {
        List<RegisteredIdentity> result = new ArrayList<>();
        call(caller, "GET", "identities", Optional.empty())
                .result(server(), "to list identities")
                .path("identities")
                .forEach(entry -> result.add(identity(entry)));
        return List.copyOf(result);
    }

    private static RegisteredIdentity identity(JsonNode node) {
        List<Attribute> attributes = new ArrayList<>();
        node.path("attrs")
                .forEach(entry -> attributes.add(new Attribute(
                        entry.path("name").asText(),
                        entry.path("value").asText(),
                        entry.path("ecert").asBoolean())));
        return new RegisteredIdentity(
                node.path("id").asText(),
                node.path("type").asText(),
                node.path("affiliation").asText(),
                attributes,
                node.path("max_enrollments").asInt());
    }

    /**
     * Revokes all certificates of an identity and forbids it to enroll.
     *
     * @param revoker an identity that this server enrolled, with {@code hf.Revoker}
     * @param withList whether to make a revocation list as well, which needs {@code hf.GenCRL}
     */
    public Revocation revoke(Credential revoker, String id, RevocationReason reason, boolean withList) {
        ObjectNode body = JSON.createObjectNode().put("id", id);
        return revoke(revoker, body, reason, withList, "`" + id + "`");
    }

    /**
     * Revokes one certificate.
     *
     * @param revoker the certificate's owner, or an identity that this server enrolled, with {@code hf.Revoker}
     * @param withList whether to make a revocation list as well, which needs {@code hf.GenCRL}
     */
    public Revocation revoke(Credential revoker, Certificate certificate, RevocationReason reason, boolean withList) {
        ObjectNode body = JSON.createObjectNode()
                .put("serial", certificate.serialNumber())
                .put("aki", certificate.authorityKeyIdentifier().orElse(""));
        return revoke(
                revoker,
                body,
                reason,
                withList,
                "the certificate with serial number `" + certificate.serialNumber() + "`");
    }

    private Revocation revoke(
            Credential revoker, ObjectNode body, RevocationReason reason, boolean withList, String what) {
        body.put("reason", reason.word()).put("gencrl", withList);
        JsonNode result = call(revoker, "POST", "revoke", Optional.of(body)).result(server(), "to revoke " + what);
        List<String> serials = new ArrayList<>();
        result.path("RevokedCerts")
                .forEach(entry -> serials.add(entry.path("Serial").asText().toLowerCase(Locale.ROOT)));
        String list = result.path("CRL").asText("");
        return new Revocation(serials, list.isEmpty() ? Optional.empty() : Optional.of(decoded(list)));
    }

    /**
     * Makes a list of all revoked certificates that have not expired.
     *
     * @param caller an identity that this server enrolled, with {@code hf.GenCRL}
     * @return PEM ({@code X509 CRL})
     */
    public String revocationList(Credential caller) {
        JsonNode result = call(caller, "POST", "gencrl", Optional.of(JSON.createObjectNode()))
                .result(server(), "to make a revocation list");
        return decoded(result.path("CRL").asText());
    }

    private String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new RejectedException("The Fabric CA at `" + server() + "` sent something that is no Base64.", e);
        }
    }

    private static String encoded(String pathSegment) {
        return URLEncoder.encode(pathSegment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private String server() {
        return connection.endpoint().dial().toString();
    }

    /** Makes the Authorization header of a request. */
    private interface Authorization {
        String of(byte[] body);
    }

    private Answer call(Credential caller, String method, String path, Optional<ObjectNode> body) {
        return send(method, path, body, Optional.of(bytes -> token(caller, method, API + path, bytes)));
    }

    /** The caller's certificate, and its signature over method, target, body and certificate. */
    private static String token(Credential caller, String method, String target, byte[] body) {
        Base64.Encoder base64 = Base64.getEncoder();
        String certificate = base64.encodeToString(caller.certificatePem().getBytes(StandardCharsets.UTF_8));
        String signed = method + "." + base64.encodeToString(target.getBytes(StandardCharsets.UTF_8)) + "."
                + base64.encodeToString(body) + "." + certificate;
        return certificate + "." + base64.encodeToString(caller.sign(signed.getBytes(StandardCharsets.UTF_8)));
    }

    private Answer send(String method, String path, Optional<ObjectNode> body, Optional<Authorization> authorization) {
        byte[] bytes = body.map(FabricCaClient::bytes).orElse(new byte[0]);
        Map<String, String> headers = new LinkedHashMap<>(Map.of("Content-Type", "application/json"));
        authorization.ifPresent(header -> headers.put("Authorization", header.of(bytes)));
        try {
            Response response = connection.send(new Request(method, API + path, headers), bytes, timeout);
            JsonNode answer = JSON.readTree(response.body());
            if (answer == null || !answer.path("success").isBoolean()) {
                throw new RejectedException(notFabricCa(response.status()));
            }
            return new Answer(response.status(), answer);
        } catch (JsonProcessingException e) {
            throw new RejectedException(notFabricCa(0), e);
        } catch (IOException e) {
            throw translated(e);
        }
    }

    private static byte[] bytes(ObjectNode body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new AssertionError("A JSON tree can be written", e);
        }
    }

    private String notFabricCa(int status) {
        return "What answers at `" + server() + "` is no Fabric CA"
                + (status == 0 ? ": its answer is no JSON" : ", it sent HTTP status " + status)
                + ".\n  Fix: check host and port; a Fabric CA listens on 7054.";
    }

    private WeftException translated(IOException e) {
        if (e instanceof ConnectException) {
            return new UnreachableException(
                    "Nothing answers at `" + server() + "`, where a Fabric CA was expected.", e);
        }
        if (e instanceof SocketTimeoutException) {
            return new TimedOutException(
                    "The Fabric CA at `" + server() + "` did not answer within " + timeout.toSeconds() + " s.", e);
        }
        if (e instanceof SSLException) {
            return new RejectedException(
                    "No TLS connection to the Fabric CA at `" + server() + "`: " + e.getMessage()
                            + ".\n  Fix: check that its certificate is from the organization's TLS CA, names `"
                            + connection.endpoint().dial().host() + "` and has not expired.",
                    e);
        }
        return new UnreachableException(
                "The connection to the Fabric CA at `" + server() + "` broke: " + e.getMessage() + ".", e);
    }

    @Override
    public String toString() {
        return "FabricCaClient of " + server();
    }
}
