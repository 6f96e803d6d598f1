package io.weft.model;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How long the certificates that weft issues last, from the moment of issue.
 *
 * @param ca signing CAs and TLS CAs; by default 15 years
 * @param node ordering nodes, peers and certificate authorities' servers; by default 5 years
 * @param user admins and users; by default 1 year
 */
public record Validity(Duration ca, Duration node, Duration user) {
    public Validity {
        requireNonNull(ca, "ca");
        requireNonNull(node, "node");
        requireNonNull(user, "user");
    }
}
