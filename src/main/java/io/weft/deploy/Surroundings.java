package io.weft.deploy;

import static java.util.Objects.requireNonNull;

import io.weft.model.Names;
import io.weft.model.Network;
import io.weft.platform.Platform;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;

/**
 * What all work on a network shares.
 *
 * @param network what is wanted
 * @param names what everything is called
 * @param platform where it runs
 * @param clock decides validity of certificates
 * @param random for keys, nonces and passwords
 * @param timeout limit for each single wait
 */
record Surroundings(
        Network network, Names names, Platform platform, Clock clock, SecureRandom random, Duration timeout) {
    Surroundings {
        requireNonNull(network, "network");
        requireNonNull(names, "names");
        requireNonNull(platform, "platform");
        requireNonNull(clock, "clock");
        requireNonNull(random, "random");
        requireNonNull(timeout, "timeout");
    }
}
