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

    /**
     * Reads the form that {@link #toString} gives. The last colon ends the host, so that an IPv6 address may, but need not,
     * have brackets; they are kept. The host may be empty: what that means is for the caller to say.
     *
     * @throws IllegalArgumentException if there is no colon, or no number from 1 to 65535 behind the last one
     */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("Not `host:port`: " + text);
        }
        return new HostPort(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    /** {@code host:port}. */
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
