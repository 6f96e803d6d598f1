package io.weft.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.policy.ImplicitMetaPolicy.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTest {
    @Test
    void a_channel_policy_is_an_implicit_meta_or_a_signature_policy() {
        assertThat(Policy.parseChannelPolicy("MAJORITY Admins"))
                .isEqualTo(new ImplicitMetaPolicy(Rule.MAJORITY, "Admins"));
        assertThat(Policy.parseChannelPolicy("OR('A.admin')")).isInstanceOf(SignaturePolicy.class);
    }

    @Test
    void an_application_policy_is_a_path_or_a_signature_policy() {
        assertThat(Policy.parseApplicationPolicy("/Channel/Application/Endorsement"))
                .isEqualTo(new PolicyReference("/Channel/Application/Endorsement"));
        assertThat(Policy.parseApplicationPolicy("OR('A.admin')")).isInstanceOf(SignaturePolicy.class);
        assertThatThrownBy(() -> Policy.parseApplicationPolicy("MAJORITY Endorsement"))
                .isInstanceOf(PolicySyntaxException.class)
                .hasMessageContaining("can stand in a channel's configuration only");
    }

    @ParameterizedTest
    @ValueSource(strings = {"majority Admins", "MAJORITY", "ANY  Readers", "ALL Read ers", "MAJORITY Admins "})
    void an_implicit_meta_policy_has_exactly_one_form(String text) {
        assertThatThrownBy(() -> Policy.parseChannelPolicy(text)).isInstanceOf(PolicySyntaxException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/Channel", "/channel/Admins", "/Channel//Admins", "/Channel/Application/My Policy", "/"})
    void a_path_has_named_elements_below_the_channel(String text) {
        assertThatThrownBy(() -> Policy.parseApplicationPolicy(text)).isInstanceOf(PolicySyntaxException.class);
    }

    @Test
    void a_majority_is_more_than_half() {
        assertThat(Rule.MAJORITY.of(1)).isEqualTo(1);
        assertThat(Rule.MAJORITY.of(2)).isEqualTo(2);
        assertThat(Rule.MAJORITY.of(3)).isEqualTo(2);
        assertThat(Rule.ALL.of(3)).isEqualTo(3);
        assertThat(Rule.ANY.of(3)).isEqualTo(1);
    }
}
