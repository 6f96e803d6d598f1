package io.weft.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;

/** The client library itself, for tests that do to a cluster what weft never does. */
public final class Clients {
    private Clients() {}

    /** A client with the context's credentials, as weft reads them. */
    public static KubernetesClient of(KubeConfig kubeConfig) {
        return new KubernetesClientBuilder()
                .withConfig(Credentials.config(kubeConfig))
                .build();
    }
}
