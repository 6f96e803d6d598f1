package io.weft.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NamesTest {
    @Test
    void names_that_fit_stay_as_they_are() {
        assertThat(Names.label("org1", "peer0")).isEqualTo("org1-peer0");
    }

    @Test
    void a_long_name_is_cut_and_told_apart_by_a_hash() {
        String first = Names.label("o".repeat(40), "p".repeat(40));
        String second = Names.label("o".repeat(40), "p".repeat(41));
        assertThat(first).hasSizeLessThanOrEqualTo(Names.MAX_LENGTH).startsWith("o".repeat(40));
        assertThat(second).hasSizeLessThanOrEqualTo(Names.MAX_LENGTH).isNotEqualTo(first);
    }

    @Test
    void a_dot_and_a_hyphen_lead_to_different_names() {
        assertThat(Names.label("net", "channel", "a.b")).isNotEqualTo(Names.label("net", "channel", "a-b"));
    }

    @Test
    void upper_case_and_underscores_become_valid_labels() {
        assertThat(Names.label("org1", "cc", "trading", "Asset_Transfer"))
                .matches("[a-z0-9]([a-z0-9-]*[a-z0-9])?")
                .hasSizeLessThanOrEqualTo(Names.MAX_LENGTH);
    }

    @Test
    void an_msp_id_is_made_of_the_words_of_the_name() {
        assertThat(Names.defaultMspId("acme-labs")).isEqualTo(new MspId("AcmeLabsMSP"));
        assertThat(Names.defaultMspId("org1")).isEqualTo(new MspId("Org1MSP"));
    }

    @Test
    void a_certificate_names_every_way_to_reach_a_service() {
        assertThat(Names.subjectAlternativeNames("org1-peer0", "trade", List.of("peer.example.com", "localhost")))
                .contains("org1-peer0.trade.svc", "org1-peer0.trade.svc.cluster.local", "127.0.0.1", "peer.example.com")
                .doesNotHaveDuplicates();
    }
}
