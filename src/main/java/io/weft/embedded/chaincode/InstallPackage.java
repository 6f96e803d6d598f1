package io.weft.embedded.chaincode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.weft.chaincode.PackageId;
import io.weft.embedded.ledger.Sha256;
import io.weft.model.HostPort;
import io.weft.pki.Certificate;
import io.weft.pki.Credential;
import io.weft.pki.InvalidPemException;
import java.io.EOFException;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * A chaincode package as peers take it. Rules and texts are those of Fabric's {@code core/chaincode/persistence} and of
 * its {@code ccaas} builder.
 *
 * @param type how to run it; {@code ccaas} for a service
 * @param code the inner archive
 */
record InstallPackage(String type, String label, ByteString code, ByteString bytes) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @throws ChaincodeFailure if it is none */
    static InstallPackage parse(ByteString bytes) {
        Optional<JsonNode> metadata = Optional.empty();
        Optional<ByteString> code = Optional.empty();
        try (TarArchiveInputStream tar = open(bytes)) {
            TarArchiveEntry entry = next(tar);
            while (entry != null) {
                if (!entry.isFile()) {
                    throw new ChaincodeFailure(
                            "tar entry " + entry.getName() + " is not a regular file, type " + entry.getLinkFlag());
                }
                if (entry.getName().equals("metadata.json")) {
                    metadata = Optional.of(json("metadata.json", tar.readAllBytes()));
                } else if (entry.getName().equals("code.tar.gz")) {
                    code = Optional.of(ByteString.copyFrom(tar.readAllBytes()));
                }
                entry = next(tar);
            }
        } catch (ZipException e) {
            // Whatever is wrong, Go says this.
            throw new ChaincodeFailure("error reading as gzip stream: gzip: invalid header", e);
        } catch (EOFException e) {
            throw new ChaincodeFailure(
                    "error reading as gzip stream: " + (bytes.isEmpty() ? "EOF" : "unexpected EOF"), e);
        } catch (IOException e) {
            throw new ChaincodeFailure("error reading as gzip stream: " + e.getMessage(), e);
        }
        if (code.isEmpty()) {
            throw new ChaincodeFailure("did not find a code package inside the package");
        }
        if (metadata.isEmpty()) {
            throw new ChaincodeFailure("did not find any package metadata (missing metadata.json)");
        }
        String label = metadata.get().path("label").asText();
        if (!PackageId.isLabel(label)) {
            throw new ChaincodeFailure("invalid label '" + label + "'. Label must be non-empty, can only consist of"
                    + " alphanumerics, symbols from '.+-_', and can only begin with alphanumerics");
        }
        return new InstallPackage(metadata.get().path("type").asText(), label, code.get(), bytes);
    }

    private static TarArchiveInputStream open(ByteString bytes) throws IOException {
        return new TarArchiveInputStream(new GZIPInputStream(bytes.newInput()));
    }

    private static TarArchiveEntry next(TarArchiveInputStream tar) {
        try {
            return tar.getNextEntry();
        } catch (IOException e) {
            throw new ChaincodeFailure("error inspecting next tar header: " + e.getMessage(), e);
        }
    }

    private static JsonNode json(String file, byte[] content) {
        try {
            JsonNode result = JSON.readTree(content);
            if (!result.isObject()) {
                throw new ChaincodeFailure("could not unmarshal " + file + " as json");
            }
            return result;
        } catch (IOException e) {
            throw new ChaincodeFailure("could not unmarshal " + file + " as json: " + e.getMessage(), e);
        }
    }

    PackageId id() {
        return new PackageId(label, HexFormat.of().formatHex(Sha256.of(bytes).toByteArray()));
    }

    boolean isService() {
        return type.equalsIgnoreCase("ccaas");
    }

    /**
     * Where the service is, from {@code connection.json}.
     *
     * @throws ChaincodeFailure if that is missing or says nothing usable
     */
    ChaincodeSource.Address service() {
        JsonNode connection = connection();
        String address = connection.path("address").asText();
        if (address.contains("{{")) {
            throw new ChaincodeFailure("the address `" + address
                    + "` in connection.json is a template, and embedded peers fill in none: give the address itself");
        }
        HostPort target;
        try {
            target = HostPort.parse(address);
        } catch (IllegalArgumentException e) {
            throw new ChaincodeFailure(
                    "chaincode address not provided: `" + address + "` in connection.json is no `host:port`", e);
        }
        if (!connection.path("tls_required").asBoolean()) {
            return new ChaincodeSource.Address(target, Optional.empty());
        }
        try {
            Optional<Credential> client = connection
                            .path("client_auth_required")
                            .asBoolean()
                    ? Optional.of(Credential.parse(
                            text(connection, "client_cert"), text(connection, "client_key"), new SecureRandom()))
                    : Optional.empty();
            return new ChaincodeSource.Address(
                    target,
                    Optional.of(new ChaincodeSource.Tls(Certificate.parseAll(text(connection, "root_cert")), client)));
        } catch (InvalidPemException e) {
            throw new ChaincodeFailure("a certificate or the key in connection.json " + e.getMessage(), e);
        }
    }

    private static String text(JsonNode connection, String name) {
        String result = connection.path(name).asText();
        if (result.isEmpty()) {
            throw new ChaincodeFailure("connection.json requires TLS, but has no `" + name + "`");
        }
        return result;
    }

    private JsonNode connection() {
        try (TarArchiveInputStream tar = open(code)) {
            TarArchiveEntry entry = next(tar);
            while (entry != null) {
                if (entry.isFile() && entry.getName().replaceFirst("^\\./", "").equals("connection.json")) {
                    return json("connection.json", tar.readAllBytes());
                }
                entry = next(tar);
            }
        } catch (IOException e) {
            throw new ChaincodeFailure("code.tar.gz cannot be read: " + e.getMessage(), e);
        }
        throw new ChaincodeFailure("connection.json not found in code.tar.gz");
    }

    /** Without the code. */
    @Override
    public String toString() {
        return "InstallPackage[" + id() + ", " + type + "]";
    }
}
