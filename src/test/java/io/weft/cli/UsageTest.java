package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageTest {
    private static final String SPEC = "network-specs/two-orgs.yaml";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "upp | Unmatched argument at index 0: 'upp' | Did you mean: weft up",
                "up | Missing required parameter: 'SPEC' | weft up --help",
                "up a.yaml --tiemout 3 | Unknown option | --timeout",
                "up a.yaml --timeout soon | 'soon' is not an int | weft up --help",
                "plan a.yaml -o yaml | expected one of [text, json] | weft plan --help",
                "render a.yaml | Missing required option: '--to=DIR' | weft render --help",
                "submit network-specs/two-orgs.yaml | Missing required parameter: 'FUNCTION' | weft submit --help",
                "init --fabric latest | Option --fabric: `latest` is not a version like 3.1.5. | weft init --help",
                "init --name Trade_ | `Trade_` | weft init --help"
            })
    void wrong_usage_is_said_in_two_lines_and_exits_with_2(String arguments, String problem, String hint) {
        Run run = Run.of(arguments.split(" "));
        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("weft: ").contains(problem).contains(hint);
        assertThat(run.err().lines().count()).isLessThanOrEqualTo(4);
    }

    @Test
    void without_a_command_the_help_is_shown_as_an_error() {
        assertThat(Run.of()).satisfies(run -> {
            assertThat(run.code()).isEqualTo(ExitCode.USAGE);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).startsWith("Usage: weft");
        });
        assertThat(Run.of("identity").err()).startsWith("Usage: weft identity");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--org | org9 | org1, org2",
                "--org | orderer | org1, org2",
                "--user | eve | admin, user1",
                "--channel | trade | trading",
                "--chaincode | assets | asset"
            })
    void names_that_the_spec_does_not_have_are_refused_with_those_it_has(String option, String value, String known)
            throws Exception {
        // A kubeconfig that leads nowhere: the names are looked up before anybody is called.
        Run run = Run.of("evaluate", SPEC, "ReadAsset", option, value, "--kubeconfig", nowhere());
        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("Option " + option).contains(known);
    }

    @Test
    void an_identity_that_the_spec_does_not_have_is_refused_with_those_it_has() throws Exception {
        Run run = Run.of("identity", "export", SPEC, "org1/eve", "--to", "/nowhere", "--kubeconfig", nowhere());
        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err())
                .contains("No identity `org1/eve`")
                .contains("org1/admin")
                .contains("org2/user1");
    }

    @Test
    void an_invalid_spec_is_reported_before_the_kubeconfig_is_looked_for() {
        Run run = Run.of("up", "src/test/resources/golden/cli/invalid.yaml", "--kubeconfig", "/does/not/exist");
        assertThat(run.code()).isEqualTo(ExitCode.INVALID_SPEC);
    }

    @Test
    void a_missing_kubeconfig_and_an_unknown_context_cannot_be_reached() throws Exception {
        Run missing = Run.of("plan", SPEC, "--kubeconfig", "/does/not/exist");
        assertThat(missing.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(missing.out()).isEmpty();
        assertThat(missing.err()).startsWith("weft: ").contains("/does/not/exist");
        Run unknown = Run.of("plan", SPEC, "--kubeconfig", nowhere(), "--context", "production");
        assertThat(unknown.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(unknown.err()).contains("`production`").contains("nowhere");
    }

    @Test
    void a_stack_trace_is_shown_when_asked_for_and_not_otherwise() {
        assertThat(Run.of("plan", SPEC, "--kubeconfig", "/does/not/exist").err())
                .doesNotContain("\tat io.weft");
        assertThat(Run.of("plan", SPEC, "--kubeconfig", "/does/not/exist", "--stacktrace")
                        .err())
                .contains("\tat io.weft");
        assertThat(Run.of("--stacktrace", "plan", SPEC, "--kubeconfig", "/does/not/exist")
                        .err())
                .contains("\tat io.weft");
    }

    private static String nowhere() throws Exception {
        java.nio.file.Path file = java.nio.file.Files.createTempFile("kubeconfig", ".yaml");
        file.toFile().deleteOnExit();
        java.nio.file.Files.writeString(file, """
                current-context: nowhere
                contexts: [{name: nowhere, context: {cluster: c, user: u}}]
                clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
                users: [{name: u, user: {token: t}}]
                """);
        return file.toString();
    }
}
