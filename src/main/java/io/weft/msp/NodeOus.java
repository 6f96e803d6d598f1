package io.weft.msp;

import io.weft.pki.Role;
import java.util.List;

/**
 * The organizational units that tell clients, peers, admins and ordering nodes apart. weft always has all four enabled,
 * certified by the organization's one signing CA.
 */
public final class NodeOus {
    /** Where the signing CA's certificate lies in an MSP folder. */
    public static final String CA_CERTIFICATE = "cacerts/ca.crt";

    /** The order in which Fabric's own tools write them. */
    static final List<Role> ROLES = List.of(Role.CLIENT, Role.PEER, Role.ADMIN, Role.ORDERER);

    private static final String CONFIG = config();

    private NodeOus() {}

    private static String config() {
        StringBuilder result = new StringBuilder("NodeOUs:\n  Enable: true\n");
        for (Role role : ROLES) {
            String unit = role.organizationalUnit();
            String name = Character.toUpperCase(unit.charAt(0)) + unit.substring(1);
            result.append("  ").append(name).append("OUIdentifier:\n");
            result.append("    Certificate: ").append(CA_CERTIFICATE).append('\n');
            result.append("    OrganizationalUnitIdentifier: ").append(unit).append('\n');
        }
        return result.toString();
    }

    /** The {@code config.yaml} of an MSP folder whose CA certificate is at {@link #CA_CERTIFICATE}. */
    public static String configYaml() {
        return CONFIG;
    }
}
