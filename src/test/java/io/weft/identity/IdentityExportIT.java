package io.weft.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weft.model.HostPort;
import io.weft.model.MspId;
import io.weft.model.Network;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fabric's own peer program works with an exported identity. */
class IdentityExportIT {
    @TempDir
    Path parent;

    @Test
    void the_peer_program_accepts_the_identity_and_dials_the_peer() throws Exception {
        String bin = System.getenv("FABRIC_BIN");
        assumeTrue(bin != null && Files.isExecutable(Path.of(bin, "peer")), "FABRIC_BIN holds no peer");
        Network network = Networks.small();
        OrganizationAuthorities authorities =
                OrganizationAuthorities.create(network, "org1", Clock.systemUTC(), new SecureRandom());
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        Path folder = IdentityExport.of(
                        "org1",
                        "admin",
                        new MspId("Org1MSP"),
                        new Identities(network).admin("org1").create(authorities))
                .withPeer(new HostPort("127.0.0.1", closed), Optional.of("org1-peer0.trade.svc"))
                .write(parent.resolve("it's an export"));

        Process process = new ProcessBuilder("sh", "-c", ". ./peer.env && exec \"$0\" channel list", bin + "/peer")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        // The MSP is loaded before the peer is dialled, so a refused connection proves that it was in order.
        assertThat(process.waitFor()).isNotZero();
        assertThat(output).contains("127.0.0.1:" + closed).doesNotContainIgnoringCase("msp");
    }
}
