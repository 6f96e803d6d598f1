package io.weft.scenario;

import io.weft.ca.Attribute;
import io.weft.ca.FabricCaClient;
import io.weft.ca.Registration;
import io.weft.ca.RevocationReason;
import io.weft.embedded.ca.RunningCa;
import io.weft.pki.Certificate;
import io.weft.pki.Credential;
import io.weft.pki.SigningKey;
import io.weft.problem.WeftException;
import io.weft.protocol.Dialer;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/** A Fabric CA as its clients know it; {@code fabric-ca/answers.txt} has many more of its answers, byte by byte. */
final class FabricCa {
    private interface Steps {
        void play(FabricCaClient client, RunningCa ca) throws Exception;
    }

    private static void with(Stage stage, Steps steps) throws Exception {
        Files.createDirectories(stage.folder());
        try (Dialer dialer = new Dialer();
                RunningCa ca = stage.target().certificateAuthority(stage.folder())) {
            stage.out().name("localhost:" + ca.uri().getPort(), "<fabric ca>");
            stage.out().name("127.0.0.1:" + ca.uri().getPort(), "<fabric ca>");
            steps.play(ca.client(dialer, Duration.ofSeconds(20)), ca);
        }
    }

    private static void attempt(Stage stage, Callable<?> call) throws Exception {
        try {
            call.call();
            stage.out().says("done");
        } catch (WeftException e) {
            stage.out().says("refused", e.getMessage());
        }
    }

    private static void describe(Stage stage, Certificate certificate) {
        stage.out()
                .says(
                        "subject",
                        String.join(
                                ",",
                                new TreeSet<>(
                                        Arrays.asList(certificate.subject().split(",")))));
        stage.out().says("issuer", certificate.issuer());
        stage.out().says("attributes", certificate.attributes().orElse("none"));
        stage.out().says("signature is the low one", certificate.hasLowSignature());
    }

    private static Registration user(String id, Attribute... attributes) {
        return new Registration(id, io.weft.pki.Role.CLIENT, "pw", "", List.of(attributes), -1);
    }

    void an_identity_is_registered_enrolled_and_enrolled_again(Stage stage) throws Exception {
        with(stage, (client, ca) -> {
            stage.out().step("Who it is");
            stage.out().says("name", client.info().name());
            stage.out().says("chain", client.info().chain().size());
            Credential registrar = client.enroll(RunningCa.REGISTRAR, RunningCa.PASSWORD);
            stage.out().step("A user is registered with an attribute, and enrolls");
            client.register(registrar, user("alice", new Attribute("color", "red", true)));
            Credential alice = client.enroll("alice", "pw");
            describe(stage, alice.certificate());
            stage.out().step("She enrolls again, with a new key");
            Credential again = client.reenroll(alice, SigningKey.generate(RunningCa.RANDOM));
            describe(stage, again.certificate());
            stage.out().step("The registrar looks her up");
            stage.out().says("found", client.identity(registrar, "alice").isPresent());
        });
    }

    void who_may_not_is_refused_by_the_fabric_ca(Stage stage) throws Exception {
        with(stage, (client, ca) -> {
            Credential registrar = client.enroll(RunningCa.REGISTRAR, RunningCa.PASSWORD);
            client.register(registrar, user("bob"));
            Credential bob = client.enroll("bob", "pw");
            stage.out().step("A wrong password");
            attempt(stage, () -> client.enroll("bob", "wrong"));
            stage.out().step("A user that nobody registered");
            attempt(stage, () -> client.enroll("carol", "pw"));
            stage.out().step("A user registers another");
            attempt(stage, () -> {
                client.register(bob, user("carol"));
                return "";
            });
            stage.out().step("A user is registered again");
            attempt(stage, () -> {
                client.register(registrar, user("bob"));
                return "";
            });
            stage.out().step("Somebody with a certificate of another authority looks around");
            Credential stranger = stage.enrolled("org1", "bob", io.weft.pki.Role.CLIENT);
            attempt(stage, () -> client.identity(stranger, "bob"));
        });
    }

    void an_identity_is_revoked(Stage stage) throws Exception {
        with(stage, (client, ca) -> {
            Credential registrar = client.enroll(RunningCa.REGISTRAR, RunningCa.PASSWORD);
            client.register(registrar, user("dave"));
            Credential dave = client.enroll("dave", "pw");
            stage.out().step("A user revokes himself, without the right to");
            attempt(stage, () -> client.revoke(dave, "registrar", RevocationReason.KEY_COMPROMISE, false));
            stage.out().step("The registrar revokes him");
            stage.out()
                    .says(
                            "certificates",
                            client.revoke(registrar, "dave", RevocationReason.KEY_COMPROMISE, true)
                                    .serialNumbers()
                                    .size());
            stage.out().step("He enrolls");
            attempt(stage, () -> client.enroll("dave", "pw"));
            stage.out().step("He enrolls again with what he has");
            attempt(stage, () -> client.reenroll(dave, SigningKey.generate(RunningCa.RANDOM)));
            stage.out().step("He looks himself up");
            attempt(stage, () -> client.identity(dave, "dave"));
            stage.out().step("An unknown one is revoked");
            attempt(stage, () -> client.revoke(registrar, "nobody", RevocationReason.KEY_COMPROMISE, false));
        });
    }
}
