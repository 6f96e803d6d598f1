package io.weft;

import io.weft.helm.Charts;
import io.weft.helm.HelmReleases;
import io.weft.model.Network;
import io.weft.platform.kubernetes.RenderedReleases;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The releases of a network as files, for those who let another tool install them. */
public final class Rendering {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private Rendering() {}

    /**
     * Renders every release. Contacts nothing, and contains no key.
     *
     * @param networkId stamped on the objects; letters, digits, hyphens
     * @return relative path to content: {@code NAMESPACE/RELEASE/values.yaml} and {@code NAMESPACE/RELEASE/manifest.yaml}
     * @throws io.weft.problem.RejectedException if a chaincode talks TLS: its package then holds a certificate, and its
     *     package ID is not known before that is issued
     */
    public static Map<String, String> of(Network network, String networkId) {
        Path cache = Path.of(System.getProperty("user.home"), ".cache", "weft");
        Charts charts = new Charts(Rendering.class.getClassLoader(), cache);
        try (HelmReleases helm = HelmReleases.forRendering(charts, cache)) {
            return RenderedReleases.of(network, networkId, request -> helm.template(request, PATIENCE));
        }
    }
}
