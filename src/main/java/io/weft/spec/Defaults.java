package io.weft.spec;

import io.weft.model.FabricVersion;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a spec that says nothing means. The schema documents the same values; a test compares the two. */
final class Defaults {
    static final String API_VERSION = "weft/v1";
    static final String KIND = "Network";
    static final String CA_VERSION = "1.5.21";
    static final String COUCHDB_VERSION = "3.4.2";
    static final String REGISTRY = "docker.io";
    static final String PULL_POLICY = "IfNotPresent";
    static final Duration CA_VALIDITY = Duration.ofDays(15 * 365);
    static final Duration NODE_VALIDITY = Duration.ofDays(5 * 365);
    static final Duration USER_VALIDITY = Duration.ofDays(365);
    static final String NODE_STORAGE = "5Gi";
    static final String CA_STORAGE = "1Gi";
    static final Duration BATCH_TIMEOUT = Duration.ofSeconds(2);
    static final int BATCH_MESSAGES = 500;
    static final int BATCH_PREFERRED_BYTES = 2 << 20;
    static final int BATCH_ABSOLUTE_BYTES = 10 << 20;
    static final int CHAINCODE_PORT = 9999;
    static final String ENDORSEMENT_PATH = "/Channel/Application/Endorsement";
    static final Map<String, String> PEER_REQUESTS = requests("50m", "128Mi");
    static final Map<String, String> ORDERER_REQUESTS = requests("50m", "64Mi");
    static final Map<String, String> CA_REQUESTS = requests("10m", "32Mi");
    static final Map<String, String> CHAINCODE_REQUESTS = requests("10m", "32Mi");
    /** Stands in for a version that cannot be read, so that the rest of the file can be checked. */
    static final FabricVersion VERSION = new FabricVersion(3, 1, 5);

    private Defaults() {}

    private static Map<String, String> requests(String cpu, String memory) {
        Map<String, String> result = new LinkedHashMap<>();
        result.put("cpu", cpu);
        result.put("memory", memory);
        return result;
    }
}
