package io.weft.local;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A node as it is kept in its folder, so that whoever runs the network needs nothing else. Holds no key: those lie in
 * files beside it.
 *
 * @param key {@code namespace/release}, the folder's name
 * @param title for people, for example {@code org1/peer0}
 * @param kind what it does for the network
 * @param form what it runs as
 * @param networkId the network it belongs to
 * @param digest of everything that it is made of; changes when it has to be started anew
 * @param ports purpose to loopback port
 * @param listens ports that accept connections once it is ready
 * @param command of a program: program and arguments
 * @param environment of a program
 * @param workFolder of a program
 * @param details whatever else its form needs
 */
record NodeDescription(
        String key,
        String title,
        Kind kind,
        Form form,
        String networkId,
        String digest,
        Map<String, Integer> ports,
        List<String> listens,
        List<String> command,
        Map<String, String> environment,
        String workFolder,
        Map<String, String> details) {
    NodeDescription {
        requireNonNull(key, "key");
        requireNonNull(title, "title");
        requireNonNull(kind, "kind");
        requireNonNull(form, "form");
        requireNonNull(networkId, "networkId");
        requireNonNull(digest, "digest");
        ports = Collections.unmodifiableMap(new LinkedHashMap<>(ports));
        listens = List.copyOf(listens);
        command = List.copyOf(command);
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        requireNonNull(workFolder, "workFolder");
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }

    /** What a node does for the network. */
    enum Kind {
        ORDERER,
        PEER,
        CA,
        CHAINCODE
    }

    /** What a node runs as. */
    enum Form {
        /** A process of its own. */
        PROGRAM,
        /** An embedded node, or the code of a chaincode for embedded peers. */
        EMBEDDED,
        /** A Java contract that serves Fabric's own peers from weft's process. */
        CONTRACT,
        /** Something that somebody else runs. */
        ELSEWHERE
    }

    /** The same with a digest. */
    NodeDescription withDigest(String other) {
        return new NodeDescription(
                key, title, kind, form, networkId, other, ports, listens, command, environment, workFolder, details);
    }

    /** Names neither arguments nor environment. */
    @Override
    public String toString() {
        return title + " (" + kind + ", " + form + ")";
    }
}
