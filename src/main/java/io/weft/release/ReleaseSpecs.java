package io.weft.release;

import io.weft.model.Chaincode;
import io.weft.model.Fabric;
import io.weft.model.Names;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.model.Organization;
import io.weft.model.Peer;
import io.weft.model.Resources;
import io.weft.model.StateDatabase;
import io.weft.model.Workload;
import io.weft.plan.Release;
import io.weft.plan.Release.CaRelease;
import io.weft.plan.Release.ChaincodeRelease;
import io.weft.plan.Release.OrderingNodeRelease;
import io.weft.plan.Release.PeerRelease;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Computes the releases of a network. Pure. */
public final class ReleaseSpecs {
    /** Label and annotation that carries the network's ID on everything weft makes. */
    public static final String NETWORK_ID = "weft.io/network-id";

    /** Label with the network's name. */
    public static final String PART_OF = "app.kubernetes.io/part-of";

    private static final int PEER_PORT = 7051;

    private final Network network;
    private final Names names;
    private final String networkId;

    public ReleaseSpecs(Network network, String networkId) {
        this.network = network;
        this.names = new Names(network);
        this.networkId = networkId;
    }

    /** Labels on every object that weft makes for the network. */
    public static Map<String, String> labels(Network network, String networkId) {
        return ordered(NETWORK_ID, networkId, PART_OF, network.name());
    }

    /** Release name and Service name. */
    public String name(Release release) {
        if (release instanceof OrderingNodeRelease node) {
            return names.node(node.node());
        }
        if (release instanceof PeerRelease peer) {
            return names.node(peer.node());
        }
        if (release instanceof CaRelease ca) {
            return names.ca(ca.organization());
        }
        ChaincodeRelease chaincode = (ChaincodeRelease) release;
        return names.chaincode(
                chaincode.organization(),
                chaincode.chaincode().channel(),
                chaincode.chaincode().name());
    }

    /** Namespace of a release. */
    public String namespace(Release release) {
        return network.organization(release.organization()).namespace();
    }

    /**
     * A node's release.
     *
     * @param checksum changes when the Secret with its keys does, so that the pod is replaced then
     */
    public ReleaseSpec orderingNode(OrderingNodeRelease release, String checksum) {
        Organization organization = network.organization(release.organization());
        Workload workload = organization.orderingNode(release.node().node()).workload();
        Map<String, Object> values = common(network.fabric().images().orderer(), organization, workload);
        values.put("fabricVersion", network.fabric().version().toString());
        values.put("identity", identity(names.nodeSecret(release.node()), checksum));
        values.put("persistence", persistence(workload));
        if (isFirstOfNamespace(release.node())) {
            values.put("podDisruptionBudget", Map.of("create", true));
        }
        return spec(release, "fabric-orderer", values, workload);
    }

    /**
     * A peer's release.
     *
     * @param checksum changes when the Secret with its keys does
     */
    public ReleaseSpec peer(PeerRelease release, String checksum) {
        Organization organization = network.organization(release.organization());
        Peer peer = organization.peer(release.node().node());
        Fabric fabric = network.fabric();
        Map<String, Object> values = common(fabric.images().peer(), organization, peer.workload());
        values.put("fabricVersion", fabric.version().toString());
        values.put("identity", identity(names.nodeSecret(release.node()), checksum));
        values.put("persistence", persistence(peer.workload()));
        List<String> others = organization.peers().stream()
                .filter(other -> !other.name().equals(peer.name()))
                .map(other -> names.host(new NodeRef(organization.name(), other.name())) + ":" + PEER_PORT)
                .toList();
        if (!others.isEmpty()) {
            values.put("gossip", Map.of("bootstrap", others));
        }
        if (peer.stateDatabase() == StateDatabase.COUCHDB) {
            values.put("stateDatabase", "CouchDB");
            Map<String, Object> couchdb = new LinkedHashMap<>();
            couchdb.put("image", fabric.images().couchdb());
            couchdb.put("secretName", names.nodeSecret(release.node()));
            Map<String, Object> persistence = persistence(peer.workload());
            persistence.remove("whenDeleted");
            couchdb.put("persistence", persistence);
            values.put("couchdb", couchdb);
        }
        return spec(release, "fabric-peer", values, peer.workload());
    }

    /**
     * A Fabric CA's release.
     *
     * @param checksum changes when the Secrets with its keys do
     */
    public ReleaseSpec ca(CaRelease release, String checksum) {
        Organization organization = network.organization(release.organization());
        Map<String, Object> values = common(network.fabric().images().ca(), organization, organization.ca());
        values.put("fabricCaVersion", network.fabric().caVersion());
        values.put("ca", Map.of("secretName", names.caKeysSecret(organization.name())));
        values.put("server", Map.of("secretName", names.caServerSecret(organization.name())));
        values.put("identity", Map.of("checksum", checksum));
        values.put("persistence", persistence(organization.ca()));
        return spec(release, "fabric-ca", values, organization.ca());
    }

