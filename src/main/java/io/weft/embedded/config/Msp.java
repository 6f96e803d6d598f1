package io.weft.embedded.config;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.model.MspId;
import io.weft.pki.Certificate;
import io.weft.pki.InvalidPemException;
import io.weft.pki.RevocationList;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hyperledger.fabric.protos.common.CombinedPrincipal;
import org.hyperledger.fabric.protos.common.MSPIdentityAnonymity;
import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.common.MSPRole;
import org.hyperledger.fabric.protos.common.OrganizationUnit;
import org.hyperledger.fabric.protos.msp.FabricCryptoConfig;
import org.hyperledger.fabric.protos.msp.FabricMSPConfig;
import org.hyperledger.fabric.protos.msp.FabricNodeOUs;
import org.hyperledger.fabric.protos.msp.FabricOUIdentifier;
import org.hyperledger.fabric.protos.msp.MSPConfig;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;

/**
 * An organization's MSP as a channel's configuration defines it: of X.509 certificates, in the version of channel
 * capabilities V1_4_3 and later. Immutable and thread-safe.
 *
 * @see <a href="https://github.com/hyperledger/fabric/tree/main/msp">Fabric's mspimpl.go, mspimplsetup.go,
 *     mspimplvalidate.go</a>
 */
final class Msp {
    private static final int FABRIC = 0;
    private static final int IDEMIX = 1;

    /** Those of a network's organizations are the same on all of its channels. Nothing in one depends on the clock. */
    private static final Recent<MSPConfig, Msp> KNOWN = new Recent<>(32);

    private static final int IDENTITIES = 200;

    /** The last ones that were asked for: reading one verifies a signature. */
    private final Recent<ByteString, Identity> identities = new Recent<>(IDENTITIES);

    private final MspId id;
    private final CertificatePool pool;
    private final List<Certificate> authorities;
    private final Set<Certificate> innerAuthorities;
    private final List<Certificate> roots;
    private final List<RevocationList> revocations;
    private final List<Certificate> tlsRoots;
    private final List<Certificate> tlsIntermediates;
    private final Map<String, List<ByteString>> units;
    private final Optional<Map<MSPRole.MSPRoleType, NodeOu>> nodeOus;
    private final List<Certificate> admins;

    /** A unit of a certificate's subject, and SHA-256 over the authorities above it; of any authorities if empty. */
    private record NodeOu(String unit, ByteString certifiers) {}

    private Msp(FabricMSPConfig config) {
        if (!MspId.isValid(config.getName())) {
            throw new InvalidConfigurationException("The MSP ID `" + config.getName()
                    + "` has characters that policies cannot name; letters, digits, dots and hyphens were expected.");
        }
        id = new MspId(config.getName());
        requireCrypto(config.getCryptoConfig());
        if (config.getRootCertsCount() == 0) {
            throw new InvalidConfigurationException("expected at least one CA certificate");
        }
        List<Certificate> givenRoots = certificates(config.getRootCertsList());
        List<Certificate> givenIntermediates = certificates(config.getIntermediateCertsList());
        CertificatePool given = new CertificatePool(givenRoots, givenIntermediates);
        roots = givenRoots.stream().map(each -> sanitized(given, each)).toList();
        List<Certificate> intermediates =
                givenIntermediates.stream().map(each -> sanitized(given, each)).toList();
        pool = new CertificatePool(roots, intermediates);
        authorities = Stream.concat(roots.stream(), intermediates.stream()).toList();
        revocations = revocations(config.getRevocationListList());
        authorities.forEach(authority -> requireAuthority(pool, authority));
        innerAuthorities = intermediates.stream()
                .flatMap(each -> uniqueChain(pool, each).stream().skip(1))
                .collect(Collectors.toSet());
        tlsRoots = certificates(config.getTlsRootCertsList());
        tlsIntermediates = certificates(config.getTlsIntermediateCertsList());
        CertificatePool tls = new CertificatePool(tlsRoots, tlsIntermediates);
        Stream.concat(tlsRoots.stream(), tlsIntermediates.stream())
                .forEach(authority -> requireAuthority(tls, authority));
        units = units(config.getOrganizationalUnitIdentifiersList());
        nodeOus = config.hasFabricNodeOus() ? nodeOus(config.getFabricNodeOus()) : Optional.empty();
        admins = certificates(config.getAdminsList()).stream()
                .map(each -> sanitized(pool, each))
                .toList();
        if (admins.isEmpty()
                && !nodeOus.map(all -> all.containsKey(MSPRole.MSPRoleType.ADMIN))
                        .orElse(false)) {
            throw new InvalidConfigurationException(
                    "administrators must be declared when no admin ou classification is set");
        }
        for (int i = 0; i < admins.size(); i++) {
            requireAdmin(i, admins.get(i));
        }
    }

