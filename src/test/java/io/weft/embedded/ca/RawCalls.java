package io.weft.embedded.ca;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weft.pki.Certificate;
import io.weft.pki.Credential;
import io.weft.pki.DistinguishedName;
import io.weft.pki.SigningKey;
import io.weft.pki.SigningRequest;
import io.weft.testing.Eventually;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Calls a Fabric CA as nobody's client would: with whatever header and body. */
final class RawCalls {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI server;
    private final HttpClient http;

    /** An answer as it came. */
    record Reply(int status, Optional<String> location, String contentType, String body) {
        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(body, e);
            }
        }
    }

    /** Makes the Authorization header of a call. */
    interface Authorization {
        Optional<String> header(String method, String target, byte[] body);
    }

    RawCalls(RunningCa ca) {
        this(ca.uri(), ca.tls().certificate());
    }

    RawCalls(URI server, Certificate root) {
        this.server = server;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(trusting(root))
                .build();
    }

    private static SSLContext trusting(Certificate root) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("root", root.x509());
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    Authorization byNobody() {
        return (method, target, body) -> Optional.empty();
    }

    Authorization byHeader(String header) {
        return (method, target, body) -> Optional.of(header);
    }

    Authorization byPassword(String id, String secret) {
        return byHeader(
                "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(StandardCharsets.UTF_8)));
    }

    Authorization byToken(Credential caller) {
        return byToken(caller, target -> target, signature -> signature);
    }

    Authorization byToken(Credential caller, UnaryOperator<String> target, UnaryOperator<byte[]> signature) {
        return (method, path, body) -> {
            Base64.Encoder base64 = Base64.getEncoder();
            String certificate = base64.encodeToString(caller.certificatePem().getBytes(StandardCharsets.UTF_8));
            String signed = method + "."
                    + base64.encodeToString(target.apply(path).getBytes(StandardCharsets.UTF_8)) + "."
                    + base64.encodeToString(body) + "." + certificate;
            byte[] bytes = signature.apply(caller.sign(signed.getBytes(StandardCharsets.UTF_8)));
            return Optional.of(certificate + "." + base64.encodeToString(bytes));
        };
    }

    /**
     * Calls.
     *
     * @param target path and query
     * @param body JSON with apostrophes for quotation marks; empty: none
     */
    Reply send(Authorization authorization, String method, String target, String body) {
        byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(target))
                .timeout(Eventually.PATIENCE)
                .method(method, bytes.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(bytes));
        authorization.header(method, target, bytes).ifPresent(header -> request.header("Authorization", header));
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            return new Reply(
                    response.statusCode(),
                    response.headers().firstValue("Location"),
                    response.headers().firstValue("Content-Type").orElse(""),
                    response.body());
        } catch (IOException e) {
            throw new IllegalStateException(method + " " + target, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Credential enroll(String id, String secret) {
        SigningKey key = SigningKey.generate(RunningCa.RANDOM);
        String csr = SigningRequest.create(key, DistinguishedName.of(id), List.of());
        Reply reply =
                send(byPassword(id, secret), "POST", "/api/v1/enroll", "{'certificate_request':'" + inJson(csr) + "'}");
        return credential(reply, key);
    }

    static Credential credential(Reply reply, SigningKey key) {
        String certificate = reply.json().path("result").path("Cert").asText();
        if (certificate.isEmpty()) {
            throw new IllegalStateException(reply.toString());
        }
        return new Credential(
                Certificate.parse(new String(Base64.getDecoder().decode(certificate), StandardCharsets.UTF_8)), key);
    }

    static String inJson(String text) {
        return text.replace("\n", "\\n");
    }
}
