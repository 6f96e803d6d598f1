package io.weft.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.helm.InstalledRelease.Status;
import io.weft.kubernetes.Metadata;
import io.weft.kubernetes.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecoveryTest {
    private static InstalledRelease release(int revision, Status status) {
        Secret record = new Secret(Metadata.of("n", "r" + revision, Map.of(), Map.of()), "", Map.of());
        return new InstalledRelease("r", "n", revision, status, "", "c", "1", Instant.EPOCH, Map.of(), "", record);
    }

    @Test
    void without_a_history_it_is_installed() {
        assertThat(Recovery.of(List.of())).isEqualTo(new Recovery(List.of(), false, false));
    }

    @Test
    void a_healthy_release_is_upgraded_untouched() {
        assertThat(Recovery.of(List.of(release(2, Status.DEPLOYED), release(1, Status.SUPERSEDED))))
                .isEqualTo(new Recovery(List.of(), false, true));
    }

    @Test
    void an_installation_that_never_ended_is_repeated_over_what_it_made() {
        InstalledRelease pending = release(1, Status.PENDING_INSTALL);
        assertThat(Recovery.of(List.of(pending))).isEqualTo(new Recovery(List.of(pending), false, false));
    }

    @Test
    void upgrades_that_never_ended_are_forgotten_down_to_the_last_that_did() {
        InstalledRelease third = release(3, Status.PENDING_ROLLBACK);
        InstalledRelease second = release(2, Status.PENDING_UPGRADE);
        assertThat(Recovery.of(List.of(third, second, release(1, Status.DEPLOYED))))
                .isEqualTo(new Recovery(List.of(third, second), false, true));
    }

    @Test
    void a_half_removed_release_is_removed_first() {
        assertThat(Recovery.of(List.of(release(2, Status.UNINSTALLING), release(1, Status.SUPERSEDED))))
                .isEqualTo(new Recovery(List.of(), true, false));
    }
}
