package io.weft.identity;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weft.model.HostPort;
import io.weft.model.MspId;
import io.weft.msp.LocalMsp;
import io.weft.msp.OrganizationMsp;
import io.weft.pki.Certificate;
import io.weft.pki.Credential;
import io.weft.pki.InvalidPemException;
import io.weft.problem.ConflictException;
import io.weft.problem.RejectedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An identity on its way out of the cluster, for other Fabric tools: an MSP folder, a wallet file, TLS roots, and the
 * environments for Fabric's own {@code peer} program and for gateway applications. The text form names no key.
 */
public final class IdentityExport {
    private static final String ENVIRONMENT = "peer.env";
    private static final String APPLICATION = "application.env";
    private static final String TLS_CA = "tls/ca.crt";
    private static final String ORDERER_TLS_CAS = "tls/orderers.crt";
    private static final String CLIENT_CERTIFICATE = "tls/client.crt";
    private static final String CLIENT_KEY = "tls/client.key";
    private static final String WALLET = "wallet";
    private static final String WALLET_SUFFIX = ".id";
    private static final Set<String> FILES = Set.of(
            ENVIRONMENT,
            APPLICATION,
            "core.yaml",
            TLS_CA,
            ORDERER_TLS_CAS,
            CLIENT_CERTIFICATE,
            CLIENT_KEY,
            "msp/cacerts/ca.crt",
            "msp/tlscacerts/tlsca.crt",
            "msp/config.yaml",
            "msp/signcerts/sign.crt",
            "msp/keystore/sign.key");

    /** The little that the {@code peer} program cannot do without; everything else is in the environment. */
    private static final String CORE_YAML = """
            peer:
              client:
                connTimeout: 10s
              BCCSP:
                Default: SW
                SW:
                  Hash: SHA2
                  Security: 256
            """;

    private final String label;
    private final LocalMsp identity;
    private final Optional<Credential> adminClient;
    private final Optional<HostPort> peer;
    private final Optional<String> peerHost;
    private final List<Certificate> ordererRoots;
    private final Optional<HostPort> orderer;
    private final Optional<HostPort> ordererAdmin;

    private IdentityExport(
            String label,
            LocalMsp identity,
            Optional<Credential> adminClient,
            Optional<HostPort> peer,
            Optional<String> peerHost,
            List<Certificate> ordererRoots,
            Optional<HostPort> orderer,
            Optional<HostPort> ordererAdmin) {
        this.label = label;
        this.identity = identity;
        this.adminClient = adminClient;
        this.peer = peer;
        this.peerHost = peerHost;
        this.ordererRoots = List.copyOf(ordererRoots);
        this.orderer = orderer;
        this.ordererAdmin = ordererAdmin;
    }

