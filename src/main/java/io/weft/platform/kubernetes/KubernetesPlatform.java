package io.weft.platform.kubernetes;

import static java.util.Objects.requireNonNull;

import io.weft.helm.HelmReleases;
import io.weft.kubernetes.Cluster;
import io.weft.kubernetes.ConfigMap;
import io.weft.kubernetes.Lock.Holder;
import io.weft.kubernetes.Metadata;
import io.weft.kubernetes.Namespaces.State;
import io.weft.kubernetes.Secret;
import io.weft.model.Names;
import io.weft.model.Network;
import io.weft.platform.Addresses;
import io.weft.platform.Items;
import io.weft.platform.Lock;
import io.weft.platform.Platform;
import io.weft.platform.Spaces;
import io.weft.platform.Teardown;
import io.weft.platform.Workloads;
import io.weft.release.ReleaseSpecs;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/** A cluster, as the place where one network runs. Owns the cluster's connections and Helm's temporary files. */
public final class KubernetesPlatform implements Platform {
    private static final Duration LEASE = Duration.ofSeconds(15);

    private final Network network;
    private final Names names;
    private final Cluster cluster;
    private final HelmReleases helm;
    private final Duration timeout;

    /**
     * @param timeout limit for each single wait
     */
    public KubernetesPlatform(Network network, Cluster cluster, HelmReleases helm, Duration timeout) {
        this.network = requireNonNull(network, "network");
        this.names = new Names(network);
        this.cluster = requireNonNull(cluster, "cluster");
        this.helm = requireNonNull(helm, "helm");
        this.timeout = requireNonNull(timeout, "timeout");
    }

    @Override
    public String target() {
        return "Kubernetes context `" + cluster.kubeConfig().context() + "` (" + cluster.server() + "), namespace "
                + String.join(", ", network.namespaces());
    }

    @Override
    public String alternative() {
        return "On this machine: `--platform local`.";
    }

    @Override
    public String place() {
        return "namespace `" + network.namespace() + "`";
    }

    /** Which rights the context lacks in the namespaces that exist. */
    @Override
    public void requireAbility() {
        cluster.accessRules()
                .require(network.namespaces().stream()
                        .filter(name -> !(cluster.namespaces().state(name) instanceof State.Absent))
                        .toList());
    }

    @Override
    public void prepare() {
        helm.prepare();
    }

    @Override
    public Spaces spaces() {
        return new KubernetesSpaces(network, cluster.namespaces(), timeout);
    }

    @Override
    public Items secrets() {
        return new KubernetesItems<>("Secret", cluster.secrets(), KubernetesItems.SECRETS, Secret::metadata);
    }

    @Override
    public Items records() {
        return new KubernetesItems<>(
                "ConfigMap", cluster.configMaps(), KubernetesItems.CONFIG_MAPS, ConfigMap::metadata);
    }

    @Override
    public Addresses addresses() {
        return new KubernetesAddresses(network, cluster.tunnels());
    }

    @Override
    public Workloads look(Supplier<String> networkId) {
        return new KubernetesWorkloads(network, cluster, helm, timeout, networkId);
    }

    @Override
    public Teardown teardown() {
        return new KubernetesTeardown(network, cluster, helm, timeout);
    }

    @Override
    public Lock lock() {
        Metadata lease =
                Metadata.of(network.namespace(), names.lock(), Map.of(ReleaseSpecs.PART_OF, network.name()), Map.of());
        io.weft.kubernetes.Lock held = cluster.lock(
                lease, Holder.thisProcess(System.getProperty("user.name"), hostName()), LEASE, Duration.ZERO);
        return new Lock() {
            @Override
            public void requireHeld() {
                held.requireHeld();
            }

            @Override
            public void close() {
                held.close();
            }
        };
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** Closes tunnels and connections, and removes temporary files. */
    @Override
    public void close() {
        helm.close();
        cluster.close();
    }
}
