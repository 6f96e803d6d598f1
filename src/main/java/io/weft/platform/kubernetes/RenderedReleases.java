package io.weft.platform.kubernetes;

import io.weft.chaincode.ChaincodePackage;
import io.weft.chaincode.ChaincodeServer;
import io.weft.helm.ReleaseRequest;
import io.weft.model.Chaincode;
import io.weft.model.HostPort;
import io.weft.model.Names;
import io.weft.model.Network;
import io.weft.plan.NetworkState;
import io.weft.plan.PlannedStep;
import io.weft.plan.Planner;
import io.weft.plan.Release;
import io.weft.plan.Release.CaRelease;
import io.weft.plan.Release.ChaincodeRelease;
import io.weft.plan.Release.OrderingNodeRelease;
import io.weft.plan.Release.PeerRelease;
import io.weft.plan.Step.InstallRelease;
import io.weft.problem.RejectedException;
import io.weft.release.ReleaseSpec;
import io.weft.release.ReleaseSpecs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** The values and manifests of every release, without any cluster. */
public final class RenderedReleases {
    private RenderedReleases() {}

    /**
     * Renders.
     *
     * @param template renders one release
     * @return relative path to content
     */
    public static Map<String, String> of(Network network, String networkId, Function<ReleaseRequest, String> template) {
        ReleaseSpecs specs = new ReleaseSpecs(network, networkId);
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        Yaml yaml = new Yaml(options);
        Map<String, String> result = new LinkedHashMap<>();
        for (Release release : releases(network)) {
            ReleaseSpec spec = spec(network, specs, release);
            String folder = spec.namespace() + "/" + spec.name() + "/";
            result.put(folder + "values.yaml", "# chart: " + spec.chart() + "\n" + yaml.dump(spec.values()));
            result.put(folder + "manifest.yaml", template.apply(KubernetesWorkloads.request(spec)));
        }
        return result;
    }

    private static List<Release> releases(Network network) {
        return Planner.plan(network, NetworkState.NOTHING).steps().stream()
                .map(PlannedStep::step)
                .filter(InstallRelease.class::isInstance)
                .map(step -> ((InstallRelease) step).release())
                .toList();
    }

    private static ReleaseSpec spec(Network network, ReleaseSpecs specs, Release release) {
        if (release instanceof OrderingNodeRelease node) {
            return specs.orderingNode(node, "");
        }
        if (release instanceof PeerRelease peer) {
            return specs.peer(peer, "");
        }
        if (release instanceof CaRelease ca) {
            return specs.ca(ca, "");
        }
        ChaincodeRelease service = (ChaincodeRelease) release;
        Chaincode chaincode = network.channel(service.chaincode().channel()).chaincodes().stream()
                .filter(c -> c.name().equals(service.chaincode().name()))
                .findFirst()
                .orElseThrow();
        if (chaincode.tls()) {
            throw new RejectedException("Chaincode `" + service.chaincode()
                    + "` talks TLS: its package ID depends on a certificate that does not exist yet. Render without"
                    + " `tls`, or use `weft up`.");
        }
        HostPort address =
                new HostPort(new Names(network).host(specs.name(service), specs.namespace(service)), chaincode.port());
        ChaincodePackage packaged =
                ChaincodePackage.of(ChaincodePackage.label(chaincode), new ChaincodeServer(address, Optional.empty()));
        return specs.chaincode(service, packaged.id().toString(), "");
    }
}
