package io.weft.identity;

import io.weft.model.Network;
import io.weft.model.Organization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;

/**
 * Makes all identities of many organizations with ten peers and five users each; {@code scripts/bench-crypto} times it
 * as a process of its own. Arguments: number of organizations, rounds, and optionally a folder to write every entry to.
 */
public final class BulkIdentities {
    private BulkIdentities() {}

    public static void main(String[] arguments) {
        Network network = Networks.large(Integer.parseInt(arguments[0]));
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
        Path folder = arguments.length > 2 ? Path.of(arguments[2]) : null;
        for (int round = 0; round < rounds; round++) {
            long start = System.nanoTime();
            int keys = network.organizations().parallelStream()
                    .mapToInt(organization -> make(network, organization, folder))
                    .sum();
            System.out.printf("%d keys in %d ms%n", keys, (System.nanoTime() - start) / 1_000_000);
        }
    }

    private static int make(Network network, Organization organization, Path folder) {
        OrganizationAuthorities authorities =
                OrganizationAuthorities.create(network, organization.name(), Clock.systemUTC(), new SecureRandom());
        int keys = keep(folder, organization.name() + "-ca-keys", authorities.contents());
        for (IdentityTemplate template : new Identities(network).of(organization.name())) {
            keys += keep(folder, template.name(), template.create(authorities));
        }
        return keys;
    }

    private static int keep(Path folder, String name, Map<String, String> contents) {
        if (folder != null) {
            try {
                Path secret = Files.createDirectories(folder.resolve(name));
                for (Map.Entry<String, String> entry : contents.entrySet()) {
                    Files.writeString(secret.resolve(entry.getKey()), entry.getValue());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return (int) contents.keySet().stream()
                .filter(entry -> entry.endsWith(".key"))
                .count();
    }
}
