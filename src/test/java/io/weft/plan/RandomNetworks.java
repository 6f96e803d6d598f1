package io.weft.plan;

import io.weft.model.Network;
import io.weft.spec.NetworkSpecs;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Valid networks of all shapes; the same for the same seed. */
public final class RandomNetworks {
    private final Random random;

    private RandomNetworks(long seed) {
        this.random = new Random(seed);
    }

    public static Stream<Network> first(int count) {
        return Stream.iterate(0L, seed -> seed + 1).limit(count).map(seed -> new RandomNetworks(seed).next());
    }

    private Network next() {
        int ordering = 1 + random.nextInt(3);
        int members = 1 + random.nextInt(4);
        boolean bft = random.nextBoolean();
        StringBuilder yaml = new StringBuilder("""
                apiVersion: weft/v1
                kind: Network
                metadata: {name: net}
                fabric: {version: 3.1.5}
                organizations:
                """);
        List<String> orderers = new ArrayList<>();
        for (int i = 0; i < ordering; i++) {
            orderers.add("ord" + i);
            int nodes = (bft ? 4 : 1) + random.nextInt(3);
            yaml.append("  - {name: ord%d, orderers: %d%s}\n".formatted(i, nodes, namespace(i)));
        }
        List<String> organizations = new ArrayList<>();
        for (int i = 0; i < members; i++) {
            organizations.add("org" + i);
            yaml.append("  - {name: org%d, peers: %d, users: %d%s}\n"
                    .formatted(i, 1 + random.nextInt(3), random.nextInt(3), namespace(i)));
        }
        yaml.append("channels:\n");
        int channels = 1 + random.nextInt(3);
        for (int i = 0; i < channels; i++) {
            yaml.append("  - name: ch%d\n".formatted(i));
            yaml.append(
                    "    ordering: {type: %s, organizations: %s}\n".formatted(bft ? "bft" : "raft", some(orderers)));
            List<String> joined = some(organizations);
            yaml.append("    members: %s\n".formatted(joined));
            int chaincodes = random.nextInt(3);
            yaml.append(chaincodes == 0 ? "" : "    chaincodes:\n");
            for (int j = 0; j < chaincodes; j++) {
                yaml.append("      - {name: cc%d, version: '1', image: 'example.com/cc:1'%s%s}\n"
                        .formatted(
                                j,
                                random.nextBoolean() ? ", tls: true" : "",
                                random.nextBoolean() ? ", init: {function: Init}" : ""));
            }
        }
        return NetworkSpecs.parse("random.yaml", yaml.toString()).network();
    }

    private String namespace(int i) {
        return random.nextInt(3) == 0 ? ", namespace: ns" + i : "";
    }

    /** At least one of them. */
    private List<String> some(List<String> all) {
        List<String> result = new ArrayList<>(all);
        result.removeIf(one -> random.nextInt(3) == 0);
        return result.isEmpty() ? List.of(all.get(0)) : result;
    }
}
