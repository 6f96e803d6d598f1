package io.weft.protocol;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A node's gRPC channel, and the calls that this package makes on it; each with a deadline, none ever retried. */
final class Node {
    private final Endpoint endpoint;
    private final ManagedChannel channel;

    Node(Endpoint endpoint, ManagedChannel channel) {
        this.endpoint = endpoint;
        this.channel = channel;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    ManagedChannel channel() {
        return channel;
    }

    /** Whether a call would get through to the node now. */
    boolean isConnected() {
        return channel.getState(false) == ConnectivityState.READY;
    }

    /** One request, one answer. */
    <Q, R> CompletableFuture<R> call(MethodDescriptor<Q, R> method, Q request, Duration timeout) {
        CompletableFuture<R> result = new CompletableFuture<>();
        ClientCalls.asyncUnaryCall(open(method, timeout), request, new StreamObserver<R>() {
            private R value;

            @Override
            public void onNext(R answer) {
                value = answer;
            }

            @Override
            public void onError(Throwable cause) {
                result.completeExceptionally(cause);
            }

            @Override
            public void onCompleted() {
                result.complete(value);
            }
        });
        return result;
    }

    /**
     * One request on a stream that both sides may write to; the stream is cancelled as soon as the answer is complete.
     *
     * @param last takes each answer and says whether it was the last one wanted; called on the network's thread
     * @return the last one wanted; fails if the node ends the stream before. Cancelling it cancels the stream
     */
    <Q, R> CompletableFuture<R> stream(MethodDescriptor<Q, R> method, Q request, Duration timeout, Predicate<R> last) {
        ClientCall<Q, R> call = open(method, timeout);
        CompletableFuture<R> result = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                call.cancel("No longer wanted", null);
                return super.cancel(mayInterrupt);
            }
        };
        StreamObserver<Q> requests = ClientCalls.asyncBidiStreamingCall(call, new ClientResponseObserver<Q, R>() {
            @Override
            public void beforeStart(ClientCallStreamObserver<Q> stream) {}

            @Override
            public void onNext(R answer) {
                if (!result.isDone() && last.test(answer)) {
                    result.complete(answer);
                    call.cancel("The answer is complete", null);
                }
            }

            @Override
            public void onError(Throwable cause) {
                result.completeExceptionally(cause);
            }

            @Override
            public void onCompleted() {
                result.completeExceptionally(Status.UNAVAILABLE
                        .withDescription("the node ended the stream early")
                        .asRuntimeException());
            }
        });
        requests.onNext(request);
        return result;
    }

    /**
     * Blocks until the answer is there; the call's own deadline bounds that.
     *
     * @param action what was asked, as a clause that completes "while asked to ..."
     */
    <R> R await(CompletableFuture<R> answer, String action) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw Interruption.of(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StatusRuntimeException failure) {
                throw GrpcFailure.translate(failure, endpoint, action);
            }
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private <Q, R> ClientCall<Q, R> open(MethodDescriptor<Q, R> method, Duration timeout) {
        if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            // Otherwise gRPC would repeat its last failure, undialled, for a second and longer. Callers pause
            // themselves.
            channel.enterIdle();
        }
        return channel.newCall(method, CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS));
    }
}
