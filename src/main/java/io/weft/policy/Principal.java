package io.weft.policy;

import static java.util.Objects.requireNonNull;

/**
 * Who may sign: an identity of an MSP in a role.
 *
 * @param mspId letters, digits, dots and hyphens
 * @param role its role
 */
public record Principal(String mspId, Role role) {
    public Principal {
        requireNonNull(mspId, "mspId");
        requireNonNull(role, "role");
    }

    /** Whether an identity that is {@code other} is this as well: each role of an MSP is a member of it. */
    public boolean includes(Principal other) {
        return mspId.equals(other.mspId) && (role == Role.MEMBER || role == other.role);
    }

    /** {@code Org1MSP.peer}, the form a policy uses between quotes. */
    @Override
    public String toString() {
        return mspId + "." + role;
    }
}
