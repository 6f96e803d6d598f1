package io.weft.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.helm.Charts;
import io.weft.helm.HelmReleases;
import io.weft.helm.ReleaseRequest;
import io.weft.problem.RejectedException;
import io.weft.testing.ApiServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** Whoever has the documented Role in one namespace, and no other right, can do there all that weft does. */
class RoleApiIT {
    private static final Path CACHE = Path.of(System.getProperty("java.io.tmpdir"), "weft-test-cache");
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void the_documented_role_suffices_in_one_namespace_and_nothing_more_is_allowed() throws Exception {
        try (ApiServer server = ApiServer.startOrSkip();
                Cluster admin = Cluster.connect(server.kubeConfig());
                Cluster user = Cluster.connect(server.withoutRights());
                HelmReleases releases =
                        new HelmReleases(user, new Charts(RoleApiIT.class.getClassLoader(), CACHE), CACHE)) {
            admin.namespaces().ensure("own", Map.of(), Map.of(), LONG);
            bind(server, "own", "user");

            assertThat(user.accessRules().missing("own")).isEmpty();
            assertThat(user.namespaces().state("own")).isInstanceOf(Namespaces.State.Active.class);
            Metadata lease = Metadata.of("own", "lock", Map.of(), Map.of());
            Lock.Holder holder = new Lock.Holder("a", "b", 1, Instant.EPOCH);
            try (Lock lock = user.lock(lease, holder, Duration.ofSeconds(15), Duration.ZERO)) {
                ReleaseRequest request = new ReleaseRequest("own", "mine", "tiny", Map.of());
                assertThat(releases.apply(request, LONG)).isEqualTo(HelmReleases.Outcome.INSTALLED);
                assertThat(releases.apply(request, LONG)).isEqualTo(HelmReleases.Outcome.UPGRADED);
                assertThat(releases.drift(List.copyOf(releases.latest("own").values())))
                        .isEmpty();
                try (PodWatch watch = user.watchPods("own", Map.of(), Patience.standard(), p -> {})) {
                    assertThat(watch.log("none", "main", false)).isEmpty();
                    List<KubeObject> objects =
                            user.objects().inventory("own", Map.of("app.kubernetes.io/instance", ""));
                    assertThat(objects).hasSize(3);
                    releases.uninstall("own", "mine", LONG);
                    user.objects().awaitGone(objects, LONG);
                }
                lock.requireHeld();
            }
            assertThatThrownBy(() -> user.secrets().list("default", Map.of())).isInstanceOf(RejectedException.class);
            assertThatThrownBy(() -> user.namespaces().ensure("another", Map.of(), Map.of(), LONG))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("may not see whether namespace `another` exists");
        }
    }

    private static void bind(ApiServer server, String namespace, String user) {
        Api api = new Api(server.kubeConfig(), RetryPolicy.standard());
        String root = "/apis/rbac.authorization.k8s.io/v1/namespaces/" + namespace;
        Map<String, Object> role = new Yaml().load(AccessRules.roleYaml());
        api.post(root + "/roles", role, "create the Role").body();
        Map<String, Object> binding = new Yaml().load("""
                        apiVersion: rbac.authorization.k8s.io/v1
                        kind: RoleBinding
                        metadata: {name: weft}
                        subjects: [{kind: User, name: %s, apiGroup: rbac.authorization.k8s.io}]
                        roleRef: {kind: Role, name: weft, apiGroup: rbac.authorization.k8s.io}
                        """.formatted(user));
        api.post(root + "/rolebindings", binding, "bind the Role").body();
        api.close();
    }
}
