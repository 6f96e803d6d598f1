package io.weft.kubernetes;

import java.util.Set;
import java.util.stream.Collectors;

/** The images that the nodes of a cluster have. */
public final class NodeImages {
    private NodeImages() {}

    /** Every name of every image that a node reports, tags and digests. */
    public static Set<String> of(KubeConfig kubeConfig) {
        try (Api api = new Api(kubeConfig, RetryPolicy.standard())) {
            Reply nodes = api.get("/api/v1/nodes", "list the cluster's nodes");
            return Json.list(nodes.body(), "items").stream()
                    .flatMap(node -> Json.list(node, "status", "images").stream())
                    .flatMap(image -> Json.list(image, "names").stream())
                    .map(Object::toString)
                    .collect(Collectors.toSet());
        }
    }
}
