package io.weft.model;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Optional;

/**
 * Where a network runs, and on what, as far as somebody said so.
 *
 * @param type absent: local, unless a cluster is named
 * @param nodes on the local platform; absent: Fabric's programs where they are found, else embedded nodes
 */
public record PlatformChoice(Optional<Type> type, Optional<Nodes> nodes) {
    /** Nobody said anything. */
    public static final PlatformChoice OPEN = new PlatformChoice(Optional.empty(), Optional.empty());

    public PlatformChoice {
        requireNonNull(type, "type");
        requireNonNull(nodes, "nodes");
    }

    /** A kind of place. */
    public enum Type {
        /** A cluster. */
        KUBERNETES,
        /** Processes of this machine. */
        LOCAL;

        /** As the spec and the command line spell it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What a node of the local platform is. */
    public enum Nodes {
        /** Fabric's own program. */
        FABRIC,
        /** weft's own, in one Java process. */
        EMBEDDED;

        /** As the spec and the command line spell it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** This, and where it says nothing, the other. */
    public PlatformChoice or(PlatformChoice other) {
        return new PlatformChoice(type.or(other::type), nodes.or(other::nodes));
    }
}
