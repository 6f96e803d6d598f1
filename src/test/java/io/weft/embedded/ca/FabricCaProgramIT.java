package io.weft.embedded.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fabric's own fabric-ca-client against the embedded server, and compared with the one against Fabric's. */
class FabricCaProgramIT {
    private static final Pattern ATTRIBUTES = Pattern.compile("Attributes: \\[\\{(.*)\\}\\]");

    @TempDir
    private Path folder;

    private Path program;
    private RunningCa ca;

    @BeforeEach
    void start() throws Exception {
        String fabric = System.getenv("FABRIC_BIN");
        assumeTrue(fabric != null, "FABRIC_BIN names no folder with Fabric's programs");
        program = Path.of(fabric, "fabric-ca-client");
        assumeTrue(Files.isExecutable(program), "FABRIC_BIN holds no fabric-ca-client");
        ca = RunningCa.embedded(folder.resolve("ca"));
        Files.writeString(folder.resolve("tls.pem"), ca.tls().certificate().pem());
    }

    @AfterEach
    void stop() {
        if (ca != null) {
            ca.close();
        }
    }

    private String url(String id, String secret) {
        return "https://" + id + ":" + secret + "@localhost:" + ca.uri().getPort();
    }

    private record Run(int exit, String output) {}

    private Run run(String home, String... arguments) throws Exception {
        return run(folder, home, List.of(arguments));
    }

