package io.weft.embedded.ca;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weft.problem.RejectedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.LongDataType;
import org.h2.mvstore.type.StringDataType;

/**
 * Identities, affiliations and certificates, in one file that only its owner may read. What is not committed is gone
 * after a kill; what is committed is not. For one thread at a time.
 */
final class Registry implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FILE = "ca.mv";

    private final MVStore store;
    private final MVMap<String, String> users;
    private final MVMap<String, String> affiliations;
    private final MVMap<Long, String> certificates;
    private final Map<String, Long> numbers = new HashMap<>();

    private Registry(MVStore store) {
        this.store = store;
        this.users = store.openMap("users", texts());
        this.affiliations = store.openMap("affiliations", texts());
        this.certificates = store.openMap(
                "certificates",
                new MVMap.Builder<Long, String>().keyType(LongDataType.INSTANCE).valueType(StringDataType.INSTANCE));
        index();
    }

    private static MVMap.Builder<String, String> texts() {
        return new MVMap.Builder<String, String>()
                .keyType(StringDataType.INSTANCE)
                .valueType(StringDataType.INSTANCE);
    }

    private void index() {
        numbers.clear();
        certificates.forEach((number, json) -> numbers.put(key(certificate(json)), number));
    }

    private static String key(IssuedCertificate certificate) {
        return certificate.serial() + "/" + certificate.authority();
    }

    /**
     * Opens the file of a folder; makes both when they are absent.
     *
     * @throws RejectedException if another server has it open, or it is damaged
     */
    static Registry open(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            create(folder, file);
            return new Registry(new MVStore.Builder()
                    .fileName(file.toString())
                    .autoCommitDisabled()
                    .open());
        } catch (MVStoreException e) {
            throw new RejectedException(
                    "The Fabric CA cannot open its registry `" + file + "`: " + e.getMessage()
                            + ".\n  Fix: stop the other process that uses it; if there is none, restore the file or"
                            + " delete it, which makes the CA forget whom it enrolled.",
                    e);
        } catch (IOException e) {
            throw new RejectedException("The Fabric CA cannot write its registry `" + file + "`: " + e + ".", e);
        }
    }

    private static void create(Path folder, Path file) throws IOException {
        boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        Files.createDirectories(folder, attributes(posix, "rwx------"));
        if (!Files.exists(file)) {
            Files.createFile(file, attributes(posix, "rw-------"));
        }
    }

    private static FileAttribute<?>[] attributes(boolean posix, String permissions) {
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    Optional<User> user(String id) {
        return Optional.ofNullable(users.get(id)).map(Registry::user0);
    }

    /** By enrollment ID. */
    List<User> users() {
        List<User> result = new ArrayList<>();
        users.forEach((id, json) -> result.add(user0(json)));
        return result;
    }

    void put(User user) {
        ObjectNode json = JSON.createObjectNode()
                .put("id", user.id())
                .put("password", user.password().stored())
                .put("type", user.type())
                .put("affiliation", user.affiliation())
                .put("state", user.state())
                .put("maxEnrollments", user.maxEnrollments())
                .put("failedLogins", user.failedLogins());
        ArrayNode attributes = json.putArray("attributes");
        user.attributes().forEach(attribute -> attributes.add(attribute.json()));
        users.put(user.id(), text(json));
    }

    private static User user0(String text) {
        JsonNode json = json(text);
        List<UserAttribute> attributes = new ArrayList<>();
        json.path("attributes").forEach(node -> attributes.add(UserAttribute.read(node)));
        return new User(
                json.path("id").asText(),
                Password.read(json.path("password").asText()),
                json.path("type").asText(),
                json.path("affiliation").asText(),
                attributes,
                json.path("state").asInt(),
                json.path("maxEnrollments").asInt(),
                json.path("failedLogins").asInt());
    }

    boolean hasAffiliation(String name) {
        return affiliations.containsKey(name);
    }

    /** Sorted: a parent comes before its children. */
    List<String> affiliations() {
        return new ArrayList<>(affiliations.keySet());
    }

    void addAffiliation(String name) {
        affiliations.put(name, "");
    }

    void removeAffiliation(String name) {
        affiliations.remove(name);
    }

    /** In the order they were issued. */
    List<IssuedCertificate> certificates() {
        List<IssuedCertificate> result = new ArrayList<>();
        certificates.forEach((number, json) -> result.add(certificate(json)));
        return result;
    }

    Optional<IssuedCertificate> certificate(String serial, String authority) {
        return Optional.ofNullable(numbers.get(serial + "/" + authority))
                .map(certificates::get)
                .map(Registry::certificate);
    }

    /** Adds, or replaces the one with the same serial number and authority. */
    void put(IssuedCertificate certificate) {
        Long number = numbers.computeIfAbsent(key(certificate), key -> {
            Long last = certificates.lastKey();
            return last == null ? 1L : last + 1;
        });
        ObjectNode json = JSON.createObjectNode()
                .put("owner", certificate.owner())
                .put("serial", certificate.serial())
                .put("authority", certificate.authority())
                .put("pem", certificate.pem())
                .put("notAfter", certificate.notAfter().toString())
                .put("reason", certificate.reason());
        certificate.revokedAt().ifPresent(at -> json.put("revokedAt", at.toString()));
        certificates.put(number, text(json));
    }

    private static IssuedCertificate certificate(String text) {
        JsonNode json = json(text);
        return new IssuedCertificate(
                json.path("owner").asText(),
                json.path("serial").asText(),
                json.path("authority").asText(),
                json.path("pem").asText(),
                Instant.parse(json.path("notAfter").asText()),
                Optional.ofNullable(json.get("revokedAt")).map(at -> Instant.parse(at.asText())),
                json.path("reason").asInt());
    }

    private static String text(ObjectNode json) {
        try {
            return JSON.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("A JSON tree can be written", e);
        }
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keeps what was changed. */
    void commit() {
        if (store.hasUnsavedChanges()) {
            store.commit();
        }
    }

    /** Forgets what was changed since the last commit. */
    void rollback() {
        store.rollback();
        index();
    }

    @Override
    public void close() {
        store.close();
    }
}
