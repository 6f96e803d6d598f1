package io.weft.kubernetes;

import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;

/** Speaks to an API server with a kubeconfig's credentials, without retries or opinions. */
public final class RawClient {
    private RawClient() {}

    public static HttpClient of(KubeConfig kubeConfig) {
        return new JdkHttpClientFactory()
                .newBuilder(Credentials.config(kubeConfig))
                .build();
    }
}
