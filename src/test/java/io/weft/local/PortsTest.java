package io.weft.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsTest {
    private final SecureRandom random = new SecureRandom();

    @TempDir
    Path root;

    private Ports ports(String network) {
        return new Ports(new StateFolder(root, network), random);
    }

    @Test
    void a_port_that_is_only_looked_at_is_not_written_down() {
        int port = ports("trade").of("trade/org1-peer0", "main");
        assertThat(port).isBetween(20_000, 31_999);
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void a_port_that_is_kept_stays_the_same() {
        Ports first = ports("trade");
        first.keep();
        int port = first.of("trade/org1-peer0", "main");
        assertThat(first.of("trade/org1-peer0", "main")).isEqualTo(port);
        assertThat(ports("trade").of("trade/org1-peer0", "main")).isEqualTo(port);
        assertThat(ports("trade").of("trade/org1-peer0", "operations")).isNotEqualTo(port);
    }

    @Test
    void what_was_looked_at_before_gives_way_to_what_another_run_kept() {
        Ports looking = ports("trade");
        looking.of("trade/org1-peer0", "main");
        Ports other = ports("trade");
        other.keep();
        int kept = other.of("trade/org1-peer0", "main");
        looking.keep();
        assertThat(looking.of("trade/org1-peer0", "main")).isEqualTo(kept);
    }

    @Test
    void ports_of_other_networks_are_avoided_even_while_those_do_not_run() {
        Map<String, Integer> all = new java.util.HashMap<>();
        for (int port = 20_000; port < 32_000; port++) {
            if (port != 25_000 && port != 25_001 && port != 25_002) {
                all.put("other/node " + port, port);
            }
        }
        StateFolder.writeJson(new StateFolder(root, "other").ports(), all);
        Ports ports = ports("trade");
        ports.keep();
        Set<Integer> chosen = new HashSet<>();
        for (String purpose : Set.of("main", "admin")) {
            chosen.add(ports.of("trade/orderer0", purpose));
        }
        assertThat(chosen).hasSize(2).isSubsetOf(25_000, 25_001, 25_002);
    }

    @Test
    void a_port_on_which_somebody_listens_is_not_free() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(Ports.isFree(socket.getLocalPort())).isFalse();
        }
    }
}
