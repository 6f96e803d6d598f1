package io.weft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
    @ParameterizedTest
    @ValueSource(strings = {"peer0.org1.example.com:7051", "127.0.0.1:1", "a:65535", "[::1]:7050", "::1:7050", ":7050"})
    void what_it_reads_is_what_it_prints(String text) {
        assertThat(HostPort.parse(text)).hasToString(text);
    }

    @Test
    void the_last_colon_ends_the_host() {
        assertThat(HostPort.parse("orderer:7050")).isEqualTo(new HostPort("orderer", 7050));
        assertThat(HostPort.parse("[fe80::1]:7050")).isEqualTo(new HostPort("[fe80::1]", 7050));
        assertThat(HostPort.parse(":7050")).isEqualTo(new HostPort("", 7050));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "orderer", "7050", ":", "orderer:", "[::1]", "orderer:http", "orderer: 7050", "orderer:7050/"
            })
    void what_does_not_end_with_a_port_is_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> HostPort.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:0", "a:65536", "a:-1", "a:99999999999"})
    void a_port_out_of_range_is_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> HostPort.parse(text));
    }
}
