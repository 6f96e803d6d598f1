package io.weft.chaincode;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weft.model.Chaincode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A package for a chaincode that runs as a service: it holds where peers find it, and no code. Equal inputs give equal
 * bytes and so an equal package ID, on every machine and Java runtime: entries have fixed order, time and owner, and
 * nothing is compressed, because compressed bytes depend on the version of zlib.
 */
public final class ChaincodePackage {
    private static final int FILE_MODE = 0100644;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PackageId id;
    private final byte[] bytes;

    private ChaincodePackage(PackageId id, byte[] bytes) {
        this.id = id;
        this.bytes = bytes;
    }

    /**
     * Makes the package.
     *
     * @param label what the package ID begins with
     * @param server where peers find the chaincode
     * @throws IllegalArgumentException if Fabric does not take the label
     */
    public static ChaincodePackage of(String label, ChaincodeServer server) {
        requireNonNull(server, "server");
        if (!PackageId.isLabel(label)) {
            throw new IllegalArgumentException("Not a package label: " + label);
        }
        Map<String, byte[]> code = Map.of("connection.json", json(server.connection()));
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("type", "ccaas");
        metadata.put("label", label);
        Map<String, byte[]> outer = new LinkedHashMap<>();
        outer.put("metadata.json", json(metadata));
        outer.put("code.tar.gz", Gzip.store(tar(code)));
        byte[] bytes = Gzip.store(tar(outer));
        return new ChaincodePackage(new PackageId(label, sha256(bytes)), bytes);
    }

    /** The label that weft gives to the package of a chaincode: {@code name_version}. */
    public static String label(Chaincode chaincode) {
        return chaincode.name() + "_" + chaincode.version();
    }

    public PackageId id() {
        return id;
    }

    /** The package as peers take it: a gzip-compressed tar archive. */
    public byte[] bytes() {
        return Arrays.copyOf(bytes, bytes.length);
    }

    private static byte[] json(Map<String, Object> content) {
        try {
            return JSON.writeValueAsString(content).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new AssertionError("Texts and truth values have a JSON form", e);
        }
    }

    private static byte[] tar(Map<String, byte[]> files) {
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(result)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                entry.setMode(FILE_MODE);
                entry.setModTime(0);
                entry.setIds(0, 0);
                entry.setNames("", "");
                entry.setSize(file.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new AssertionError("Writing to memory does not fail", e);
        }
        return result.toByteArray();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java runtime has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "ChaincodePackage[" + id + "]";
    }
}
