package io.weft.node;

import io.weft.model.MspId;
import io.weft.msp.LocalMsp;
import io.weft.msp.NodeOus;
import io.weft.msp.OrganizationMsp;
import io.weft.pki.Certificate;
import io.weft.pki.Credential;
import io.weft.pki.InvalidPemException;
import io.weft.pki.SigningKey;
import io.weft.problem.RejectedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads certificates, keys and MSP folders. Embedded nodes know MSPs as weft makes them: one root CA for identities, one
 * for TLS, all four Node OUs; anything else is refused.
 *
 * @see <a href="https://hyperledger-fabric.readthedocs.io/en/latest/membership/membership.html#msp-structure">MSP
 *     structure</a>
 */
final class IdentityFolder {
    private static final String ALTERNATIVE = " Run Fabric's own image for it.";

    private final SecureRandom random;

    IdentityFolder(SecureRandom random) {
        this.random = random;
    }

    /** The local MSP of a node. */
    LocalMsp msp(Path folder, String mspId) {
        for (String name : List.of("intermediatecerts", "tlsintermediatecerts", "crls", "admincerts")) {
            if (!files(folder.resolve(name)).isEmpty()) {
                throw new RejectedException("The MSP folder `" + folder + "` has `" + name
                        + "`, which embedded nodes do not know." + ALTERNATIVE);
            }
        }
        requireNodeOus(folder);
        return new LocalMsp(
                new OrganizationMsp(
                        new MspId(mspId), only(folder.resolve("cacerts")), only(folder.resolve("tlscacerts"))),
                signer(folder));
    }

    private static void requireNodeOus(Path folder) {
        Path file = folder.resolve("config.yaml");
        try {
            if (!Objects.equals(units(Files.readString(file)), units(NodeOus.configYaml()))) {
                throw new RejectedException("`" + file + "` does not enable the Node OUs `client`, `peer`, `admin` and"
                        + " `orderer`, which embedded nodes tell identities apart by." + ALTERNATIVE);
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        } catch (YAMLException | ClassCastException e) {
            throw new RejectedException("`" + file + "` is no YAML mapping.", e);
        }
    }

    /** What a {@code config.yaml} says, but for the paths of certificates: there is only one that they can name. */
    private static List<String> units(String yaml) {
        Map<?, ?> tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        List<String> result = new ArrayList<>();
        if (tree != null && tree.get("NodeOUs") instanceof Map<?, ?> units) {
            units.forEach((name, value) -> result.add(name + "="
                    + (value instanceof Map<?, ?> unit
                            ? unit.get("OrganizationalUnitIdentifier")
                            : String.valueOf(value))));
        }
        result.sort(String.CASE_INSENSITIVE_ORDER);
        return result;
    }

    private Credential signer(Path folder) {
        Certificate certificate = only(folder.resolve("signcerts"));
        for (Path file : files(folder.resolve("keystore"))) {
            Optional<SigningKey> key = key(file).filter(found -> found.matches(certificate));
            if (key.isPresent()) {
                return new Credential(certificate, key.get());
            }
        }
        throw new RejectedException("`" + folder.resolve("keystore") + "` has no P-256 key of the certificate in `"
                + folder.resolve("signcerts") + "`.");
    }

    private Optional<SigningKey> key(Path file) {
        try {
            return Optional.of(SigningKey.parse(text(file), random));
        } catch (InvalidPemException e) {
            return Optional.empty();
        }
    }

    /** A certificate and its key. */
    Credential credential(Path certificate, Path key) {
        try {
            return Credential.parse(text(certificate), text(key), random);
        } catch (InvalidPemException e) {
            throw new RejectedException(
                    "Of `" + certificate + "` and `" + key + "`, the certificate or the private key " + e.getMessage(),
                    e);
        }
    }

    /** All certificates of a file. */
    static List<Certificate> certificates(Path file) {
        try {
            return Certificate.parseAll(text(file));
        } catch (InvalidPemException e) {
            throw new RejectedException("The certificate in `" + file + "` " + e.getMessage(), e);
        }
    }

    private static Certificate only(Path folder) {
        List<Certificate> found = files(folder).stream()
                .flatMap(file -> certificates(file).stream())
                .toList();
        if (found.size() != 1) {
            throw new RejectedException("`" + folder + "` has " + found.size()
                    + " certificates, but embedded nodes know MSPs with exactly one there." + ALTERNATIVE);
        }
        return found.get(0);
    }

    /** The files of a folder, none if it does not exist; without those by which Kubernetes replaces them at once. */
    private static List<Path> files(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static RejectedException unreadable(Path file, IOException e) {
        return new RejectedException("`" + file + "` cannot be read: " + e + ".", e);
    }
}