    /**
     * @throws InvalidConfigurationException with the words in which a Fabric node refuses the configuration
     */
    static Msp of(MSPConfig config) {
        return KNOWN.get(config, Msp::read);
    }

    private static Msp read(MSPConfig config) {
        if (config.getType() == IDEMIX) {
            throw new InvalidConfigurationException("An MSP of type Idemix is not supported by embedded nodes: run the"
                    + " network's nodes as Fabric's own programs, with `--nodes fabric`, or on Kubernetes.");
        }
        if (config.getType() != FABRIC) {
            throw new InvalidConfigurationException("Setup error: unsupported msp type " + config.getType());
        }
        try {
            return new Msp(FabricMSPConfig.parseFrom(config.getConfig()));
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidConfigurationException(
                    "setting up the MSP manager failed: failed unmarshalling fabric msp config: " + e.getMessage(), e);
        } catch (IdentityException | InvalidConfigurationException e) {
            throw new InvalidConfigurationException("setting up the MSP manager failed: " + e.getMessage(), e);
        }
    }

    MspId id() {
        return id;
    }

    List<Certificate> tlsRoots() {
        return tlsRoots;
    }

    List<Certificate> tlsIntermediates() {
        return tlsIntermediates;
    }

    private static void requireCrypto(FabricCryptoConfig crypto) {
        if (!Set.of("", "SHA2").contains(crypto.getSignatureHashFamily())
                || !Set.of("", "SHA256").contains(crypto.getIdentityIdentifierHashFunction())) {
            throw new InvalidConfigurationException("The hash functions `" + crypto.getSignatureHashFamily() + "` and `"
                    + crypto.getIdentityIdentifierHashFunction() + "` are not supported by embedded nodes; `SHA2` and"
                    + " `SHA256` were expected. Run the network's nodes with `--nodes fabric`, or on Kubernetes.");
        }
    }

    private static List<Certificate> certificates(List<ByteString> pems) {
        return pems.stream().map(Msp::certificate).toList();
    }

    private static Certificate certificate(ByteString pem) {
        Optional<Certificate> certificate;
        try {
            certificate = CertificatePool.first(pem);
        } catch (InvalidPemException e) {
            throw new InvalidConfigurationException(
                    "getCertFromPem error: failed to parse x509 cert: the certificate " + e.getMessage(), e);
        }
        if (certificate.isEmpty()) {
            throw new InvalidConfigurationException("getCertFromPem error: could not decode pem bytes");
        }
        return certificate.get();
    }

    private static List<RevocationList> revocations(List<ByteString> lists) {
        List<RevocationList> result = new ArrayList<>();
        for (ByteString bytes : lists) {
            try {
                result.add(RevocationList.parse(bytes.toByteArray()));
            } catch (InvalidPemException e) {
                throw new InvalidConfigurationException(
                        "could not parse RevocationList: the revocation list " + e.getMessage(), e);
            }
        }
        return List.copyOf(result);
    }

    /** A certificate that leads to the pool, in the form in which Fabric compares it. */
    private static Certificate sanitized(CertificatePool pool, Certificate certificate) {
        boolean selfSigned = certificate.isAuthority() && certificate.isSignedBy(certificate);
        if (!selfSigned && uniqueChain(pool, certificate).size() == 1) {
            throw new IdentityException("failed to traverse certificate verification chain for leaf or intermediate"
                    + " certificate, with subject " + certificate.subject());
        }
        return certificate.withLowSignature();
    }

    /** The one way to a root, as of the certificate's first second: the MSP does not look at the clock. */
    private static List<Certificate> uniqueChain(CertificatePool pool, Certificate certificate) {
        List<List<Certificate>> chains;
        try {
            chains = pool.chains(
                    certificate, certificate.notBefore().plusSeconds(1), Set.of(CertificatePool.Usage.SERVER));
        } catch (IdentityException e) {
            throw new IdentityException("the supplied identity is not valid: " + e.getMessage(), e);
        }
        if (chains.size() != 1) {
            throw new IdentityException("this MSP only supports a single validation chain, got " + chains.size());
        }
        return chains.get(0);
    }

