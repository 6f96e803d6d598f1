package io.weft.model;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * The distinguished name fields that all certificates of an organization share.
 *
 * @param country ISO 3166 code, two letters
 * @param state at most 128 characters
 * @param locality at most 128 characters
 * @param organization at most 64 characters; by default the organization's name
 */
public record Subject(
        Optional<String> country, Optional<String> state, Optional<String> locality, String organization) {
    public Subject {
        requireNonNull(country, "country");
        requireNonNull(state, "state");
        requireNonNull(locality, "locality");
        requireNonNull(organization, "organization");
    }
}
