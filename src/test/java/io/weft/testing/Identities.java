package io.weft.testing;

import io.weft.channel.ConsenterCertificates;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.model.Organization;
import io.weft.msp.OrganizationMsp;
import io.weft.pki.CertificateAuthority;
import io.weft.pki.Credential;
import io.weft.pki.DistinguishedName;
import io.weft.pki.Profile;
import io.weft.pki.Role;
import io.weft.protocol.Signer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Keys and certificates of a network, in memory. */
public final class Identities {
    private static final Duration VALIDITY = Duration.ofDays(30);

    private final Map<String, OrganizationMsp> msps = new HashMap<>();
    private final Map<String, CertificateAuthority> authorities = new HashMap<>();
    private final Map<String, CertificateAuthority> tlsAuthorities = new HashMap<>();
    private final Map<String, CertificateAuthority> adminAuthorities = new HashMap<>();
    private final Map<NodeRef, Credential> signing = new HashMap<>();
    private final Map<NodeRef, Credential> tls = new HashMap<>();
    private final Map<String, Signer> admins = new HashMap<>();
    private final Map<String, Signer> clients = new HashMap<>();
    private final Map<String, Credential> adminTls = new HashMap<>();

    public Identities(Network network) {
        SecureRandom random = new SecureRandom();
        for (Organization organization : network.organizations()) {
            String name = organization.name();
            CertificateAuthority ca = authority(name + "-ca", random);
            CertificateAuthority tlsCa = authority(name + "-tlsca", random);
            CertificateAuthority adminCa = authority(name + "-adminca", random);
            authorities.put(name, ca);
            tlsAuthorities.put(name, tlsCa);
            adminAuthorities.put(name, adminCa);
            msps.put(name, new OrganizationMsp(organization.mspId(), ca.certificate(), tlsCa.certificate()));
            organization
                    .orderingNodes()
                    .forEach(node -> issue(new NodeRef(name, node.name()), Role.ORDERER, ca, tlsCa));
            organization.peers().forEach(node -> issue(new NodeRef(name, node.name()), Role.PEER, ca, tlsCa));
            admins.put(name, new Signer(organization.mspId(), enroll(ca, "admin", Role.ADMIN)));
            clients.put(name, new Signer(organization.mspId(), enroll(ca, "client", Role.CLIENT)));
            adminTls.put(name, adminCa.issue(DistinguishedName.of("admin"), new Profile.TlsClient(), VALIDITY));
        }
    }

    private static CertificateAuthority authority(String name, SecureRandom random) {
        return CertificateAuthority.create(DistinguishedName.of(name), VALIDITY, Clock.systemUTC(), random);
    }

    private static Credential enroll(CertificateAuthority ca, String name, Role role) {
        return ca.issue(DistinguishedName.of(name), new Profile.Enrollment(role, Map.of()), VALIDITY);
    }

    private void issue(NodeRef node, Role role, CertificateAuthority ca, CertificateAuthority tlsCa) {
        signing.put(node, enroll(ca, node.node(), role));
        tls.put(
                node,
                tlsCa.issue(
                        DistinguishedName.of(node.node()),
                        new Profile.TlsServer(List.of(hostOf(node), "localhost", "127.0.0.1")),
                        VALIDITY));
    }

    /** A name that only this node's certificate has. */
    public static String hostOf(NodeRef node) {
        return node.node() + "." + node.organization() + ".example";
    }

    public Map<String, OrganizationMsp> msps() {
        return Map.copyOf(msps);
    }

    public CertificateAuthority authority(String organization) {
        return authorities.get(organization);
    }

    public CertificateAuthority tlsAuthority(String organization) {
        return tlsAuthorities.get(organization);
    }

    public CertificateAuthority adminAuthority(String organization) {
        return adminAuthorities.get(organization);
    }

    public Credential signing(NodeRef node) {
        return signing.get(node);
    }

    public Credential tls(NodeRef node) {
        return tls.get(node);
    }

    public Signer admin(String organization) {
        return admins.get(organization);
    }

    public Signer client(String organization) {
        return clients.get(organization);
    }

    /** A TLS client certificate that admin listeners of the organization's ordering nodes trust. */
    public Credential adminTls(String organization) {
        return adminTls.get(organization);
    }

    /** What a channel's configuration says of ordering nodes. */
    public Map<NodeRef, ConsenterCertificates> consenters(List<NodeRef> nodes) {
        Map<NodeRef, ConsenterCertificates> result = new HashMap<>();
        nodes.forEach(node -> result.put(
                node,
                new ConsenterCertificates(
                        signing.get(node).certificate(), tls.get(node).certificate())));
        return result;
    }
}
