package io.weft.embedded.deliver;

import static java.util.Objects.requireNonNull;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.hyperledger.fabric.protos.common.Envelope;

/**
 * The seek engine behind {@code Deliver}. It needs no thread while a client waits. Safe for use by several threads.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/common/deliver/deliver.go">Fabric's deliver.go</a>
 */
public final class DeliverServer {
    private final Function<String, Optional<? extends DeliverableChannel>> channels;
    private final Clock clock;
    private final Executor executor;

    /**
     * @param channels finds a channel that is served by its ID
     * @param clock tells whether a request's time is right and whether its identity has expired
     * @param executor reads and sends blocks; must not run what it is given on the caller's thread
     */
    public DeliverServer(
            Function<String, Optional<? extends DeliverableChannel>> channels, Clock clock, Executor executor) {
        this.channels = requireNonNull(channels, "channels");
        this.clock = requireNonNull(clock, "clock");
        this.executor = requireNonNull(executor, "executor");
    }

    /**
     * Serves one stream: requests one after another, each with its blocks and then a status. The stream ends after the
     * first status that is not {@code SUCCESS}. To be called, and its result returned, by the service's method.
     *
     * @param responses as the service's method gets it
     * @param authorization asked at the start of each request and whenever the configuration has changed
     */
    public <R> StreamObserver<Envelope> serve(
            StreamObserver<R> responses, Authorization authorization, Answers<R> answers) {
        DeliverSession<R> session = new DeliverSession<>(
                channels, clock, executor, (ServerCallStreamObserver<R>) responses, authorization, answers);
        session.open();
        return session;
    }
}
