package io.weft.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** Keeps {@code docs/role.yaml} equal to the rights that weft needs; {@code -Dgolden.update=true} rewrites it. */
class RoleDocumentTest {
    private static final Path ROLE = Path.of("docs/role.yaml");

    @Test
    void the_role_is_current() throws IOException {
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(ROLE, AccessRules.roleYaml());
        }
        assertThat(ROLE).content().isEqualTo(AccessRules.roleYaml());
    }

    @Test
    void it_asks_for_no_wildcard_and_for_nothing_outside_of_a_namespace() throws IOException {
        Map<String, Object> role = new Yaml().load(Files.readString(ROLE));

        assertThat(role).containsEntry("kind", "Role");
        assertThat(Json.list(role, "rules")).hasSameSizeAs(AccessRules.NEEDED).allSatisfy(rule -> assertThat(
                        List.of(Json.list(rule, "verbs"), Json.list(rule, "resources"), Json.list(rule, "apiGroups")))
                .allSatisfy(list -> assertThat(list).isNotEmpty().doesNotContain("*")));
    }
}
