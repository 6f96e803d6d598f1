package io.weft.model;

import static java.util.Objects.requireNonNull;

/**
 * A network address by name.
 *
 * @param host DNS name or IP address
 * @param port 1 to 65535
 */
public record HostPort(String host, int port) {
    public HostPort {
        requireNonNull(host, "host");
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("Not a port: " + port);
        }
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
