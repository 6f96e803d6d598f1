package io.weft.model;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A chaincode definition of a channel, and how its service runs.
 *
 * @param name {@code [A-Za-z0-9]+([-_][A-Za-z0-9]+)*}
 * @param version {@code [A-Za-z0-9_.+-]+}
 * @param image complete reference of the image that serves it
 * @param endorsement a signature policy such as {@code AND('Org1MSP.peer','Org2MSP.peer')}, or the path of a channel
 *     policy such as {@code /Channel/Application/Endorsement}; absent: the channel's own {@code Endorsement}
 * @param collections explicit private data collections, in the order of the definition
 * @param init the first call, if the definition demands one
 * @param tls whether peer and chaincode talk TLS, each with a certificate of the organization's TLS CA
 * @param organizations members that run and endorse it; the others approve without a package
 * @param port where the service listens
 * @param environment further environment variables of its container
 * @param workload how its service runs; storage is not used
 * @param local how it runs where there are no images
 */
public record Chaincode(
        String name,
        String version,
        String image,
        Optional<String> endorsement,
        List<Collection> collections,
        Optional<Init> init,
        boolean tls,
        List<String> organizations,
        int port,
        Map<String, String> environment,
        Workload workload,
        Optional<LocalChaincode> local) {
    public Chaincode {
        requireNonNull(name, "name");
        requireNonNull(version, "version");
        requireNonNull(image, "image");
        requireNonNull(endorsement, "endorsement");
        collections = List.copyOf(collections);
        requireNonNull(init, "init");
        organizations = List.copyOf(organizations);
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        requireNonNull(workload, "workload");
        requireNonNull(local, "local");
    }

    /** Without a local form. */
    public Chaincode(
            String name,
            String version,
            String image,
            Optional<String> endorsement,
            List<Collection> collections,
            Optional<Init> init,
            boolean tls,
            List<String> organizations,
            int port,
            Map<String, String> environment,
            Workload workload) {
        this(
                name,
                version,
                image,
                endorsement,
                collections,
                init,
                tls,
                organizations,
                port,
                environment,
                workload,
                Optional.empty());
    }

    /**
     * The invocation that the definition demands first ({@code init_required}).
     *
     * @param function the chaincode's function
     * @param arguments its arguments
     */
    public record Init(String function, List<String> arguments) {
        public Init {
            requireNonNull(function, "function");
            arguments = List.copyOf(arguments);
        }
    }
}