    /**
     * Takes the contents of a user's or admin's Secret.
     *
     * @param organization the organization's name in the spec
     * @param user the user's name in the spec
     * @param contents entries {@code sign.crt}, {@code sign.key}, {@code ca.crt}, {@code tlsca.crt}; the admin's also
     *     {@code tls.crt} and {@code tls.key}
     * @throws RejectedException if an entry is missing or unreadable
     */
    public static IdentityExport of(String organization, String user, MspId mspId, Map<String, String> contents) {
        requireNonNull(mspId, "mspId");
        String title = "`" + organization + "/" + user + "`";
        OrganizationMsp msp = new OrganizationMsp(
                mspId, certificate(title, contents, "ca.crt"), certificate(title, contents, "tlsca.crt"));
        LocalMsp identity = new LocalMsp(msp, credential(title, contents, "sign"));
        Optional<Credential> adminClient =
                contents.containsKey("tls.crt") ? Optional.of(credential(title, contents, "tls")) : Optional.empty();
        return new IdentityExport(
                user + "@" + organization,
                identity,
                adminClient,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    private static String entry(String title, Map<String, String> contents, String entry) {
        String text = contents.get(entry);
        if (text == null) {
            throw new RejectedException("The Secret of " + title + " has no entry `" + entry + "`.");
        }
        return text;
    }

    private static Certificate certificate(String title, Map<String, String> contents, String entry) {
        try {
            return Certificate.parse(entry(title, contents, entry));
        } catch (InvalidPemException e) {
            throw new RejectedException(
                    "The entry `" + entry + "` of the Secret of " + title + " " + e.getMessage(), e);
        }
    }

    private static Credential credential(String title, Map<String, String> contents, String pair) {
        try {
            return Credential.parse(
                    entry(title, contents, pair + ".crt"), entry(title, contents, pair + ".key"), new SecureRandom());
        } catch (InvalidPemException e) {
            throw new RejectedException(
                    "The entries `" + pair + ".crt` and `" + pair + ".key` of the Secret of " + title
                            + " cannot be used: one of them " + e.getMessage(),
                    e);
        }
    }

    /**
     * With the peer that the environment points at.
     *
     * @param address where it is reached: the near end of a tunnel, or its name within the cluster
     * @param host the name in its TLS certificate to expect, if that is another than the address's
     */
    public IdentityExport withPeer(HostPort address, Optional<String> host) {
        return new IdentityExport(
                label, identity, adminClient, Optional.of(address), host, ordererRoots, orderer, ordererAdmin);
    }

    /** With the TLS roots of the ordering nodes, for {@code --cafile "$ORDERER_CA"}. */
    public IdentityExport withOrdererRoots(List<Certificate> roots) {
        return new IdentityExport(label, identity, adminClient, peer, peerHost, roots, orderer, ordererAdmin);
    }

    /** With an ordering node, for {@code -o "$ORDERER_ADDRESS"} of the {@code peer} program. */
    public IdentityExport withOrderer(HostPort address) {
        return new IdentityExport(
                label, identity, adminClient, peer, peerHost, ordererRoots, Optional.of(address), ordererAdmin);
    }

    /** With the admin listener of an ordering node, for {@code -o "$ORDERER_ADMIN_ADDRESS"} of {@code osnadmin}. */
    public IdentityExport withOrdererAdmin(HostPort address) {
        return new IdentityExport(
                label, identity, adminClient, peer, peerHost, ordererRoots, orderer, Optional.of(address));
    }

    /** The identity in the form of the wallets of Fabric's former SDKs: JSON, {@code X.509}, version 1. */
    String wallet() {
        ObjectNode wallet = new ObjectMapper().createObjectNode();
        wallet.putObject("credentials")
                .put("certificate", identity.signer().certificatePem())
                .put("privateKey", identity.signer().keyPem());
        wallet.put("mspId", identity.organization().mspId().value());
        wallet.put("type", "X.509");
        wallet.put("version", 1);
        return wallet.toString();
    }

    /**
     * What is exported.
     *
     * @param folder where it will lie, as an absolute path; the environment refers to it
     * @return paths below the folder to text, private keys among them
     */
    Map<String, String> files(Path folder) {
        Map<String, String> result = new LinkedHashMap<>();
        identity.files().forEach((path, text) -> result.put("msp/" + path, text));
        result.put(TLS_CA, identity.organization().tlsCa().pem());
        if (!ordererRoots.isEmpty()) {
            result.put(
                    ORDERER_TLS_CAS,
                    ordererRoots.stream().map(Certificate::pem).distinct().collect(Collectors.joining()));
        }
        adminClient.ifPresent(client -> {
            result.put(CLIENT_CERTIFICATE, client.certificatePem());
            result.put(CLIENT_KEY, client.keyPem());
        });
        result.put(walletFile(), wallet());
        result.put("core.yaml", CORE_YAML);
        result.put(ENVIRONMENT, environment(folder));
        peer.ifPresent(address -> result.put(APPLICATION, application(folder, address)));
        return Collections.unmodifiableMap(result);
    }

    private String walletFile() {
        return WALLET + "/" + label + WALLET_SUFFIX;
    }

    private String environment(Path folder) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("FABRIC_CFG_PATH", folder.toString());
        variables.put("CORE_PEER_LOCALMSPID", identity.organization().mspId().value());
        variables.put("CORE_PEER_MSPCONFIGPATH", folder.resolve("msp").toString());
        variables.put("CORE_PEER_TLS_ENABLED", "true");
        variables.put("CORE_PEER_TLS_ROOTCERT_FILE", folder.resolve(TLS_CA).toString());
        peer.ifPresent(address -> variables.put("CORE_PEER_ADDRESS", address.toString()));
        peerHost.ifPresent(host -> variables.put("CORE_PEER_TLS_SERVERHOSTOVERRIDE", host));
        orderer.ifPresent(address -> variables.put("ORDERER_ADDRESS", address.toString()));
        if (!ordererRoots.isEmpty()) {
            variables.put("ORDERER_CA", folder.resolve(ORDERER_TLS_CAS).toString());
        }
        if (adminClient.isPresent()) {
            ordererAdmin.ifPresent(address -> variables.put("ORDERER_ADMIN_ADDRESS", address.toString()));
            variables.put(
                    "ORDERER_ADMIN_TLS_SIGN_CERT",
                    folder.resolve(CLIENT_CERTIFICATE).toString());
            variables.put(
                    "ORDERER_ADMIN_TLS_PRIVATE_KEY", folder.resolve(CLIENT_KEY).toString());
        }
        return exports("# The environment of Fabric's `peer` for " + label, ENVIRONMENT, variables);
    }

    /** The names are those that the gateway applications of fabric-samples ask for. */
    private String application(Path folder, HostPort address) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("MSP_ID", identity.organization().mspId().value());
        variables.put("CRYPTO_PATH", folder.toString());
        variables.put("KEY_DIRECTORY_PATH", folder.resolve("msp/keystore").toString());
        variables.put("CERT_DIRECTORY_PATH", folder.resolve("msp/signcerts").toString());
        variables.put("TLS_CERT_PATH", folder.resolve(TLS_CA).toString());
        variables.put("PEER_ENDPOINT", address.toString());
        // TLS libraries want a name there, and all certificates of nodes have this one.
        String name = address.host().equals("127.0.0.1") ? "localhost" : address.host();
        variables.put("PEER_HOST_ALIAS", peerHost.orElse(name));
        return exports(
                "# The environment of the gateway applications of fabric-samples for " + label
                        + ", but for CHANNEL_NAME and CHAINCODE_NAME",
                APPLICATION,
                variables);
    }

