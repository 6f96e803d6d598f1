package io.weft.model;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/** How a chaincode runs where there are no images. */
public sealed interface LocalChaincode {
    /**
     * A Java contract, or a class of Fabric's own {@code Chaincode} interface.
     *
     * @param className fully qualified
     * @param jar where it is, with its libraries; absent: on the class path of weft
     */
    record Contract(String className, Optional<String> jar) implements LocalChaincode {
        public Contract {
            requireNonNull(className, "className");
            requireNonNull(jar, "jar");
        }
    }

    /**
     * A program that serves the chaincode at the address in {@code CHAINCODE_SERVER_ADDRESS}, under the package ID in
     * {@code CHAINCODE_ID}.
     *
     * @param command program and arguments
     */
    record Command(List<String> command) implements LocalChaincode {
        public Command {
            command = List.copyOf(command);
        }
    }

    /** A service that somebody else runs. */
    record Address(HostPort address) implements LocalChaincode {
        public Address {
            requireNonNull(address, "address");
        }
    }
}