    /**
     * A chaincode service's release.
     *
     * @param packageId {@code label:hash}
     * @param checksum changes when the Secret with its TLS keys does; empty without TLS
     */
    public ReleaseSpec chaincode(ChaincodeRelease release, String packageId, String checksum) {
        Organization organization = network.organization(release.organization());
        Chaincode chaincode = chaincode(release);
        Map<String, Object> values = common(chaincode.image(), organization, chaincode.workload());
        values.put("packageId", packageId);
        values.put("port", chaincode.port());
        if (chaincode.tls()) {
            Map<String, Object> tls = new LinkedHashMap<>();
            tls.put("enabled", true);
            tls.put(
                    "secretName",
                    names.chaincodeSecret(
                            organization.name(), release.chaincode().channel(), chaincode.name()));
            tls.put("checksum", checksum);
            values.put("tls", tls);
        }
        if (!chaincode.environment().isEmpty()) {
            values.put(
                    "extraEnv",
                    chaincode.environment().entrySet().stream()
                            .map(e -> ordered("name", e.getKey(), "value", e.getValue()))
                            .toList());
        }
        return spec(release, "fabric-chaincode", values, chaincode.workload());
    }

    /**
     * The volume claims of a release, exactly as its StatefulSet would make them: a claim that is there already under
     * the right name is taken as it is.
     *
     * @return complete PersistentVolumeClaims; none for a chaincode, nor where `persistence.enabled` is false
     */
    public List<Map<String, Object>> claims(Release release) {
        if (release instanceof OrderingNodeRelease node) {
            return VolumeClaims.of(orderingNode(node, ""));
        }
        if (release instanceof PeerRelease peer) {
            return VolumeClaims.of(peer(peer, ""));
        }
        if (release instanceof CaRelease ca) {
            return VolumeClaims.of(ca(ca, ""));
        }
        return List.of();
    }

    private Chaincode chaincode(ChaincodeRelease release) {
        return network.channel(release.chaincode().channel()).chaincodes().stream()
                .filter(c -> c.name().equals(release.chaincode().name()))
                .findFirst()
                .orElseThrow();
    }

    private ReleaseSpec spec(Release release, String chart, Map<String, Object> values, Workload workload) {
        return new ReleaseSpec(name(release), namespace(release), chart, merge(values, workload.values()));
    }

    private Map<String, Object> common(String image, Organization organization, Workload workload) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("image", image);
        values.put("imagePullPolicy", network.fabric().images().pullPolicy());
        if (!network.fabric().images().pullSecrets().isEmpty()) {
            values.put("imagePullSecrets", network.fabric().images().pullSecrets());
        }
        values.put("mspId", organization.mspId().value());
        values.put("resources", resources(workload.resources()));
        values.put("commonLabels", labels(network, networkId));
        values.put("commonAnnotations", Map.of(NETWORK_ID, networkId));
        return values;
    }

    /** One budget covers all ordering nodes of a namespace; the first of them brings it. */
    private boolean isFirstOfNamespace(NodeRef node) {
        String namespace = network.organization(node.organization()).namespace();
        return network.orderingNodes()
                .filter(other ->
                        network.organization(other.organization()).namespace().equals(namespace))
                .findFirst()
                .filter(node::equals)
                .isPresent();
    }

    private static Map<String, Object> identity(String secretName, String checksum) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("secretName", secretName);
        result.put("checksum", checksum);
        return result;
    }

    private static Map<String, Object> persistence(Workload workload) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("size", workload.storage());
        workload.storageClass().ifPresent(name -> result.put("storageClass", name));
        result.put("whenDeleted", "Delete");
        return result;
    }

    private static Map<String, Object> resources(Resources resources) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("requests", resources.requests());
        result.put("limits", resources.limits());
        return result;
    }

    /** Two entries that keep their order, so that what is rendered twice is the same. */
    private static Map<String, String> ordered(String key, String value, String secondKey, String secondValue) {
        Map<String, String> result = new LinkedHashMap<>();
        result.put(key, value);
        result.put(secondKey, secondValue);
        return result;
    }

    /** Lays the second map over the first, map by map; anything else is replaced. */
    static Map<String, Object> merge(Map<String, Object> base, Map<String, Object> over) {
        Map<String, Object> result = new LinkedHashMap<>(base);
        over.forEach((key, value) -> {
            Object below = result.get(key);
            result.put(
                    key,
                    below instanceof Map<?, ?> && value instanceof Map<?, ?> ? merge(map(below), map(value)) : value);
        });
        return result;
    }

    private static Map<String, Object> map(Object value) {
        Map<String, Object> result = new LinkedHashMap<>();
        ((Map<?, ?>) value).forEach((key, entry) -> result.put(String.valueOf(key), entry));
        return result;
    }
}
