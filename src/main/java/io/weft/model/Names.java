package io.weft.model;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Maps the parts of a network to the names that Kubernetes, Helm and X.509 give them. Every name weft uses is made
 * here, and every name is a DNS label of at most 52 characters (the limit of a StatefulSet's name; Helm's for releases is
 * 53, Kubernetes' for Services 63, X.509's for common names 64), so that one rule serves all. Text that does not fit is brought into form
 * and gets a hash of the original, so that different parts never share a name by accident.
 */
public final class Names {
    /**
     * A StatefulSet's limit: Kubernetes appends a hyphen and a hash of ten to make a label of 63. Helm takes 53 for a
     * release.
     */
    public static final int MAX_LENGTH = 52;

    private static final int HASH_DIGITS = 8;

    private final Network network;

    public Names(Network network) {
        this.network = requireNonNull(network, "network");
    }

    /** The MSP ID an organization gets unless it is given: {@code acme-labs} becomes {@code AcmeLabsMSP}. */
    public static MspId defaultMspId(String organization) {
        StringBuilder result = new StringBuilder();
        for (String word : organization.split("[^A-Za-z0-9]+", -1)) {
            if (!word.isEmpty()) {
                result.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
            }
        }
        return new MspId(result + "MSP");
    }

    /** Helm release, StatefulSet, Service and common name of an ordering node or peer. */
    public String node(NodeRef node) {
        return label(node.organization(), node.node());
    }

    /** Helm release, StatefulSet and Service of an organization's Fabric CA. */
    public String ca(String organization) {
        return label(organization, "ca");
    }

    /** Helm release, Deployment and Service of a chaincode of a channel, as one organization runs it. */
    public String chaincode(String organization, String channel, String chaincode) {
        return label(organization, "cc", channel, chaincode);
    }

    /** Secret with the keys and certificates of an ordering node or peer. */
    public String nodeSecret(NodeRef node) {
        return label(node.organization(), node.node(), "identity");
    }

    /** Secret with the key and certificate of an organization's admin or user. */
    public String userSecret(String organization, String user) {
        return label(organization, "user", user);
    }

    /** Secret with an organization's CA keys; only its Fabric CA mounts it. */
    public String caKeysSecret(String organization) {
        return label(organization, "ca", "keys");
    }

    /** Secret with the TLS key pair of an organization's Fabric CA and its registrar's password. */
    public String caServerSecret(String organization) {
        return label(organization, "ca", "server");
    }

    /** Secret with the TLS key pairs of a chaincode and of the peers that call it. */
    public String chaincodeSecret(String organization, String channel, String chaincode) {
        return label(organization, "cc", channel, chaincode, "tls");
    }

    /** ConfigMap with a channel's block 0. */
    public String channelRecord(String channel) {
        return label(network.name(), "channel", channel);
    }

    /** ConfigMap with the network's ID. */
    public String networkRecord() {
        return label(network.name(), "network");
    }

    /** Lease that keeps two runs apart. */
    public String lock() {
        return label(network.name(), "lock");
    }

    /** DNS name by which every pod of the cluster reaches a release's Service, whatever the cluster's domain. */
    public String host(String release, String namespace) {
        return release + "." + namespace + ".svc";
    }

    /** {@link #host(String, String)} of an ordering node or peer. */
    public String host(NodeRef node) {
        return host(node(node), network.organization(node.organization()).namespace());
    }

    /** Every name by which a Service of this name is reached, the loopback of a tunnel included: a certificate's SANs. */
    public static List<String> subjectAlternativeNames(String release, String namespace, List<String> further) {
        List<String> result = new ArrayList<>(List.of(
                release,
                release + "." + namespace,
                release + "." + namespace + ".svc",
                release + "." + namespace + ".svc.cluster.local",
                "localhost",
                "127.0.0.1",
                "::1"));
        further.stream().filter(name -> !result.contains(name)).forEach(result::add);
        return List.copyOf(result);
    }

    /**
     * Names that two parts of the network would share in one namespace.
     *
     * @return {@code namespace/name} to the two or more parts that claim it; empty when all is well
     */
    public Map<String, List<String>> collisions() {
        Map<String, List<String>> claims = new LinkedHashMap<>();
        for (Organization organization : network.organizations()) {
            String prefix = organization.namespace() + "/";
            String name = organization.name();
            claim(claims, prefix + ca(name), "the certificate authority of `" + name + "`");
            claim(claims, prefix + caKeysSecret(name), "the CA keys of `" + name + "`");
            claim(claims, prefix + caServerSecret(name), "the CA server of `" + name + "`");
            List<String> nodes = new ArrayList<>();
            organization.orderingNodes().forEach(n -> nodes.add(n.name()));
            organization.peers().forEach(p -> nodes.add(p.name()));
            for (String node : nodes) {
                NodeRef ref = new NodeRef(name, node);
                claim(claims, prefix + node(ref), "node `" + ref + "`");
                claim(claims, prefix + nodeSecret(ref), "the identity of node `" + ref + "`");
            }
            organization
                    .clientNames()
                    .forEach(user -> claim(
                            claims,
                            prefix + userSecret(name, user),
                            "the identity of user `" + name + "/" + user + "`"));
        }
        for (Channel channel : network.channels()) {
            for (Chaincode chaincode : channel.chaincodes()) {
                for (String organization : chaincode.organizations()) {
                    claim(
                            claims,
                            network.organization(organization).namespace() + "/"
                                    + chaincode(organization, channel.name(), chaincode.name()),
                            "chaincode `" + channel.name() + "/" + chaincode.name() + "` of `" + organization + "`");
                }
            }
        }
        Map<String, List<String>> result = new TreeMap<>(claims);
        result.values().removeIf(claimants -> claimants.size() < 2);
        return result;
    }

    private static void claim(Map<String, List<String>> claims, String name, String claimant) {
        claims.computeIfAbsent(name, n -> new ArrayList<>()).add(claimant);
    }

    /** Joins the parts with hyphens into a DNS label of at most {@value #MAX_LENGTH} characters. */
    static String label(String... parts) {
        String original = String.join("-", parts);
        StringBuilder form = new StringBuilder();
        boolean altered = false;
        for (char c : original.toLowerCase(Locale.ROOT).toCharArray()) {
            boolean allowed = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
            altered |= !allowed;
            form.append(allowed ? c : '-');
        }
        altered |= !form.toString().equals(original);
        if (!altered && form.length() <= MAX_LENGTH) {
            return form.toString();
        }
        String kept = form.substring(0, Math.min(form.length(), MAX_LENGTH - HASH_DIGITS - 1));
        return kept.replaceAll("-+$", "") + "-" + hash(String.join("\0", parts));
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java runtime has SHA-256", e);
        }
    }
}