    private void requireAuthority(CertificatePool trusted, Certificate certificate) {
        String serial = "(SN: " + certificate.serialNumber() + ")";
        String refusal = "CA Certificate is not valid, (SN: " + new BigInteger(certificate.serialNumber(), 16) + "): ";
        if (!certificate.isAuthority()) {
            throw new InvalidConfigurationException("CA Certificate did not have the CA attribute, " + serial);
        }
        if (certificate.subjectKeyIdentifier().isEmpty()) {
            throw new InvalidConfigurationException("CA Certificate problem with Subject Key Identifier extension, "
                    + serial + ": subjectKeyIdentifier not found in certificate");
        }
        if (certificate.hasNameConstraints()) {
            throw new InvalidConfigurationException("The CA certificate `" + certificate.subject()
                    + "` has name constraints, which embedded nodes do not check: run the network's nodes with"
                    + " `--nodes fabric`, or on Kubernetes.");
        }
        List<Certificate> chain;
        try {
            chain = uniqueChain(trusted, certificate);
        } catch (IdentityException e) {
            throw new InvalidConfigurationException(
                    refusal + "could not obtain certification chain: " + e.getMessage(), e);
        }
        if (chain.size() > 1 && isRevoked(certificate, chain.get(1))) {
            throw new InvalidConfigurationException(refusal + "The certificate has been revoked");
        }
    }

    private void requireAdmin(int index, Certificate certificate) {
        if (nodeOus.isEmpty()) {
            identity(certificate, ByteString.EMPTY).invalidity().ifPresent(reason -> {
                throw new InvalidConfigurationException("admin " + index + " is invalid: " + reason);
            });
            return;
        }
        if (!hasRole(certificate, MSPRole.MSPRoleType.CLIENT) && !hasRole(certificate, MSPRole.MSPRoleType.ADMIN)) {
            throw new InvalidConfigurationException("admin " + index + " is invalid ["
                    + missingRole(MSPRole.MSPRoleType.CLIENT) + "," + missingRole(MSPRole.MSPRoleType.ADMIN) + "]");
        }
    }

    private String missingRole(MSPRole.MSPRoleType role) {
        return nodeOus.map(all -> all.containsKey(role)).orElse(false)
                ? "The identity does not contain OU [" + role + "], MSP: [" + id + "]"
                : "cannot test for classification, node ou for type [" + role + "], not defined, msp: [" + id + "]";
    }

    private Map<String, List<ByteString>> units(List<FabricOUIdentifier> identifiers) {
        Map<String, List<ByteString>> result = new HashMap<>();
        for (FabricOUIdentifier identifier : identifiers) {
            result.computeIfAbsent(identifier.getOrganizationalUnitIdentifier(), unit -> new ArrayList<>())
                    .add(certifiers(identifier.getCertificate()));
        }
        return result;
    }

    private Optional<Map<MSPRole.MSPRoleType, NodeOu>> nodeOus(FabricNodeOUs config) {
        Map<MSPRole.MSPRoleType, NodeOu> result = new LinkedHashMap<>();
        if (config.hasClientOuIdentifier()) {
            result.put(MSPRole.MSPRoleType.CLIENT, nodeOu(config.getClientOuIdentifier()));
        }
        if (config.hasPeerOuIdentifier()) {
            result.put(MSPRole.MSPRoleType.PEER, nodeOu(config.getPeerOuIdentifier()));
        }
        if (config.hasAdminOuIdentifier()) {
            result.put(MSPRole.MSPRoleType.ADMIN, nodeOu(config.getAdminOuIdentifier()));
        }
        if (config.hasOrdererOuIdentifier()) {
            result.put(MSPRole.MSPRoleType.ORDERER, nodeOu(config.getOrdererOuIdentifier()));
        }
        return config.getEnable() && !result.isEmpty() ? Optional.of(Map.copyOf(result)) : Optional.empty();
    }

    private NodeOu nodeOu(FabricOUIdentifier identifier) {
        return new NodeOu(
                identifier.getOrganizationalUnitIdentifier(),
                identifier.getCertificate().isEmpty() ? ByteString.EMPTY : certifiers(identifier.getCertificate()));
    }

