package io.weft.node;

import io.weft.fixture.DevelopmentNetwork;
import io.weft.sample.AssetContract;

/**
 * A whole network for a moment, so that the JVM can archive the classes that nodes load. For the build of the image;
 * what is archived only saves time.
 */
public final class Rehearsal {
    private Rehearsal() {}

    public static void main(String[] args) throws Exception {
        try (DevelopmentNetwork network = DevelopmentNetwork.builder()
                .organization("org1", 1)
                .channel("trading", "org1")
                .chaincode("asset", AssetContract.class)
                .start()) {
            network.contract("org1", "user1", "trading", "asset").submitTransaction("InitLedger");
        }
    }
}
