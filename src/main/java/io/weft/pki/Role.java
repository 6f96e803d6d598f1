package io.weft.pki;

import java.util.Arrays;
import java.util.Optional;

/** What an enrollment certificate makes of its owner: the Node OU. Exactly one of them is in each. */
public enum Role {
    CLIENT("client"),
    PEER("peer"),
    ADMIN("admin"),
    ORDERER("orderer");

    private final String organizationalUnit;

    Role(String organizationalUnit) {
        this.organizationalUnit = organizationalUnit;
    }

    /** The organizational unit that says so; also Fabric CA's identity type. */
    public String organizationalUnit() {
        return organizationalUnit;
    }

    /** The role that an organizational unit stands for, if it stands for one. */
    public static Optional<Role> of(String organizationalUnit) {
        return Arrays.stream(values())
                .filter(role -> role.organizationalUnit.equals(organizationalUnit))
                .findFirst();
    }
}