    private ByteString certifiers(ByteString pem) {
        Certificate authority = sanitized(pool, certificate(pem));
        if (!authorities.contains(authority)) {
            throw new InvalidConfigurationException(
                    "Failed adding OU. Certificate [" + authority + "] not in root or intermediate certs.");
        }
        if (roots.contains(authority)) {
            return hash(List.of(authority));
        }
        if (innerAuthorities.contains(authority)) {
            throw new InvalidConfigurationException("Failed computing validation chain for [" + authority
                    + "]. [invalid validation chain. Parent certificate should be a leaf of the certification tree]");
        }
        return hash(uniqueChain(pool, authority));
    }

    private static ByteString hash(List<Certificate> chain) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            chain.forEach(certificate -> digest.update(certificate.der()));
            return ByteString.copyFrom(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java runtime has SHA-256", e);
        }
    }

    private boolean isRevoked(Certificate certificate, Certificate issuer) {
        for (RevocationList list : revocations) {
            String authority = list.authorityKeyIdentifier()
                    .orElseThrow(() -> new IdentityException("could not obtain Authority Key Identifier for crl:"
                            + " authorityKeyIdentifier not found in certificate"));
            if (issuer.subjectKeyIdentifier().equals(Optional.of(authority))
                    && list.names(certificate)
                    && list.isSignedBy(issuer)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Reads an identity that names this MSP, valid or not.
     *
     * @throws IdentityException if it has no certificate, or one of authorities that the MSP does not know
     */
    Identity deserialize(SerializedIdentity transmitted, ByteString bytes) {
        return identities.get(bytes, unknown -> read(transmitted, unknown));
    }

    private Identity read(SerializedIdentity transmitted, ByteString bytes) {
        Optional<Certificate> certificate;
        try {
            certificate = CertificatePool.first(transmitted.getIdBytes());
        } catch (InvalidPemException e) {
            throw new IdentityException("parseCertificate failed: the certificate " + e.getMessage(), e);
        }
        return identity(
                sanitized(
                        pool,
                        certificate.orElseThrow(() -> new IdentityException("could not decode the PEM structure"))),
                bytes);
    }

    private Identity identity(Certificate certificate, ByteString serialized) {
        return new Identity(this, certificate, serialized, invalidity(certificate));
    }

    private Optional<String> invalidity(Certificate certificate) {
        List<Certificate> chain;
        try {
            chain = chainOfIdentity(certificate);
        } catch (IdentityException e) {
            return Optional.of("could not obtain certification chain: " + e.getMessage());
        }
        try {
            if (isRevoked(certificate, chain.get(1))) {
                return Optional.of(
                        "could not validate identity against certification chain: The certificate has been revoked");
            }
        } catch (IdentityException e) {
            return Optional.of("could not validate identity against certification chain: " + e.getMessage());
        }
        ByteString certifiers = hash(chain.subList(1, chain.size()));
        return unitInvalidity(certificate, certifiers)
                .or(() -> roleInvalidity(certificate, certifiers))
                .map(reason -> "could not validate identity's OUs: " + reason);
    }

    private List<Certificate> chainOfIdentity(Certificate certificate) {
        if (certificate.isAuthority()) {
            throw new IdentityException("An X509 certificate with Basic Constraint: Certificate Authority equals true"
                    + " cannot be used as an identity");
        }
        List<Certificate> chain;
        try {
            chain = uniqueChain(pool, certificate);
        } catch (IdentityException e) {
            throw new IdentityException("failed getting validation chain: " + e.getMessage(), e);
        }
        if (chain.size() < 2) {
            throw new IdentityException("expected a chain of length at least 2, got " + chain.size());
        }
        if (innerAuthorities.contains(chain.get(1))) {
            throw new IdentityException(
                    "invalid validation chain. Parent certificate should be a leaf of the certification tree ["
                            + goBytes(certificate.der()) + "]");
        }
        return chain;
    }

    /** Bytes as Go prints them: unsigned decimal numbers, separated by spaces. */
    private static String goBytes(byte[] bytes) {
        StringBuilder result = new StringBuilder();
        for (byte value : bytes) {
            result.append(result.isEmpty() ? "" : " ").append(value & 0xff);
        }
        return result.toString();
    }

    private Optional<String> unitInvalidity(Certificate certificate, ByteString certifiers) {
        List<String> own = certificate.organizationalUnits();
        if (units.isEmpty()
                || own.stream()
                        .anyMatch(unit -> units.getOrDefault(unit, List.of()).contains(certifiers))) {
            return Optional.empty();
        }
        return Optional.of(
                own.isEmpty()
                        ? "the identity certificate does not contain an Organizational Unit (OU)"
                        : "none of the identity's organizational units " + describe(own, certifiers) + " are in MSP "
                                + id);
    }

    private Optional<String> roleInvalidity(Certificate certificate, ByteString certifiers) {
        if (nodeOus.isEmpty()) {
            return Optional.empty();
        }
        Map<String, NodeOu> byUnit = nodeOus.get().values().stream()
                .collect(Collectors.toMap(NodeOu::unit, Function.identity(), (a, b) -> b));
        List<String> own = certificate.organizationalUnits();
        int roles = 0;
        for (String unit : own) {
            NodeOu nodeOu = byUnit.get(unit);
            if (nodeOu == null) {
                continue;
            }
            if (!nodeOu.certifiers().isEmpty() && !nodeOu.certifiers().equals(certifiers)) {
                return Optional.of(
                        "certifiersIdentifier does not match: " + describe(own, certifiers) + ", MSP: [" + id + "]");
            }
            roles++;
            if (roles > 1) {
                return Optional.of("the identity must have a client, a peer, an orderer, or an admin OU role to be"
                        + " valid, not a combination of them. OUs: " + describe(own, certifiers) + ", MSP: [" + id
                        + "]");
            }
        }
        return roles == 1
                ? Optional.empty()
                : Optional.of("the identity does not have an OU that resolves to client, peer, orderer, or admin role."
                        + " OUs: " + describe(own, certifiers) + ", MSP: [" + id + "]");
    }

    /** Units with the beginning of their certifiers' hash, as Fabric prints them. */
    private static String describe(List<String> units, ByteString certifiers) {
        String hash = HexFormat.of()
                .withUpperCase()
                .formatHex(certifiers.substring(0, 8).toByteArray());
        return units.stream().map(unit -> unit + "(" + hash + ")").collect(Collectors.joining(" ", "[", "]"));
    }

    /** Whether the certificate has the unit of a role; without Node OUs nobody has a role. */
    private boolean hasRole(Certificate certificate, MSPRole.MSPRoleType role) {
        return nodeOus.map(all -> all.get(role))
                .map(nodeOu -> certificate.organizationalUnits().contains(nodeOu.unit()))
                .orElse(false);
    }

    boolean satisfies(Identity identity, MSPPrincipal principal) {
        try {
            return switch (principal.getPrincipalClassification()) {
                case ROLE -> hasRole(identity, MSPRole.parseFrom(principal.getPrincipal()));
                case ORGANIZATION_UNIT -> isInUnit(identity, OrganizationUnit.parseFrom(principal.getPrincipal()));
                case IDENTITY -> isIdentity(identity, SerializedIdentity.parseFrom(principal.getPrincipal()));
                case ANONYMITY ->
                    MSPIdentityAnonymity.parseFrom(principal.getPrincipal()).getAnonymityType()
                            == MSPIdentityAnonymity.MSPIdentityAnonymityType.NOMINAL;
                case COMBINED -> {
                    List<MSPPrincipal> parts = CombinedPrincipal.parseFrom(principal.getPrincipal())
                            .getPrincipalsList();
                    yield !parts.isEmpty() && parts.stream().allMatch(part -> satisfies(identity, part));
                }
                case UNRECOGNIZED -> false;
            };
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
    }

    private boolean hasRole(Identity identity, MSPRole role) {
        if (!role.getMspIdentifier().equals(id.value())) {
            return false;
        }
        boolean valid = identity.invalidity().isEmpty();
        return switch (role.getRole()) {
            case MEMBER -> valid;
            case ADMIN ->
                admins.contains(identity.certificate()) || (valid && hasRole(identity.certificate(), role.getRole()));
            case CLIENT, PEER, ORDERER -> valid && hasRole(identity.certificate(), role.getRole());
            case UNRECOGNIZED -> false;
        };
    }

    private boolean isInUnit(Identity identity, OrganizationUnit unit) {
        return unit.getMspIdentifier().equals(id.value())
                && identity.invalidity().isEmpty()
                && identity.certificate().organizationalUnits().contains(unit.getOrganizationalUnitIdentifier())
                && hash(uniqueChain(pool, identity.certificate()).stream()
                                .skip(1)
                                .toList())
                        .equals(unit.getCertifiersIdentifier());
    }

    private boolean isIdentity(Identity identity, SerializedIdentity principal) {
        if (!principal.getMspid().equals(id.value())) {
            return false;
        }
        try {
            return deserialize(principal, principal.toByteString()).isSameAs(identity)
                    && identity.invalidity().isEmpty();
        } catch (IdentityException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "Msp[" + id + "]";
    }
}
