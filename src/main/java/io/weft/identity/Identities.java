package io.weft.identity;

import static java.util.Objects.requireNonNull;

import io.weft.model.Chaincode;
import io.weft.model.Channel;
import io.weft.model.Names;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.model.Organization;
import io.weft.model.User;
import io.weft.model.Workload;
import io.weft.pki.DistinguishedName;
import io.weft.pki.Profile;
import io.weft.pki.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/** What each identity Secret of a network must contain. Pure: makes no key and reads nothing. */
public final class Identities {
    private final Network network;
    private final Names names;

    public Identities(Network network) {
        this.network = requireNonNull(network, "network");
        this.names = new Names(network);
    }

    /**
     * An ordering node's or peer's keys: one to sign with, one for TLS.
     *
     * @throws NoSuchElementException if the network has no such node
     */
    public IdentityTemplate node(NodeRef node) {
        Organization organization = network.organization(node.organization());
        boolean ordering =
                organization.orderingNodes().stream().anyMatch(n -> n.name().equals(node.node()));
        Workload workload = ordering
                ? organization.orderingNode(node.node()).workload()
                : organization.peer(node.node()).workload();
        String name = names.node(node);
        DistinguishedName subject = DistinguishedName.of(organization.subject(), name);
        Duration validity = network.validity().node();
        List<String> hosts = Names.subjectAlternativeNames(name, organization.namespace(), workload.hosts());
        IdentityTemplate.Builder result = new IdentityTemplate.Builder(
                        organization, names.nodeSecret(node), "the identity of node `" + node + "`")
                .pair(
                        "sign",
                        Issuer.SIGNING,
                        subject,
                        new Profile.Enrollment(ordering ? Role.ORDERER : Role.PEER, Map.of()),
                        validity)
                .pair("tls", Issuer.TLS, subject, new Profile.TlsServer(hosts), validity)
                .fixed("ca.crt", Fixed.SIGNING_CERTIFICATE)
                .fixed("tlsca.crt", Fixed.TLS_CERTIFICATE)
                .fixed("config.yaml", Fixed.NODE_OUS);
        if (ordering) {
            result.fixed("adminca.crt", Fixed.ADMIN_CERTIFICATE);
        }
        return result.build();
    }

    /** The admin's keys: one to sign with, one to dial the admin listener of ordering nodes. */
    public IdentityTemplate admin(String organization) {
        return client(network.organization(organization), Organization.ADMIN, Role.ADMIN, Map.of())
                .pair(
                        "tls",
                        Issuer.ADMIN,
                        DistinguishedName.of(network.organization(organization).subject(), Organization.ADMIN),
                        new Profile.TlsClient(),
                        network.validity().user())
                .build();
    }

    /**
     * A client's key.
     *
     * @param user {@link Organization#ADMIN}, or the name of one of the organization's users
     * @throws NoSuchElementException if the organization has no such user
     */
    public IdentityTemplate user(String organization, String user) {
        if (user.equals(Organization.ADMIN)) {
            return admin(organization);
        }
        Organization owner = network.organization(organization);
        User found = owner.users().stream()
                .filter(u -> u.name().equals(user))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("No user `" + organization + "/" + user + "`"));
        return client(owner, user, Role.CLIENT, found.attributes()).build();
    }

    private IdentityTemplate.Builder client(
            Organization organization, String user, Role role, Map<String, String> attributes) {
        return new IdentityTemplate.Builder(
                        organization,
                        names.userSecret(organization.name(), user),
                        "the identity of user `" + organization.name() + "/" + user + "`")
                .pair(
                        "sign",
                        Issuer.SIGNING,
                        DistinguishedName.of(organization.subject(), user),
                        Profile.Enrollment.asFabricCaWould(role, user, attributes),
                        network.validity().user())
                .fixed("ca.crt", Fixed.SIGNING_CERTIFICATE)
                .fixed("tlsca.crt", Fixed.TLS_CERTIFICATE)
                .fixed("config.yaml", Fixed.NODE_OUS);
    }

    /** TLS key and registrar of an organization's Fabric CA. */
    public IdentityTemplate caServer(String organization) {
        Organization owner = network.organization(organization);
        String name = names.ca(organization);
        return new IdentityTemplate.Builder(
                        owner,
                        names.caServerSecret(organization),
                        "the server of the certificate authority of `" + organization + "`")
                .pair(
                        "tls",
                        Issuer.TLS,
                        DistinguishedName.of(owner.subject(), name + "-server"),
                        new Profile.TlsServer(Names.subjectAlternativeNames(
                                name, owner.namespace(), owner.ca().hosts())),
                        network.validity().node())
                .fixed("tlsca.crt", Fixed.TLS_CERTIFICATE)
                .registrar()
                .build();
    }

    /** TLS keys of a chaincode's service and of the peers that dial it. */
    public IdentityTemplate chaincode(String organization, String channel, String chaincode) {
        Organization owner = network.organization(organization);
        String name = names.chaincode(organization, channel, chaincode);
        Duration validity = network.validity().node();
        return new IdentityTemplate.Builder(
                        owner,
                        names.chaincodeSecret(organization, channel, chaincode),
                        "the TLS keys of chaincode `" + channel + "/" + chaincode + "` of `" + organization + "`")
                .pair(
                        "tls",
                        Issuer.TLS,
                        DistinguishedName.of(owner.subject(), name),
                        new Profile.TlsServer(Names.subjectAlternativeNames(name, owner.namespace(), List.of())),
                        validity)
                .pair(
                        "client",
                        Issuer.TLS,
                        DistinguishedName.of(owner.subject(), name + "-peer"),
                        new Profile.TlsClient(),
                        validity)
                .fixed("client-ca.crt", Fixed.TLS_CERTIFICATE)
                .build();
    }

    /** Everything an organization needs, its CA keys excepted: nodes, admin, users, CA server, chaincodes with TLS. */
    public List<IdentityTemplate> of(String organization) {
        Organization owner = network.organization(organization);
        List<IdentityTemplate> result = new ArrayList<>();
        owner.orderingNodes().forEach(n -> result.add(node(new NodeRef(organization, n.name()))));
        owner.peers().forEach(p -> result.add(node(new NodeRef(organization, p.name()))));
        owner.clientNames().forEach(user -> result.add(user(organization, user)));
        result.add(caServer(organization));
        for (Channel channel : network.channels()) {
            for (Chaincode chaincode : channel.chaincodes()) {
                if (chaincode.tls() && chaincode.organizations().contains(organization)) {
                    result.add(chaincode(organization, channel.name(), chaincode.name()));
                }
            }
        }
        return List.copyOf(result);
    }
}
