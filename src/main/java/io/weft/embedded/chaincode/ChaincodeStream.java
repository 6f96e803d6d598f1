package io.weft.embedded.chaincode;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.hyperledger.fabric.protos.peer.ChaincodeAdditionalParams;
import org.hyperledger.fabric.protos.peer.ChaincodeID;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;

/**
 * The peer's end of a stream on which one chaincode runs many transactions. It is the same whichever side dialed: the
 * chaincode registers, the peer says that it is ready, and from then on the peer begins transactions.
 */
final class ChaincodeStream implements StreamObserver<ChaincodeMessage> {
    static final String TERMINATED = "chaincode stream terminated";

    /** What Fabric 3.1 offers by default; older shims do not read it. */
    private static final ByteString CAPABILITIES = ChaincodeAdditionalParams.newBuilder()
            .setUseWriteBatch(true)
            .setMaxSizeWriteBatch(1000)
            .setUseGetMultipleKeys(true)
            .setMaxSizeGetMultipleKeys(1000)
            .build()
            .toByteString();

    private final String packageId;
    private final Executor threads;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final Map<Conversation.Key, Conversation> conversations = new ConcurrentHashMap<>();
    private final Object sending = new Object();
    private Optional<StreamObserver<ChaincodeMessage>> out = Optional.empty();
    private boolean ended;

    /**
     * @param packageId what the chaincode must register as
     * @param threads for calls of other chaincodes, which would hold up the stream
     */
    ChaincodeStream(String packageId, Executor threads) {
        this.packageId = packageId;
        this.threads = threads;
    }

    /** The way to the chaincode; given before the first message arrives. */
    void attach(StreamObserver<ChaincodeMessage> chaincode) {
        synchronized (sending) {
            out = Optional.of(chaincode);
        }
    }

    /**
     * Waits until the chaincode is registered.
     *
     * @return false if that takes longer
     * @throws ChaincodeFailure if it cannot be
     */
    boolean awaitReady(Duration timeout) {
        try {
            ready.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ChaincodeFailure failure
                    ? failure
                    : new ChaincodeFailure(e.getCause().toString(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ChaincodeFailure("the start of the chaincode was interrupted", e);
        }
    }

    boolean isReady() {
        return ready.isDone() && !ready.isCompletedExceptionally() && !isEnded();
    }

    private boolean isEnded() {
        synchronized (sending) {
            return ended;
        }
    }

    ChaincodeMessage run(Conversation conversation, Duration timeout) {
        Conversation.Key key = conversation.key();
        if (conversations.putIfAbsent(key, conversation) != null) {
            throw new ChaincodeFailure("error sending: txid: " + key.txId() + "(" + key.channel() + ") exists");
        }
        try {
            if (!send(conversation.opening())) {
                conversation.fail(TERMINATED);
            }
            return conversation.await(timeout);
        } finally {
            conversations.remove(key, conversation);
        }
    }

    private boolean send(ChaincodeMessage message) {
        synchronized (sending) {
            if (ended || out.isEmpty()) {
                return false;
            }
            try {
                out.get().onNext(message);
                return true;
            } catch (IllegalStateException | StatusRuntimeException e) {
                // The stream has just ended; whoever ended it tells the conversations.
                return false;
            }
        }
    }

    @Override
    public void onNext(ChaincodeMessage message) {
        if (message.getType() == ChaincodeMessage.Type.KEEPALIVE) {
            return;
        }
        if (!ready.isDone()) {
            register(message);
            return;
        }
        Conversation conversation = conversations.get(Conversation.Key.of(message));
        if (conversation != null) {
            if (message.getType() == ChaincodeMessage.Type.INVOKE_CHAINCODE) {
                threads.execute(() -> conversation.accept(message, this::send));
            } else {
                conversation.accept(message, this::send);
            }
        } else if (message.getType() != ChaincodeMessage.Type.COMPLETED
                && message.getType() != ChaincodeMessage.Type.ERROR) {
            send(message.toBuilder()
                    .setType(ChaincodeMessage.Type.ERROR)
                    .setPayload(ByteString.copyFromUtf8(message.getType() + " failed: transaction ID: "
                            + message.getTxid() + ": no ledger context"))
                    .build());
        }
    }

    private void register(ChaincodeMessage message) {
        if (message.getType() != ChaincodeMessage.Type.REGISTER) {
            end(new ChaincodeFailure("error handling message, ending stream: [" + message.getTxid()
                    + "] Fabric side handler cannot handle message (" + message.getType()
                    + ") while in created state"));
            return;
        }
        String name;
        try {
            name = ChaincodeID.parseFrom(message.getPayload()).getName();
        } catch (InvalidProtocolBufferException e) {
            end(new ChaincodeFailure("the chaincode's registration cannot be read: " + e.getMessage(), e));
            return;
        }
        if (!name.equals(packageId)) {
            end(new ChaincodeFailure("the chaincode registers as `" + name + "`, but the installed package is `"
                    + packageId + "`: start it with `CHAINCODE_ID=" + packageId + "`"));
            return;
        }
        send(ChaincodeMessage.newBuilder()
                .setType(ChaincodeMessage.Type.REGISTERED)
                .build());
        send(ChaincodeMessage.newBuilder()
                .setType(ChaincodeMessage.Type.READY)
                .setPayload(CAPABILITIES)
                .build());
        ready.complete(null);
    }

    @Override
    public void onError(Throwable cause) {
        end(new ChaincodeFailure(cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause));
    }

    @Override
    public void onCompleted() {
        end(new ChaincodeFailure(TERMINATED));
    }

    void close() {
        end(new ChaincodeFailure(TERMINATED));
    }

    private void end(ChaincodeFailure reason) {
        Optional<StreamObserver<ChaincodeMessage>> last;
        synchronized (sending) {
            if (ended) {
                return;
            }
            ended = true;
            last = out;
        }
        ready.completeExceptionally(reason);
        conversations.values().forEach(conversation -> conversation.fail(TERMINATED));
        last.ifPresent(chaincode -> {
            try {
                chaincode.onCompleted();
            } catch (IllegalStateException | StatusRuntimeException e) {
                // It has ended from the other side, which is as good.
            }
        });
    }
}
