package io.weft.chaincode;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.model.HostPort;
import io.weft.protocol.Answer;
import io.weft.protocol.Endpoint;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LifecycleRefusalTest {
    private static final Endpoint PEER = new Endpoint(
            "org1/peer0",
            new HostPort("127.0.0.1", 1),
            new HostPort("org1-peer0.trade.svc", 7051),
            List.of(),
            Optional.empty());

    /** Texts of Fabric's {@code core/chaincode/lifecycle}. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "requested sequence is 0, but first definable sequence number is 1|Sequences begin with 1.",
                "requested sequence 3 is larger than the next available sequence number 2|Take the next sequence number",
                "currently defined sequence 2 is larger than requested sequence 1|The channel has a newer definition",
                "requested sequence is 1, but new definition must be sequence 2|Take the sequence number that follows",
                "attempted to redefine the current committed sequence (1) for namespace kv with different parameters|A definition"
                        + " that changes needs the next sequence number.",
                "chaincode definition not agreed to by this org (Org1MSP)|Have that organization approve exactly this",
                "chaincode definition for 'kv' exists, but chaincode is not installed|Install the package on this peer",
                "could not build chaincode: docker build failed|No builder of the peer takes the package",
                "existing collection [c] missing in the proposed collection configuration|must stay in every further definition",
                "the BlockToLive in an existing collection [c] modified|`blockToLive` of a collection cannot be changed",
                "collection-name: c -- maximum peer count (0) cannot be less than the required peer count (1)|Mend this collection",
                "Failed to authorize invocation due to failed ACL check|an admin of the peer's own organization",
                "channel 'trading' not found|The peer has not joined the channel."
            })
    void what_fabric_says_is_followed_by_what_to_do(String text, String remedy) {
        String message = "failed to invoke backing implementation of 'X': " + text;

        assertThat(LifecycleRefusal.exception(new Answer.Refused(PEER, 500, message), "commit it"))
                .hasMessageStartingWith(
                        "`org1/peer0` (org1-peer0.trade.svc:7051) was asked to commit it, and refused (500): " + message
                                + "\n  ")
                .hasMessageContaining(remedy);
    }

    @Test
    void what_is_not_known_is_passed_on_as_it_is() {
        assertThat(LifecycleRefusal.exception(new Answer.Refused(PEER, 500, "the moon is full"), "commit it"))
                .hasMessage("`org1/peer0` (org1-peer0.trade.svc:7051) was asked to commit it, and refused (500):"
                        + " the moon is full");
    }

    @Test
    void an_unchanged_commit_is_told_from_a_changed_one() {
        String unchanged = "attempted to redefine the current committed sequence (1) for namespace kv";

        assertThat(LifecycleRefusal.UNCHANGED_COMMIT.matches(unchanged)).isTrue();
        assertThat(LifecycleRefusal.REDEFINED.matches(unchanged)).isFalse();
        assertThat(LifecycleRefusal.REDEFINED.matches(unchanged + " with different parameters: x"))
                .isTrue();
    }
}
