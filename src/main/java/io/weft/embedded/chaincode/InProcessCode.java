package io.weft.embedded.chaincode;

import io.weft.model.MspId;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.hyperledger.fabric.contract.ContractInterface;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;
import org.hyperledger.fabric.shim.Chaincode;
import org.hyperledger.fabric.shim.ChaincodeStub;
import org.hyperledger.fabric.shim.impl.ChaincodeInvocationTask;
import org.hyperledger.fabric.traces.Traces;

/**
 * Java chaincode in this JVM. Stub and transaction are those of Fabric's shim and exchange with the peer the messages
 * of the stream protocol; only the stream is missing: each message is handed over as it is.
 */
final class InProcessCode implements ChaincodeCode {
    static {
        // The shim runs nothing before somebody has decided about tracing. Without settings there is none.
        Traces.initialize(new Properties());
    }

    private final Chaincode chaincode;
    private final MspId organization;
    /** What the code's threads have as their context class loader. */
    private final ClassLoader loader;
    private final ExecutorService threads;

    private InProcessCode(Chaincode chaincode, MspId organization, ClassLoader loader, String name) {
        this.chaincode = chaincode;
        this.organization = organization;
        this.loader = loader;
        this.threads = Executors.newCachedThreadPool(new NamedThreads("chaincode-" + name));
    }

    /**
     * @param code {@link ChaincodeSource.InProcess#code()}
     * @throws ChaincodeFailure if it is no chaincode
     */
    static InProcessCode start(String name, List<Supplier<?>> code, MspId organization) {
        List<Contracts.Supplied> contracts = new ArrayList<>();
        ClassLoader loader = InProcessCode.class.getClassLoader();
        for (Supplier<?> supplier : code) {
            Object first = supplier.get();
            if (first instanceof Chaincode chaincode && code.size() == 1) {
                return new InProcessCode(chaincode, organization, chaincode.getClass().getClassLoader(), name);
            }
            if (first instanceof ContractInterface contract) {
                loader = contract.getClass().getClassLoader();
                contracts.add(new Contracts.Supplied(contract.getClass(), () -> (ContractInterface) supplier.get()));
            } else {
                throw new ChaincodeFailure("`" + (first == null ? "null" : first.getClass().getName())
                        + "` is no contract: it must implement `" + ContractInterface.class.getName() + "` or, alone, `"
                        + Chaincode.class.getName() + "`.");
            }
        }
        return new InProcessCode(Contracts.of(contracts), organization, loader, name);
    }

    @Override
    public ChaincodeRuntime open() {
        return new Runtime();
    }

    /** One peer's use of the code. As on a stream, a transaction is at the chaincode once. */
    private final class Runtime implements ChaincodeRuntime {
        private final Set<Conversation.Key> active = ConcurrentHashMap.newKeySet();

        @Override
        public ChaincodeMessage run(Conversation conversation, Duration timeout) {
            Conversation.Key key = conversation.key();
            if (!active.add(key)) {
                throw new ChaincodeFailure("error sending: txid: " + key.txId() + "(" + key.channel() + ") exists");
            }
            try {
                return InProcessCode.this.run(conversation, timeout);
            } finally {
                active.remove(key);
            }
        }

        @Override
        public void close() {
            // Others use the code.
        }
    }

    private ChaincodeMessage run(Conversation conversation, Duration timeout) {
        Future<?> work;
        try {
            work = threads.submit(() -> work(conversation));
        } catch (RejectedExecutionException e) {
            throw new ChaincodeFailure("error sending: chaincode stream terminated", e);
        }
        try {
            return conversation.await(timeout);
        } finally {
            work.cancel(true);
        }
    }

    private void work(Conversation conversation) {
        Thread.currentThread().setContextClassLoader(loader);
        try {
            ChaincodeMessage opening = conversation.opening();
            Outbox outbox = new Outbox(conversation);
            outbox.task = Optional.of(new ChaincodeInvocationTask(
                    opening, opening.getType(), outbox::send, new WithOrganization(chaincode, organization)));
            outbox.task.get().call();
        } catch (RuntimeException | Error e) {
            // The shim reports exceptions itself; this is what it lets through, such as an AssertionError.
            conversation.fail("the chaincode ended with " + e);
        }
    }

    /** The shim's way to the peer. */
    private static final class Outbox {
        private final Conversation conversation;
        private Optional<ChaincodeInvocationTask> task = Optional.empty();

        Outbox(Conversation conversation) {
            this.conversation = conversation;
        }

        void send(ChaincodeMessage message) {
            conversation.accept(message, answer -> {
                try {
                    task.orElseThrow().postMessage(answer);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
    }

    /** The shim reads the peer's organization from the environment of the process, and here it is one for all peers. */
    private record WithOrganization(Chaincode chaincode, MspId organization) implements Chaincode {
        @Override
        public Response init(ChaincodeStub stub) {
            return chaincode.init(withOrganization(stub));
        }

        @Override
        public Response invoke(ChaincodeStub stub) {
            return chaincode.invoke(withOrganization(stub));
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
        threads.shutdownNow();
    }
}
