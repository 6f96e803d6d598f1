package io.weft.embedded.ca;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.weft.embedded.ca.RawCalls.Reply;
import io.weft.pki.Certificate;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.Extensions;

/** Writes down what came back, without what is different each time, and certificates by what is in them. */
final class Transcriber {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** What a server says of itself alone. */
    private static final List<String> OWN = List.of("IssuerPublicKey", "IssuerRevocationPublicKey", "Version");

    private static final Pattern OWNERS = Pattern.compile("identities associated: (.*?)\\. Need");

    private final Certificate authority;

    Transcriber(Certificate authority) {
        this.authority = authority;
    }

    static String anonymous(String text) {
        Matcher owners = OWNERS.matcher(text);
        String sorted = owners.find()
                ? text.replace(
                        owners.group(1),
                        String.join(",", new TreeSet<>(List.of(owners.group(1).split(",")))))
                : text;
        return sorted.replaceAll("(?i)\\b[0-9a-f]{30,}\\b", "<hex>")
                .replaceAll("-----BEGIN CERTIFICATE REQUEST-----.*?-----END CERTIFICATE REQUEST-----", "<request>")
                .replaceAll("(?s)Invalid request body: .*?(; body=|$)", "Invalid request body: <why>; body=");
    }

    String describe(String method, Reply reply) {
        StringBuilder result = new StringBuilder("-> ").append(reply.status());
        reply.location().ifPresent(place -> result.append(", Location: ").append(place));
        result.append('\n');
        if (method.equals("HEAD")) {
            return result.append("   ")
                    .append(reply.body().length())
                    .append(" bytes\n")
                    .toString();
        }
        if (!reply.contentType().equals("application/json")) {
            return result.append("   ")
                    .append(reply.contentType())
                    .append(": ")
                    .append(reply.body().strip())
                    .append('\n')
                    .toString();
        }
        try {
            JSON.writerWithDefaultPrettyPrinter()
                    .writeValueAsString(described(reply.json()))
                    .lines()
                    .forEach(line -> result.append("   ").append(line).append('\n'));
            return result.toString();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode described(JsonNode node) {
        if (node.isObject()) {
            ObjectNode result = JsonNodeFactory.instance.objectNode();
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                if (!OWN.contains(field.getKey())) {
                    result.set(field.getKey(), described(field.getKey(), field.getValue()));
                }
            }
            return result;
        }
        if (node.isArray()) {
            List<JsonNode> all = new ArrayList<>(StreamSupport.stream(node.spliterator(), false)
                    .map(this::described)
                    .toList());
            // Fabric CA's order is that of Go's maps and of its database.
            all.sort(Comparator.comparing(Transcriber::name));
            ArrayNode result = JsonNodeFactory.instance.arrayNode();
            return result.addAll(all);
        }
        return node.isTextual() ? TextNode.valueOf(anonymous(node.textValue())) : node;
    }

    private static String name(JsonNode node) {
        return node.has("id") ? node.get("id").asText() : node.path("name").asText();
    }

    private JsonNode described(String name, JsonNode value) {
        String text = value.asText();
        return switch (name) {
            case "Cert" -> certificate(decoded(text));
            case "PEM" -> certificate(text);
            case "CRL" -> text.isEmpty() ? value : list(decoded(text));
            case "CAChain" ->
                TextNode.valueOf(decoded(text).equals(authority.pem()) ? "<its certificate>" : decoded(text));
            case "secret" -> text.matches("[a-zA-Z]{12}") ? TextNode.valueOf("<12 letters>") : value;
            default -> described(value);
        };
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    private JsonNode certificate(String pem) {
        try {
            Certificate certificate = Certificate.parse(pem);
            X509Certificate x509 = certificate.x509();
            ObjectNode result = JsonNodeFactory.instance.objectNode();
            // The order of the fields is that of the Go release that the server was built with.
            result.put(
                    "subject",
                    String.join(",", new TreeSet<>(List.of(certificate.subject().split(",")))));
            result.put("issuer", certificate.issuer());
            result.put("isSignedByAuthority", certificate.isSignedBy(authority) && certificate.hasLowSignature());
            result.put(
                    "isSerialFull",
                    x509.getSerialNumber().bitLength() > 120
                            && x509.getSerialNumber().bitLength() < 160);
            result.put(
                    "start",
                    certificate.notBefore().equals(authority.notBefore())
                            ? "as authority's"
                            : certificate.notBefore().toString());
            Duration left = Duration.between(Instant.now().plusSeconds(30), certificate.notAfter());
            result.put("hoursLeft", Math.round(left.toMinutes() / 60.0));
            result.put("isEndWholeMinute", certificate.notAfter().getEpochSecond() % 60 == 0);
            Extensions extensions = org.bouncycastle.asn1.x509.Certificate.getInstance(certificate.der())
                    .getTBSCertificate()
                    .getExtensions();
            ArrayNode shown = result.putArray("extensions");
            for (ASN1ObjectIdentifier type : extensions.getExtensionOIDs()) {
                shown.add(type + (extensions.getExtension(type).isCritical() ? " critical" : ""));
            }
            result.put("keyUsage", Arrays.toString(x509.getKeyUsage()));
            result.put("extendedKeyUsage", String.valueOf(x509.getExtendedKeyUsage()));
            result.put("pathLength", x509.getBasicConstraints());
            result.put(
                    "isSkiSha1", certificate.subjectKeyIdentifier().orElse("").length() == 40);
            result.put("isAkiAuthority", certificate.authorityKeyIdentifier().equals(authority.subjectKeyIdentifier()));
            result.put("names", String.valueOf(x509.getSubjectAlternativeNames()));
            result.put("attributes", certificate.attributes().orElse("none"));
            return result;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(pem, e);
        }
    }

    private JsonNode list(String pem) {
        try {
            X509CRL list = (X509CRL) CertificateFactory.getInstance("X.509")
                    .generateCRL(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
            list.verify(authority.x509().getPublicKey());
            ObjectNode result = JsonNodeFactory.instance.objectNode();
            result.put("label", pem.lines().findFirst().orElse(""));
            result.put("issuer", list.getIssuerX500Principal().getName());
            result.put("version", list.getVersion());
            result.put(
                    "isNew",
                    Math.abs(Duration.between(list.getThisUpdate().toInstant(), Instant.now())
                                    .toSeconds())
                            < 20);
            result.put(
                    "hours",
                    Duration.between(
                                    list.getThisUpdate().toInstant(),
                                    list.getNextUpdate().toInstant())
                            .toHours());
            result.put("extensions", list.getNonCriticalExtensionOIDs() + " " + list.getCriticalExtensionOIDs());
            result.put(
                    "entries",
                    list.getRevokedCertificates() == null
                            ? 0
                            : list.getRevokedCertificates().size());
            result.put(
                    "haveEntriesExtensions",
                    list.getRevokedCertificates() != null
                            && list.getRevokedCertificates().stream().anyMatch(entry -> entry.hasExtensions()));
            return result;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(pem, e);
        }
    }
}
