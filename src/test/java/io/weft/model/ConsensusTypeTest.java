package io.weft.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConsensusTypeTest {
    @Test
    void a_majority_of_raft_consenters_and_two_thirds_of_bft_consenters_order() {
        assertThat(ConsensusType.RAFT.quorum(1)).isEqualTo(1);
        assertThat(ConsensusType.RAFT.quorum(3)).isEqualTo(2);
        assertThat(ConsensusType.RAFT.quorum(4)).isEqualTo(3);
        assertThat(ConsensusType.BFT.quorum(4)).isEqualTo(3);
        assertThat(ConsensusType.BFT.quorum(7)).isEqualTo(5);
        assertThat(ConsensusType.BFT.quorum(10)).isEqualTo(7);
    }

    @Test
    void two_quorums_have_an_honest_consenter_in_common_and_one_survives_the_faults_that_are_borne() {
        for (int consenters = 1; consenters <= 40; consenters++) {
            int raft = ConsensusType.RAFT.quorum(consenters);
            assertThat(2 * raft - consenters).isPositive();
            assertThat(raft).isLessThanOrEqualTo(consenters - (consenters - 1) / 2);
            int faults = (consenters - 1) / 3;
            int bft = ConsensusType.BFT.quorum(consenters);
            assertThat(2 * bft - consenters).isGreaterThan(faults);
            assertThat(bft).isLessThanOrEqualTo(consenters - faults);
        }
    }
}