    private static String exports(String title, String file, Map<String, String> variables) {
        StringBuilder result = new StringBuilder(title + "; in a shell: . ./" + file + "\n");
        variables.forEach((name, value) -> result.append("export ")
                .append(name)
                .append("='")
                .append(value.replace("'", "'\\''"))
                .append("'\n"));
        return result.toString();
    }

    /**
     * Writes the export. The folder appears complete or not at all; it and its folders have mode 0700, its files 0600.
     * An earlier export of the same identity is replaced.
     *
     * @param target the folder; made if it is missing, together with the folders above it
     * @return the folder as an absolute path
     * @throws ConflictException if the folder holds anything else
     * @throws RejectedException if the file system says no
     */
    public Path write(Path target) {
        Path folder = target.toAbsolutePath().normalize();
        try {
            if (Files.exists(folder)) {
                folder = folder.toRealPath();
                requireOwn(folder);
            }
            Path parent = folder.getParent();
            if (parent == null) {
                throw new ConflictException("The root folder is no place for an exported identity.");
            }
            Files.createDirectories(parent);
            Path staged =
                    Files.createTempDirectory(parent, "." + folder.getFileName() + ".", mode(parent, "rwx------"));
            try {
                for (Map.Entry<String, String> file : files(folder).entrySet()) {
                    writeFile(staged, staged.resolve(file.getKey()), file.getValue());
                }
                replace(folder, staged);
            } finally {
                delete(staged);
            }
            return folder;
        } catch (IOException e) {
            throw new RejectedException(
                    "The identity `" + label + "` could not be written to `" + folder + "`: " + reason(e) + ".", e);
        }
    }

    private static String reason(IOException e) {
        String name = e.getClass().getSimpleName().replaceAll("Exception$", "");
        return e.getMessage() == null ? name : name + ", " + e.getMessage();
    }

    private void requireOwn(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new ConflictException(
                    "`" + folder + "` is a file; a folder was expected.\n  Fix: choose another" + " folder.");
        }
        Set<String> strangers = new TreeSet<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .map(path -> folder.relativize(path).toString().replace('\\', '/'))
                    .filter(path -> !FILES.contains(path) && !path.equals(walletFile()))
                    .forEach(strangers::add);
        }
        boolean other = strangers.isEmpty() && Files.exists(folder.resolve(walletFile())) && !isSameMsp(folder);
        if (!strangers.isEmpty() || other) {
            String found = other
                    ? "an identity of another MSP"
                    : "`" + strangers.iterator().next() + "`"
                            + (strangers.size() > 1 ? " and " + (strangers.size() - 1) + " more files" : "");
            throw new ConflictException("`" + folder + "` holds something else than an export of `" + label + "`: "
                    + found + ".\n  Fix: choose another folder, or empty this one.");
        }
    }

    private boolean isSameMsp(Path folder) throws IOException {
        String mspId = "\"mspId\":\"" + identity.organization().mspId() + "\"";
        return Files.readString(folder.resolve(walletFile())).contains(mspId);
    }

    private static void writeFile(Path root, Path file, String text) throws IOException {
        Files.createDirectories(file.getParent(), mode(root, "rwx------"));
        Files.createFile(file, mode(root, "rw-------"));
        Files.writeString(file, text, StandardCharsets.UTF_8, StandardOpenOption.TRUNCATE_EXISTING);
    }

    private static FileAttribute<?>[] mode(Path near, String permissions) throws IOException {
        return Files.getFileStore(near).supportsFileAttributeView("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static void replace(Path folder, Path staged) throws IOException {
        if (!Files.exists(folder)) {
            move(staged, folder);
            return;
        }
        Path old = Files.createTempDirectory(folder.getParent(), "." + folder.getFileName() + ".")
                .resolve("old");
        try {
            move(folder, old);
            try {
                move(staged, folder);
            } catch (IOException e) {
                move(old, folder);
                throw e;
            }
        } finally {
            delete(old.getParent());
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @Override
    public String toString() {
        return "IdentityExport[" + label + ", " + identity.signer().certificate() + "]";
    }
}
