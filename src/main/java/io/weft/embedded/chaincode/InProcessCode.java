package io.weft.embedded.chaincode;

import io.weft.model.MspId;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;
import org.hyperledger.fabric.shim.Chaincode;
import org.hyperledger.fabric.shim.impl.ChaincodeInvocationTask;

/**
 * Java chaincode in this JVM. Stub and transaction are those of Fabric's shim and exchange with the peer the messages
 * of the stream protocol; only the stream is missing: each message is handed over as it is.
 */
final class InProcessCode implements ChaincodeCode {
    private final JavaCode code;
    private final Chaincode chaincode;
    private final ExecutorService threads;

    /** @param code ends with this */
    InProcessCode(String name, JavaCode code, MspId organization) {
        this.code = code;
        this.chaincode = code.chaincode(organization);
        this.threads = Executors.newCachedThreadPool(new NamedThreads("chaincode-" + name));
    }

    @Override
    public ChaincodeRuntime open() {
        return new OfOnePeer();
    }

    /** One peer's use of the code. As on a stream, a transaction is at the chaincode once. */
    private final class OfOnePeer implements ChaincodeRuntime {
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
        try {
            ChaincodeMessage opening = conversation.opening();
            Outbox outbox = new Outbox(conversation);
            outbox.task = Optional.of(new ChaincodeInvocationTask(opening, opening.getType(), outbox::send, chaincode));
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

    @Override
    public void close() {
        threads.shutdownNow();
        code.close();
    }
}
