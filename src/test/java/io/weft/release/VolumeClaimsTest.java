package io.weft.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.helm.Charts;
import io.weft.helm.HelmReleases;
import io.weft.helm.ReleaseRequest;
import io.weft.kubernetes.Json;
import io.weft.model.Network;
import io.weft.plan.NetworkState;
import io.weft.plan.Planner;
import io.weft.plan.Release;
import io.weft.plan.Step.InstallRelease;
import io.weft.spec.NetworkSpecs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

class VolumeClaimsTest {
    @TempDir
    static Path cache;

    @ParameterizedTest
    @ValueSource(strings = {"two-orgs.yaml", "couchdb-private-data.yaml"})
    void claims_are_those_that_the_charts_stateful_set_would_make(String file) {
        Network network = NetworkSpecs.load(Path.of("network-specs", file), Optional.empty())
                .network();
        ReleaseSpecs specs = new ReleaseSpecs(network, "n0123456789");
        int claims = 0;
        try (HelmReleases helm = HelmReleases.forRendering(new Charts(getClass().getClassLoader(), cache), cache)) {
            for (Release release : releases(network)) {
                List<Map<String, Object>> made = specs.claims(release);
                assertThat(made).isEqualTo(rendered(helm, spec(specs, release)));
                claims += made.size();
            }
        }
        assertThat(claims).isGreaterThan(4);
    }

    private static List<Release> releases(Network network) {
        return Planner.plan(network, NetworkState.NOTHING).steps().stream()
                .map(planned -> planned.step())
                .filter(InstallRelease.class::isInstance)
                .map(step -> ((InstallRelease) step).release())
                .toList();
    }

    private static ReleaseSpec spec(ReleaseSpecs specs, Release release) {
        if (release instanceof Release.OrderingNodeRelease node) {
            return specs.orderingNode(node, "sum");
        }
        if (release instanceof Release.PeerRelease peer) {
            return specs.peer(peer, "sum");
        }
        if (release instanceof Release.CaRelease ca) {
            return specs.ca(ca, "sum");
        }
        return specs.chaincode((Release.ChaincodeRelease) release, "asset_1.0:" + "0".repeat(64), "");
    }

    private static List<Map<String, Object>> rendered(HelmReleases helm, ReleaseSpec spec) {
        String manifests = helm.template(
                new ReleaseRequest(spec.namespace(), spec.name(), spec.chart(), spec.values()), Duration.ofSeconds(30));
        List<Map<String, Object>> result = new ArrayList<>();
        for (Object object : new Yaml().loadAll(manifests)) {
            for (Object template : Json.list(object, "spec", "volumeClaimTemplates")) {
                Map<String, Object> metadata = new LinkedHashMap<>(Json.map(template, "metadata"));
                metadata.put("name", metadata.get("name") + "-" + Json.text(object, "metadata", "name") + "-0");
                metadata.put("namespace", spec.namespace());
                Map<String, Object> claim = new LinkedHashMap<>(Json.map(template));
                claim.put("metadata", metadata);
                result.add(claim);
            }
        }
        return result;
    }
}
