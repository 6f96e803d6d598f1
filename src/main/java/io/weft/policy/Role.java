package io.weft.policy;

import java.util.Locale;
import java.util.Optional;

/** What an identity is within its MSP. */
public enum Role {
    /** Any identity of the MSP. */
    MEMBER,
    /** An identity with the admin Node OU. */
    ADMIN,
    /** An identity with the client Node OU. */
    CLIENT,
    /** An identity with the peer Node OU. */
    PEER,
    /** An identity with the orderer Node OU. */
    ORDERER;

    static Optional<Role> of(String word) {
        for (Role role : values()) {
            if (role.toString().equals(word)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }

    /** The word that a policy uses. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
