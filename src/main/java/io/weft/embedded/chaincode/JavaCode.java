package io.weft.embedded.chaincode;

import io.weft.model.MspId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.hyperledger.fabric.contract.ContractInterface;
import org.hyperledger.fabric.shim.Chaincode;
import org.hyperledger.fabric.shim.ChaincodeStub;
import org.hyperledger.fabric.traces.Traces;

/** Java chaincode, loaded: one {@code Chaincode}, whether it was given as that or as contracts. */
final class JavaCode implements AutoCloseable {
    /** Kept, because the JVM forgets the level of a logger that nobody holds. */
    private static final Logger SHIM = Logger.getLogger("org.hyperledger.fabric");

    static {
        if (SHIM.getLevel() == null) {
            // Otherwise the shim tells the console of each class it finds.
            SHIM.setLevel(Level.WARNING);
        }
        // The shim runs nothing before somebody has decided about tracing. Without settings there is none.
        Traces.initialize(new Properties());
    }

    private final Chaincode chaincode;
    /** What threads have as their context class loader while they run the code. */
    private final ClassLoader loader;

    private final Optional<JarLoader> jar;

    private JavaCode(Chaincode chaincode, ClassLoader loader, Optional<JarLoader> jar) {
        this.chaincode = chaincode;
        this.loader = loader;
        this.jar = jar;
    }

    /** @throws ChaincodeFailure if it is no chaincode, or cannot be loaded */
    static JavaCode load(ChaincodeSource.Java source) {
        if (source instanceof ChaincodeSource.InProcess inProcess) {
            return of(inProcess.code(), Optional.empty());
        }
        ChaincodeSource.Jar file = (ChaincodeSource.Jar) source;
        JarLoader jar = JarLoader.of(file.file());
        try {
            return of(file.className().map(jar::code).orElseGet(jar::code), Optional.of(jar));
        } catch (ChaincodeFailure e) {
            try {
                jar.close();
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    private static JavaCode of(List<Supplier<?>> code, Optional<JarLoader> jar) {
        List<Contracts.Supplied> contracts = new ArrayList<>();
        ClassLoader loader = JavaCode.class.getClassLoader();
        for (Supplier<?> supplier : code) {
            Object first = supplier.get();
            if (first instanceof Chaincode chaincode && code.size() == 1) {
                return new JavaCode(chaincode, chaincode.getClass().getClassLoader(), jar);
            }
            if (first instanceof ContractInterface contract) {
                loader = contract.getClass().getClassLoader();
                contracts.add(new Contracts.Supplied(contract.getClass(), () -> (ContractInterface) supplier.get()));
            } else {
                throw new ChaincodeFailure("`"
                        + (first == null ? "null" : first.getClass().getName())
                        + "` is no contract: it must implement `" + ContractInterface.class.getName() + "` or, alone, `"
                        + Chaincode.class.getName() + "`.");
            }
        }
        return new JavaCode(Contracts.of(contracts), loader, jar);
    }

    /** The code as an organization's peers run it. */
    Chaincode chaincode(MspId organization) {
        return new OfOrganization(chaincode, organization, loader);
    }

    /** The shim reads the peer's organization from the environment of the process, and here it is one for all peers. */
    private record OfOrganization(Chaincode chaincode, MspId organization, ClassLoader loader) implements Chaincode {
        @Override
        public Response init(ChaincodeStub stub) {
            return run(chaincode::init, stub);
        }

        @Override
        public Response invoke(ChaincodeStub stub) {
            return run(chaincode::invoke, stub);
        }

        private Response run(Function<ChaincodeStub, Response> function, ChaincodeStub stub) {
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            thread.setContextClassLoader(loader);
            try {
                return function.apply(withOrganization(stub));
            } finally {
                thread.setContextClassLoader(before);
            }
        }

        private ChaincodeStub withOrganization(ChaincodeStub stub) {
            return (ChaincodeStub) Proxy.newProxyInstance(
                    ChaincodeStub.class.getClassLoader(),
                    new Class<?>[] {ChaincodeStub.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("getMspId")) {
                            return organization.value();
                        }
                        try {
                            return method.invoke(stub, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }
    }

    @Override
    public void close() {
        jar.ifPresent(open -> {
            try {
                open.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
