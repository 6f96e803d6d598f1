package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.weft.NetworkStatus;
import io.weft.NetworkStatus.Certificate;
import io.weft.NetworkStatus.Chaincode;
import io.weft.NetworkStatus.Channel;
import io.weft.NetworkStatus.Membership;
import io.weft.NetworkStatus.Node;
import io.weft.apply.Report;
import io.weft.pki.GoldenFile;
import io.weft.plan.Finding;
import io.weft.plan.Plan;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Plans, reports and states as people and machines read them. */
class ResultTextTest {
    private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");

    private static void assertText(String file, Plan plan) throws IOException {
        Screens screens = new Screens();
        PlanText.print(screens.console(), "Kubernetes context `test` (https://k8s:6443), namespace trade", plan);
        GoldenFile.assertMatches("cli/plan/" + file + ".txt", screens.both());
    }

    private static String json(Object data) throws JsonProcessingException {
        return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(data) + "\n";
    }

    @Test
    void a_plan_for_an_empty_cluster() throws IOException {
        assertText("nothing-there", Plans.nothingThere());
    }

    @Test
    void a_plan_when_everything_is_there() throws IOException {
        assertText("everything-there", Plans.allBut(Map.of()));
    }

    @Test
    void a_plan_when_one_peer_is_missing() throws IOException {
        assertText("one-peer-missing", Plans.onePeerMissing());
    }

    @Test
    void a_plan_for_a_changed_chaincode() throws IOException {
        assertText("changed-chaincode", Plans.changedChaincode());
    }

    @Test
    void a_plan_that_cannot_be_carried_out() throws IOException {
        assertText("impossible", Plans.impossible());
    }

    @Test
    void a_plan_with_parts_that_the_spec_has_lost() throws IOException {
        assertText("leftovers", Plans.allBut(Map.of(), "release trade/org3-peer0", "channel old"));
    }

    @Test
    void a_plan_for_machines() throws IOException {
        GoldenFile.assertMatches("cli/plan/one-peer-missing.json", json(Json.of(Plans.onePeerMissing())));
        assertThat(Json.of(Plans.allBut(
                        Map.of("ready org1/ca", Finding.unknown("0 of 1 pods are ready.")), "release trade/org3-ca")))
                .containsEntry("toDo", 1)
                .containsEntry("possible", true)
                .containsEntry("leftovers", List.of("release trade/org3-ca"));
        assertThat(Json.of(Plans.impossible())).containsEntry("possible", false);
    }

    private static int print(Screens screens, Report report) {
        return ReportText.print(screens.console(), new OutputOption(), report);
    }

    @Test
    void a_report_of_success_says_where_the_time_went() throws IOException {
        Screens screens = new Screens();
        assertThat(print(screens, Plans.success())).isZero();
        GoldenFile.assertMatches("cli/report/success.txt", screens.both());
        GoldenFile.assertMatches("cli/report/success.json", json(Json.of(Plans.success())));
    }

    @Test
    void a_report_of_failure_ends_in_one_block_per_failed_step() throws IOException {
        Screens screens = new Screens();
        assertThat(print(screens, Plans.failure())).isEqualTo(ExitCode.TIMED_OUT);
        GoldenFile.assertMatches("cli/report/failure.txt", screens.both());
        GoldenFile.assertMatches("cli/report/failure.json", json(Json.of(Plans.failure())));
    }

    private static NetworkStatus status(boolean good) {
        Map<String, Membership> members = new LinkedHashMap<>();
        members.put("orderer/orderer0", new Membership(true, 7, "consenter, active"));
        members.put("org1/peer0", new Membership(true, 7, ""));
        members.put("org2/peer0", new Membership(good, good ? 7 : 0, good ? "" : "does not answer"));
        Map<String, Boolean> approvals = new LinkedHashMap<>(Map.of("org1", true));
        approvals.put("org2", good);
        return new NetworkStatus(
                Optional.of("4f9c2e81aa"),
                List.of(
                        new Node("orderer/orderer0", "orderer", true, ""),
                        new Node("org1/peer0", "peer", true, ""),
                        new Node("org2/peer0", "peer", good, good ? "" : "0 of 1 pods are ready.")),
                List.of(new Channel(
                        "trading",
                        Optional.of("orderer/orderer0"),
                        members,
                        List.of(new Chaincode(
                                "asset",
                                good ? "1.0" : "",
                                good ? 1 : 0,
                                approvals,
                                Map.of("org1/peer0", good),
                                new TreeMap<>(Map.of(
                                        "org1",
                                        "asset_1.0:cafe",
                                        "org2",
                                        good ? "asset_1.0:cafe" : "asset_1.0:f00d")))))),
                List.of(
                        new Certificate("org1/user user1", NOW.plusSeconds(good ? 8_640_000 : 864_000)),
                        new Certificate("org1/peer0 TLS", NOW.plusSeconds(86_400_000))));
    }

    @Test
    void a_status_of_a_network_that_is_well_and_of_one_that_is_not() throws IOException {
        for (boolean good : List.of(true, false)) {
            Screens screens = new Screens();
            StatusText.print(screens.console(), status(good), Clock.fixed(NOW, ZoneOffset.UTC));
            GoldenFile.assertMatches("cli/status/" + (good ? "well" : "ill") + ".txt", screens.both());
            GoldenFile.assertMatches(
                    "cli/status/" + (good ? "well" : "ill") + ".json", json(StatusText.json(status(good))));
        }
    }

    @Test
    void a_result_that_is_not_text_is_base64_for_machines() {
        assertThat(Json.result("äöü".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .isEqualTo(Map.entry("result", "äöü"));
        assertThat(Json.result(new byte[] {(byte) 0xff, 0})).isEqualTo(Map.entry("resultBase64", "/wA="));
    }
}
