package io.weft.deploy;

import io.weft.identity.Identities;
import io.weft.identity.IdentityCheck;
import io.weft.identity.IdentityTemplate;
import io.weft.identity.OrganizationAuthorities;
import io.weft.model.Organization;
import io.weft.model.User;
import io.weft.pki.Certificate;
import io.weft.pki.Credential;
import io.weft.pki.DistinguishedName;
import io.weft.pki.Profile;
import io.weft.pki.Role;
import io.weft.plan.Finding;
import io.weft.plan.Holder;
import io.weft.plan.Holder.CaHolder;
import io.weft.plan.Holder.ChaincodeHolder;
import io.weft.plan.Holder.ClientHolder;
import io.weft.plan.Holder.OrderingNodeHolder;
import io.weft.plan.Holder.PeerHolder;
import io.weft.platform.Item;
import io.weft.platform.Items;
import io.weft.problem.Problem;
import io.weft.problem.RejectedException;
import io.weft.protocol.Signer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Keys and certificates, in Secrets and nowhere else. A key that exists is never replaced: what is wrong with a
 * certificate is mended with the same key, what is wrong with a key stops the run.
 */
final class Keys {
    /** Certificates are made to begin some minutes before they are issued, so that this leaves them a life. */
    private static final Duration EXPIRED = Duration.ofSeconds(-1);

    private final Surroundings surroundings;
    private final NetworkRecord record;
    private final Items secrets;
    private final Identities identities;
    private final Map<String, OrganizationAuthorities> authorities = new ConcurrentHashMap<>();
    private final Map<String, Map<String, String>> contents = new ConcurrentHashMap<>();
    private final Map<ClientHolder, Signer> signers = new ConcurrentHashMap<>();
    private final Map<String, Credential> adminTls = new ConcurrentHashMap<>();

    Keys(Surroundings surroundings, NetworkRecord record) {
        this.surroundings = surroundings;
        this.record = record;
        this.secrets = surroundings.platform().secrets();
        this.identities = new Identities(surroundings.network());
    }

    /** Takes over Secrets that were read already, so that they are not read one by one. */
    void remember(Item secret) {
        contents.put(secret.path(), secret.texts());
    }

    Finding examineAuthorities(String organization) {
        String secret = authoritiesSecret(organization);
        Map<String, String> found = contents.get(secret);
        if (found == null) {
            return Finding.ABSENT;
        }
        authorities.put(
                organization,
                OrganizationAuthorities.parse(secret, found, surroundings.clock(), surroundings.random()));
        return Finding.DONE;
    }

    boolean createAuthorities(String organization) {
        Organization owner = surroundings.network().organization(organization);
        String name = surroundings.names().caKeysSecret(organization);
        Optional<Item> existing = secrets.find(owner.namespace(), name);
        if (existing.isPresent()) {
            adopt(organization, existing.get());
            return false;
        }
        OrganizationAuthorities made = OrganizationAuthorities.create(
                surroundings.network(), organization, surroundings.clock(), surroundings.random());
        var creation = secrets.createIfAbsent(secret(owner, name, made.contents()));
        adopt(organization, creation.value());
        return creation.created();
    }

    private void adopt(String organization, Item secret) {
        record.requireOwn(secrets.kind(), secret);
        remember(secret);
        authorities.put(
                organization,
                OrganizationAuthorities.parse(
                        authoritiesSecret(organization), secret.texts(), surroundings.clock(), surroundings.random()));
    }

    private String authoritiesSecret(String organization) {
        return surroundings.network().organization(organization).namespace() + "/"
                + surroundings.names().caKeysSecret(organization);
    }

    Finding examine(Holder holder) {
        IdentityTemplate template = template(holder);
        Map<String, String> found = contents.get(key(template));
        OrganizationAuthorities roots = authorities.get(holder.organization());
        if (found == null || roots == null) {
            return Finding.ABSENT;
        }
        IdentityCheck check = template.check(found, roots);
        List<String> details = new ArrayList<>(check.repairs().values());
        errors(check).forEach(problem -> details.add(problem.toString()));
        return details.isEmpty() ? Finding.DONE : Finding.different(details);
    }

    /** Whether an organization's admin was found, who speaks to its nodes. */
    boolean hasAdmin(String organization) {
        return contents.containsKey(key(template(new ClientHolder(organization, Organization.ADMIN))));
    }

