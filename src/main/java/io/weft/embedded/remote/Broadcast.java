package io.weft.embedded.remote;

import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.orderer.AtomicBroadcastGrpc;
import org.hyperledger.fabric.protos.orderer.BroadcastResponse;

/** Offers messages to ordering nodes of other processes. */
public final class Broadcast {
    /** {@code peer.gateway.broadcastTimeout} of Fabric's {@code core.yaml}. */
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private Broadcast() {}

    /**
     * Offers one envelope. Blocks until the node has answered.
     *
     * @return the node's answer, a refusal included
     * @throws StatusRuntimeException if the node cannot be reached or does not answer in time
     */
    public static BroadcastResponse send(Connections connections, Endpoint endpoint, Envelope envelope) {
        CompletableFuture<BroadcastResponse> result = new CompletableFuture<>();
        Context.CancellableContext context = Context.current().withCancellation();
        try {
            context.run(() -> {
                StreamObserver<Envelope> requests = ClientCalls.asyncBidiStreamingCall(
                        connections
                                .to(endpoint)
                                .newCall(
                                        AtomicBroadcastGrpc.getBroadcastMethod(),
                                        CallOptions.DEFAULT.withDeadlineAfter(TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)),
                        answering(result));
                requests.onNext(envelope);
            });
            return result.get();
        } catch (IllegalStateException e) {
            throw Status.UNAVAILABLE.withDescription(e.getMessage()).asRuntimeException();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Status.CANCELLED.withDescription("The node is being closed.").asRuntimeException();
        } catch (ExecutionException e) {
            throw Status.fromThrowable(e.getCause()).asRuntimeException();
        } finally {
            context.cancel(null);
        }
    }

    private static StreamObserver<BroadcastResponse> answering(CompletableFuture<BroadcastResponse> result) {
        return new StreamObserver<>() {
            @Override
            public void onNext(BroadcastResponse response) {
                result.complete(response);
            }

            @Override
            public void onError(Throwable cause) {
                result.completeExceptionally(cause);
            }

            @Override
            public void onCompleted() {
                result.completeExceptionally(Status.UNAVAILABLE
                        .withDescription("it ended the stream without an answer")
                        .asRuntimeException());
            }
        };
    }
}