    /**
     * Runs the program.
     *
     * @param folder below which its homes are, beside the server's {@code tls.pem}
     */
    private Run run(Path folder, String home, List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        command.addAll(List.of(
                "--home",
                folder.resolve(home).toString(),
                "--tls.certfiles",
                folder.resolve("tls.pem").toString()));
        Path log = folder.resolve("client.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean isOver = process.waitFor(30, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(isOver).as(Files.readString(log)).isTrue();
        return new Run(process.exitValue(), Files.readString(log));
    }

    private String done(String home, String... arguments) throws Exception {
        Run run = run(home, arguments);
        assertThat(run.exit()).as(run.output()).isZero();
        return run.output();
    }

    @Test
    void the_life_of_an_identity() throws Exception {
        String server = "https://localhost:" + ca.uri().getPort();
        assertThat(done("admin", "getcainfo", "-u", server)).contains("Stored root CA certificate");
        done("admin", "enroll", "-u", url(RunningCa.REGISTRAR, RunningCa.PASSWORD));
        assertThat(done(
                        "admin",
                        "register",
                        "--id.name",
                        "peer0",
                        "--id.type",
                        "peer",
                        "--id.secret",
                        "pw",
                        "--id.affiliation",
                        "sales.north",
                        "--id.attrs",
                        "color=red:ecert",
                        "-u",
                        server))
                .contains("Password: pw");
        done("peer0", "enroll", "-u", url("peer0", "pw"), "--csr.hosts", "peer0.example");
        done("peer0", "enroll", "-u", url("peer0", "pw"), "--enrollment.profile", "tls", "-M", "tls");
        done("peer0", "reenroll", "-u", server);
        assertThat(done("admin", "identity", "list", "--id", "peer0", "-u", server))
                .contains("Name: peer0, Type: peer, Affiliation: sales.north")
                .contains("Name:color Value:red ECert:true");
        assertThat(done("admin", "identity", "modify", "peer0", "--secret", "new", "-u", server))
                .contains("Successfully modified identity");
        assertThat(done("admin", "identity", "add", "user", "--type", "client", "--secret", "x", "-u", server))
                .contains("Successfully added identity");
        assertThat(done("admin", "identity", "list", "-u", server)).contains("Name: peer0", "Name: user");
        assertThat(done("admin", "affiliation", "list", "-u", server)).contains("sales.north");
        assertThat(done("admin", "certificate", "list", "--id", "peer0", "-u", server))
                .contains("O=Hyperledger,OU=peer,OU=north,OU=sales,CN=peer0");
        assertThat(done("admin", "revoke", "-e", "peer0", "-r", "keycompromise", "--gencrl", "-u", server))
                .contains("Successfully stored the CRL");
        assertThat(done("admin", "gencrl", "-u", server)).contains("Successfully stored the CRL");
        Run refused = run("late", "enroll", "-u", url("peer0", "new"));
        assertThat(refused.exit()).isNotZero();
        assertThat(refused.output()).contains("Response from server: Error Code: 20 - Authentication failure");
    }

    @Test
    void a_certificate_for_an_intermediate_authority() throws Exception {
        done("ca", "enroll", "-u", url(RunningCa.REGISTRAR, RunningCa.PASSWORD), "--enrollment.profile", "ca");
        assertThat(folder.resolve("ca/msp/signcerts/cert.pem")).exists();
    }

    @Test
    void it_prints_what_it_prints_with_fabrics_own_server() throws Exception {
        Path fabric = Files.createDirectories(folder.resolve("fabric"));
        try (RunningCa real = RunningCa.real(Files.createDirectories(fabric.resolve("server")))) {
            SoftAssertions differences = new SoftAssertions();
            Files.writeString(
                    fabric.resolve("tls.pem"), real.tls().certificate().pem());
            for (String line : List.of(
                    "admin getcainfo",
                    "admin enroll as registrar:" + RunningCa.PASSWORD,
                    "admin enroll as registrar:wrong",
                    "admin enroll as nobody:pw",
                    "admin register --id.name peer1 --id.type peer --id.secret pw --id.affiliation sales.north",
                    "admin register --id.name peer1 --id.type peer --id.secret pw",
                    "admin register --id.name peer2 --id.type peer --id.affiliation nowhere",
                    "admin register --id.name user1 --id.type client --id.secret pw --id.attrs role=buyer:ecert",
                    "user1 enroll as user1:pw",
                    "user1 enroll as user1:pw --enrollment.profile nothing",
                    "user1 register --id.name other --id.type client --id.secret pw",
                    "user1 identity list",
                    "admin identity list --id user1",
                    "admin identity list --id nobody",
                    "admin identity modify user1 --type peer --maxenrollments 2",
                    "admin identity remove peer1",
                    "admin affiliation list",
                    "admin affiliation add sales.south",
                    "admin affiliation add sales.south",
                    "admin affiliation remove sales",
                    "admin certificate list --id user1",
                    "user1 gencrl",
                    "admin revoke -e nobody",
                    "admin revoke",
                    "admin revoke -e user1 -r nonsense",
                    "admin revoke -e user1 -r affiliationchange",
                    "admin revoke -e user1",
                    "user1 reenroll",
                    "user1 enroll as user1:pw",
                    "admin gencrl",
                    "stranger identity list")) {
                differences.assertThat(answer(folder, ca, line)).as(line).isEqualTo(answer(fabric, real, line));
            }
            differences.assertAll();
        }
    }

    /** Exit code and output, without what is different each time; {@code as ID:SECRET} is part of the server's URL. */
    private String answer(Path folder, RunningCa server, String line) throws Exception {
        List<String> words = new ArrayList<>(List.of(line.split(" ")));
        String home = words.remove(0);
        String who = "";
        int as = words.indexOf("as");
        if (as >= 0) {
            who = words.get(as + 1) + "@";
            words.subList(as, as + 2).clear();
        }
        words.addAll(
                List.of("-u", "https://" + who + "localhost:" + server.uri().getPort()));
        Run run = run(folder, home, words);
        String text = run.exit() + ": "
                + run.output()
                        .replace(folder.toString(), "FOLDER")
                        .replaceAll("(?m)^\\d{4}/\\d\\d/\\d\\d [0-9:]+ ", "")
                        // Keys of Idemix, which the embedded server does not have.
                        .replaceAll("(?m)^.*Stored Issuer (revocation )?public key.*\n", "")
                        .replaceAll("localhost[:-]\\d+", "localhost:PORT")
                        .replaceAll("\\d{4}-\\d\\d-\\d\\d [0-9:]+ \\+0000 UTC", "TIME")
                        .replaceAll("[A-Z][a-z]{2} [ \\d]\\d [0-9:]+ \\d{4} UTC", "TIME")
                        .replaceAll("(\\s+[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2})+:?)+", " HEX")
                        .replaceAll("keyid:[0-9A-F:]+", "keyid:HEX")
                        .replaceAll("Serial Number: [0-9A-Fa-f]+", "Serial Number: SERIAL")
                        .replaceAll("[0-9a-f]{36,64}", "HEX");
        // Fabric's server lists changed attributes in an order of chance.
        return ATTRIBUTES
                .matcher(text)
                .replaceAll(found ->
                        Matcher.quoteReplacement(Stream.of(found.group(1).split("\\} \\{"))
                                .sorted()
                                .collect(Collectors.joining("} {", "Attributes: [{", "}]"))));
    }
}
