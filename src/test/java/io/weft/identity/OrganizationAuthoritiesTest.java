package io.weft.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.problem.Problem;
import io.weft.problem.RejectedException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OrganizationAuthoritiesTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T10:20:30Z"), ZoneOffset.UTC);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String SECRET = "trade/org1-ca-keys";

    private final Network network = Networks.small();
    private final OrganizationAuthorities authorities = OrganizationAuthorities.create(network, "org1", CLOCK, RANDOM);

    private static String said(List<Problem> problems) {
        return String.join("\n", problems.stream().map(Problem::toString).toList());
    }

    private Map<String, String> with(String entry, String value) {
        Map<String, String> result = new HashMap<>(authorities.contents());
        result.put(entry, value);
        return result;
    }

    @Test
    void they_survive_their_secret() {
        Map<String, String> contents = authorities.contents();

        assertThat(contents)
                .containsOnlyKeys("ca.crt", "ca.key", "tlsca.crt", "tlsca.key", "adminca.crt", "adminca.key");
        assertThat(OrganizationAuthorities.parse(SECRET, contents, CLOCK, RANDOM)
                        .contents())
                .isEqualTo(contents);
        assertThat(OrganizationAuthorities.check(SECRET, contents, CLOCK)).isEmpty();
    }

    @Test
    void their_text_shows_no_key() {
        assertThat(authorities.toString()).contains("CN=org1-ca").doesNotContain("PRIVATE");
    }

    @Test
    void an_authority_that_has_ended_or_is_about_to_is_an_error_with_its_date() {
        Clock afterwards = Clock.offset(CLOCK, Networks.VALIDITY.ca().plusDays(1));
        Clock lastHour = Clock.offset(CLOCK, Networks.VALIDITY.ca().minusMinutes(59));

        assertThatThrownBy(() -> OrganizationAuthorities.parse(SECRET, authorities.contents(), afterwards, RANDOM))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("Secret trade/org1-ca-keys ca.crt: The authority's certificate ended at"
                        + " `2041-11-18T10:20:30Z`")
                .hasMessageContaining("adminca.crt");
        assertThat(said(OrganizationAuthorities.check(SECRET, authorities.contents(), lastHour)))
                .contains("ca.crt: The authority's certificate ends at");
    }

    @Test
    void an_authority_in_its_last_months_is_a_warning() {
        Clock lastMonth = Clock.offset(CLOCK, Networks.VALIDITY.ca().minusDays(30));

        assertThat(OrganizationAuthorities.check(SECRET, authorities.contents(), lastMonth))
                .hasSize(3)
                .allMatch(problem -> problem.severity() == Problem.Severity.WARNING);
        assertThat(OrganizationAuthorities.parse(SECRET, authorities.contents(), lastMonth, RANDOM))
                .isNotNull();
    }

    @Test
    void an_authority_of_the_future_is_an_error() {
        for (Duration early : List.of(Duration.ofMinutes(10), Duration.ofDays(1))) {
            Clock before = Clock.offset(CLOCK, early.plusMinutes(5).negated());
            assertThat(said(OrganizationAuthorities.check(SECRET, authorities.contents(), before)))
                    .contains(early.toMinutes() + " minutes too early");
        }
    }

    @Test
    void a_key_of_another_authority_is_an_error() {
        assertThat(said(OrganizationAuthorities.check(
                        SECRET, with("ca.key", authorities.contents().get("tlsca.key")), CLOCK)))
                .contains("ca.crt: The certificate is for another key than the private key beside it.");
    }

    @Test
    void a_leaf_in_an_authoritys_place_is_an_error() {
        Map<String, String> peer =
                new Identities(network).node(new NodeRef("org1", "peer0")).create(authorities);
        Map<String, String> contents = with("ca.crt", peer.get("sign.crt"));
        contents.put("ca.key", peer.get("sign.key"));

        assertThat(said(OrganizationAuthorities.check(SECRET, contents, CLOCK)))
                .contains("ca.crt: The certificate is no authority's");
    }

    @Test
    void every_unreadable_entry_is_reported_at_once() {
        Map<String, String> contents = with("ca.crt", "");
        contents.put("tlsca.key", "junk");
        contents.remove("adminca.crt");

        assertThat(OrganizationAuthorities.check(SECRET, contents, CLOCK))
                .extracting(problem -> problem.location().path())
                .containsExactly("ca.crt", "tlsca.key", "adminca.crt");
    }
}