    boolean issue(Holder holder) {
        IdentityTemplate template = template(holder);
        Optional<Item> existing = secrets.find(template.namespace(), template.name());
        if (existing.isEmpty()) {
            Organization owner = surroundings.network().organization(holder.organization());
            var creation = secrets.createIfAbsent(
                    secret(owner, template.name(), template.create(authorities(holder.organization()))));
            record.requireOwn(secrets.kind(), creation.value());
            remember(creation.value());
            return creation.created();
        }
        record.requireOwn(secrets.kind(), existing.get());
        IdentityCheck check = template.check(existing.get().texts(), authorities(holder.organization()));
        List<Problem> errors = errors(check);
        if (!errors.isEmpty()) {
            throw new RejectedException(errors.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        }
        if (check.repairs().isEmpty()) {
            remember(existing.get());
            return false;
        }
        Item mended = secrets.update(
                template.namespace(),
                template.name(),
                secret -> secret.withTexts(template.repair(secret.texts(), authorities(holder.organization()))));
        remember(mended);
        return true;
    }

    private static List<Problem> errors(IdentityCheck check) {
        return check.problems().stream()
                .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                .toList();
    }

    /** The roots of an organization; they must exist. */
    OrganizationAuthorities authorities(String organization) {
        return authorities.computeIfAbsent(organization, name -> {
            String secret = authoritiesSecret(name);
            return OrganizationAuthorities.parse(secret, contents(secret), surroundings.clock(), surroundings.random());
        });
    }

    /** What the Secret of a holder contains; it must exist. Holds private keys. */
    Map<String, String> contents(Holder holder) {
        return contents(key(template(holder)));
    }

    private Map<String, String> contents(String key) {
        return contents.computeIfAbsent(key, k -> {
            String[] parts = k.split("/", 2);
            Item secret = secrets.find(parts[0], parts[1])
                    .orElseThrow(() -> new RejectedException(
                            secrets.kind() + " `" + k + "` does not exist. Make the network with `weft up` first."));
            record.requireOwn(secrets.kind(), secret);
            return secret.texts();
        });
    }

    /** Signs as an organization's admin or user. */
    Signer signer(String organization, String user) {
        return signers.computeIfAbsent(new ClientHolder(organization, user), client -> {
            Map<String, String> entries = contents(client);
            return new Signer(
                    surroundings.network().organization(organization).mspId(),
                    Credential.parse(entries.get("sign.crt"), entries.get("sign.key"), surroundings.random()));
        });
    }

    /** Signs as the same client with a certificate that has just expired. It is kept nowhere. */
    Signer expiredSigner(String organization, String user) {
        Organization owner = surroundings.network().organization(organization);
        Map<String, String> attributes = owner.users().stream()
                .filter(one -> one.name().equals(user))
                .findFirst()
                .map(User::attributes)
                .orElse(Map.of());
        Role role = user.equals(Organization.ADMIN) ? Role.ADMIN : Role.CLIENT;
        return new Signer(
                owner.mspId(),
                authorities(organization)
                        .signing()
                        .issue(
                                DistinguishedName.of(owner.subject(), user),
                                Profile.Enrollment.asFabricCaWould(role, user, attributes),
                                EXPIRED));
    }

    /** What an organization's admin shows to the admin listeners of its ordering nodes, and to peers that ask. */
    Credential adminTls(String organization) {
        return adminTls.computeIfAbsent(organization, name -> {
            Map<String, String> entries = contents(new ClientHolder(name, Organization.ADMIN));
            return Credential.parse(entries.get("tls.crt"), entries.get("tls.key"), surroundings.random());
        });
    }

    /** Changes when a certificate in the Secrets does; keys never change without their certificates. */
    String checksum(Holder holder) {
        return checksum(contents(holder));
    }

    /** {@link #checksum(Holder)} of a Secret that may not exist yet. */
    Optional<String> knownChecksum(Holder holder) {
        return Optional.ofNullable(contents.get(key(template(holder)))).map(Keys::checksum);
    }

    /** Every certificate in the Secrets read so far, as {@code namespace/secret entry}, and when it expires. */
    Map<String, Instant> certificates() {
        Map<String, Instant> result = new TreeMap<>();
        contents.forEach((secret, entries) -> entries.forEach((entry, text) -> {
            if (entry.endsWith(".crt")) {
                result.put(secret + " " + entry, Certificate.parse(text).notAfter());
            }
        }));
        return result;
    }

    private static String checksum(Map<String, String> entries) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            new TreeMap<>(entries).forEach((entry, text) -> {
                if (entry.endsWith(".crt") || entry.endsWith(".yaml")) {
                    digest.update((entry + "\0" + text + "\0").getBytes(StandardCharsets.UTF_8));
                }
            });
            return "c" + HexFormat.of().formatHex(digest.digest()).substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java runtime has SHA-256", e);
        }
    }

    private IdentityTemplate template(Holder holder) {
        if (holder instanceof OrderingNodeHolder node) {
            return identities.node(node.node());
        }
        if (holder instanceof PeerHolder peer) {
            return identities.node(peer.node());
        }
        if (holder instanceof CaHolder ca) {
            return identities.caServer(ca.organization());
        }
        if (holder instanceof ClientHolder client) {
            return client.user().equals(Organization.ADMIN)
                    ? identities.admin(client.organization())
                    : identities.user(client.organization(), client.user());
        }
        ChaincodeHolder chaincode = (ChaincodeHolder) holder;
        return identities.chaincode(
                chaincode.organization(),
                chaincode.chaincode().channel(),
                chaincode.chaincode().name());
    }

    private static String key(IdentityTemplate template) {
        return template.namespace() + "/" + template.name();
    }

    private Item secret(Organization owner, String name, Map<String, String> entries) {
        return new Item(
                owner.namespace(),
                name,
                record.labels(),
                Map.of("weft.io/msp-id", owner.mspId().value()),
                entries,
                Map.of());
    }
}
