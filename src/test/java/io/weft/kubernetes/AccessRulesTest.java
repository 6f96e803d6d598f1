package io.weft.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

class AccessRulesTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/kubernetes/role.yaml");

    @Test
    void the_role_is_what_the_documentation_shows() throws Exception {
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(GOLDEN, AccessRules.roleYaml());
        }
        assertThat(AccessRules.roleYaml()).isEqualTo(Files.readString(GOLDEN));
    }

    @Test
    void the_role_is_yaml_that_says_the_same_as_the_table() {
        Map<String, Object> role = new Yaml().load(AccessRules.roleYaml());
        assertThat(role).containsEntry("kind", "Role");
        List<Object> rules = Json.list(role, "rules");
        assertThat(rules).hasSameSizeAs(AccessRules.NEEDED);
        for (int i = 0; i < rules.size(); i++) {
            assertThat(Json.list(rules.get(i), "resources"))
                    .containsExactly(AccessRules.NEEDED.get(i).resource());
            assertThat(Json.list(rules.get(i), "verbs"))
                    .isEqualTo(AccessRules.NEEDED.get(i).verbs());
        }
    }

    @Test
    void whatever_the_inventory_lists_may_be_listed_and_deleted() {
        for (Kind kind : KubeObjects.INVENTORY) {
            assertThat(AccessRules.NEEDED).anySatisfy(rule -> {
                assertThat(rule.resource()).isEqualTo(kind.plural());
                assertThat(rule.group()).isEqualTo(kind.group());
                assertThat(new HashSet<>(rule.verbs())).contains("list", "watch", "delete");
            });
        }
    }
}
