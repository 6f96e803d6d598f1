package io.weft.embedded.config;

import java.util.Set;
import java.util.TreeSet;
import org.hyperledger.fabric.protos.common.Capabilities;

/**
 * What the three groups of a configuration may demand of a node, in Fabric 3.1.
 *
 * @see <a href="https://github.com/hyperledger/fabric/tree/main/common/capabilities">Fabric's common/capabilities</a>
 */
enum Capability {
    CHANNEL("Channel"),
    ORDERER("Orderer"),
    APPLICATION("Application");

    private final String group;

    Capability(String group) {
        this.group = group;
    }

    private Set<String> known() {
        return switch (this) {
            case CHANNEL -> Set.of("V1_1", "V1_3", "V1_4_2", "V1_4_3", "V2_0", "V3_0");
            case ORDERER -> Set.of("V1_1", "V1_4_2", "V2_0");
            case APPLICATION ->
                Set.of(
                        "V1_1",
                        "V1_2",
                        "V1_3",
                        "V1_4_2",
                        "V2_0",
                        "V2_5",
                        "V1_1_PVTDATA_EXPERIMENTAL",
                        "V1_1_RESOURCETREE_EXPERIMENTAL");
        };
    }

    String group() {
        return group;
    }

    /**
     * @throws InvalidConfigurationException if one is unknown
     */
    void requireKnown(Capabilities required) {
        for (String name : new TreeSet<>(required.getCapabilitiesMap().keySet())) {
            if (!known().contains(name)) {
                throw new InvalidConfigurationException(
                        group + " capability " + name + " is required but not supported");
            }
        }
    }
}
