package io.weft.e2e;

import static io.weft.e2e.TestNetwork.createAsset;
import static io.weft.e2e.TestNetwork.readAsset;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.Removal;
import io.weft.kubernetes.AccessRules;
import io.weft.problem.RejectedException;
import java.nio.file.Path;
import java.util.Collection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Organizations in namespaces of their own, run by somebody who has the documented Role in each of them and no other
 * right. Each test leaves what the next one needs.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ThreeNamespacesIT {
    private TestCluster cluster;
    private TestNetwork network;

    @BeforeAll
    void prepare(@TempDir Path folder) {
        cluster = TestCluster.requireOrSkip();
        String prefix = cluster.freshNamespace();
        String spec = TestNetwork.spec("three-namespaces.yaml");
        for (String namespace : new String[] {"apart-orderer", "apart-org1", "apart-org2"}) {
            spec = TestNetwork.replaced(
                    spec, "namespace: " + namespace, "namespace: " + prefix + namespace.substring("apart".length()));
        }
        TestNetwork unlimited = TestNetwork.of(cluster, spec);
        cluster.requireImages(unlimited.network());
        Collection<String> namespaces = unlimited.network().namespaces();
        assertThat(namespaces).hasSize(3);
        namespaces.forEach(cluster::createNamespace);
        network = unlimited.through(
                cluster.kubeconfigUnder(AccessRules.roleYaml(), namespaces, folder.resolve("kubeconfig")));
    }

    @AfterAll
    void clean() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    @Order(1)
    void up_needs_no_right_beyond_the_role() throws Exception {
        network.up();

        network.assertAsWanted();
        assertThat(network.up().outcomes()).isEmpty();
    }

    @Test
    @Order(2)
    void organizations_in_different_namespaces_endorse_together() {
        assertThat(network.submit("org1", createAsset("a1")).isValid()).isTrue();
        assertThat(network.evaluate("org1", readAsset("a1"))).contains("tom");
    }

    @Test
    @Order(3)
    void each_organization_keeps_its_keys_in_its_own_namespace() {
        String prefix = network.namespace().replaceFirst("-orderer$", "");

        assertThat(network.keys().keySet())
                .allMatch(entry -> entry.matches(prefix + "-(orderer|org1|org2)/\\1-.*"))
                .contains(
                        prefix + "-orderer/orderer-ca-keys/ca.key",
                        prefix + "-org1/org1-peer0-identity/sign.key",
                        prefix + "-org2/org2-user-admin/sign.key");
    }

    @Test
    @Order(4)
    void reset_needs_no_right_beyond_the_role() throws Exception {
        network.reset();

        network.assertAsWanted();
        assertThatThrownBy(() -> network.evaluate("org1", readAsset("a1"))).isInstanceOf(RejectedException.class);
    }

    @Test
    @Order(5)
    void down_leaves_the_namespaces_and_what_was_in_them() throws Exception {
        Removal removal = network.remove();

        assertThat(removal.removed()).isNotEmpty();
        for (String namespace : network.network().namespaces()) {
            assertThat(cluster.hasNamespace(namespace)).isTrue();
            assertThat(cluster.everything(namespace).keySet())
                    .allMatch(name -> name.endsWith("/weft") || name.endsWith("/weft-tester"), "the Role of this test");
        }
        assertThat(network.remove().removed()).isEmpty();
    }
}
