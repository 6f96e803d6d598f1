package io.weft.embedded.chaincode;

import static java.util.Objects.requireNonNull;

import io.weft.model.HostPort;
import io.weft.pki.Certificate;
import io.weft.pki.Credential;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Where the code of an installed package is. */
public sealed interface ChaincodeSource {
    /** Java code against Fabric's Java shim, which runs in this JVM. */
    sealed interface Java extends ChaincodeSource {}

    /**
     * Java code in this JVM, against Fabric's Java shim, which must be on the class path. A breakpoint in it works.
     *
     * @param code either one supplier of an {@code org.hyperledger.fabric.shim.Chaincode}, asked once; or suppliers of
     *     {@code org.hyperledger.fabric.contract.ContractInterface}, asked once at the start and then for each
     *     transaction
     */
    record InProcess(List<Supplier<?>> code) implements Java {
        public InProcess {
            code = List.copyOf(code);
            if (code.isEmpty()) {
                throw new IllegalArgumentException("No code.");
            }
        }

        /** Contracts by their classes, each with a public constructor without parameters. */
        public static InProcess of(Class<?>... contracts) {
            return new InProcess(java.util.Arrays.stream(contracts)
                    .<Supplier<?>>map(Instances::of)
                    .toList());
        }
    }

    /**
     * A jar with Java contracts or a {@code Chaincode}, in this JVM and in a class loader of its own. It brings its
     * libraries along, except Fabric's shim, which is that of this JVM.
     *
     * @param className the contract or {@code Chaincode}; absent: all contracts of the jar, or its main class
     */
    record Jar(Path file, Optional<String> className) implements Java {
        public Jar {
            requireNonNull(file, "file");
            requireNonNull(className, "className");
        }

        /** All contracts of a jar, or its main class. */
        public Jar(Path file) {
            this(file, Optional.empty());
        }
    }

    /**
     * A command that weft starts. It runs as a service on a free loopback port, which it finds in
     * {@code CHAINCODE_SERVER_ADDRESS}; its package ID is in {@code CHAINCODE_ID} and {@code CORE_CHAINCODE_ID_NAME}.
     * {@code ${NAME}} in an argument stands for a variable of its environment. A command that has
     * {@code ${CORE_PEER_ADDRESS}} among its arguments connects to the peer instead.
     *
     * @param command program and arguments
     * @param environment variables besides those of this process
     * @param folder where it runs
     * @param log where what it prints is appended
     */
    record Command(List<String> command, Map<String, String> environment, Path folder, Path log)
            implements ChaincodeSource {
        public Command {
            command = List.copyOf(command);
            if (command.isEmpty()) {
                throw new IllegalArgumentException("No command.");
            }
            environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
            requireNonNull(folder, "folder");
            requireNonNull(log, "log");
        }

        /** Without the environment, which may hold secrets. */
        @Override
        public String toString() {
            return "Command[" + String.join(" ", command) + "]";
        }
    }

    /** Chaincode as a service that somebody else runs. */
    record Address(HostPort address, Optional<Tls> tls) implements ChaincodeSource {
        public Address {
            requireNonNull(address, "address");
            requireNonNull(tls, "tls");
        }
    }

    /**
     * TLS between peer and chaincode; the chaincode is the server.
     *
     * @param roots whom the peer trusts
     * @param client what the peer shows if the chaincode asks for a certificate
     */
    record Tls(List<Certificate> roots, Optional<Credential> client) {
        public Tls {
            roots = List.copyOf(roots);
            requireNonNull(client, "client");
        }
    }
}
