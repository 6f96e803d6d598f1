package io.weft.embedded.deliver;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status.Code;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.weft.embedded.ledger.BlockSource;
import io.weft.embedded.ledger.ConfigBlock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.common.Status;
import org.hyperledger.fabric.protos.orderer.SeekInfo;
import org.hyperledger.fabric.protos.orderer.SeekPosition;

/**
 * One stream. Whatever happens to it (a request, a new block, room to send) is only noted; {@link #run} then goes on from
 * where it was, on one thread at a time.
 */
final class DeliverSession<R> implements StreamObserver<Envelope>, Runnable {
    /** {@code General.Authentication.TimeWindow} of ordering nodes, {@code peer.authentication.timewindow} of peers. */
    private static final Duration TIME_WINDOW = Duration.ofMinutes(15);

    private final Function<String, Optional<? extends DeliverableChannel>> channels;
    private final Clock clock;
    private final Executor executor;
    private final ServerCallStreamObserver<R> responses;
    private final Authorization authorization;
    private final Answers<R> answers;

    private final AtomicInteger events = new AtomicInteger();
    private final Queue<Envelope> requests = new ConcurrentLinkedQueue<>();
    private volatile boolean requestsEnded;
    private volatile boolean cancelled;

    /** Touched by {@link #run} alone, as is what follows. */
    private Delivery delivery;

    private boolean closed;

    DeliverSession(
            Function<String, Optional<? extends DeliverableChannel>> channels,
            Clock clock,
            Executor executor,
            ServerCallStreamObserver<R> responses,
            Authorization authorization,
            Answers<R> answers) {
        this.channels = channels;
        this.clock = clock;
        this.executor = executor;
        this.responses = responses;
        this.authorization = authorization;
        this.answers = answers;
    }

    void open() {
        responses.disableAutoRequest();
        responses.setOnReadyHandler(this::wake);
        responses.setOnCancelHandler(() -> {
            cancelled = true;
            wake();
        });
        responses.request(1);
    }

    @Override
    public void onNext(Envelope request) {
        requests.add(request);
        wake();
    }

    @Override
    public void onError(Throwable cause) {
        cancelled = true;
        wake();
    }

    @Override
    public void onCompleted() {
        requestsEnded = true;
        wake();
    }

    private void wake() {
        if (events.getAndIncrement() == 0) {
            try {
                executor.execute(this);
            } catch (RejectedExecutionException e) {
                // The node is being closed, and the stream with it.
                events.set(1);
            }
        }
    }

    @Override
    public void run() {
        int seen = events.get();
        while (true) {
            try {
                goOn();
            } catch (RuntimeException e) {
                fail(e);
            }
            int now = events.addAndGet(-seen);
            if (now == 0) {
                return;
            }
            seen = now;
        }
    }

    private void fail(RuntimeException cause) {
        end();
        if (!closed && !cancelled) {
            closed = true;
            responses.onError(io.grpc.Status.fromCode(Code.UNKNOWN)
                    .withDescription(cause.getMessage())
                    .withCause(cause)
                    .asRuntimeException());
        }
    }

    /** Does all that can be done now. */
    private void goOn() {
        while (!closed) {
            if (cancelled) {
                end();
                closed = true;
            } else if (delivery == null) {
                Envelope request = requests.poll();
                if (request != null) {
                    begin(request);
                } else if (requestsEnded && requests.isEmpty()) {
                    closed = true;
                    responses.onCompleted();
                } else {
                    return;
                }
            } else if (!responses.isReady() || !delivery.advance()) {
                return;
            }
        }
    }

    /** Leaves the request under way, if there is one. */
    private void end() {
        if (delivery != null) {
            delivery.close();
            delivery = null;
        }
    }

    private void answer(Status status) {
        end();
        responses.onNext(answers.status(status));
        if (status == Status.SUCCESS) {
            responses.request(1);
        } else {
            closed = true;
            responses.onCompleted();
        }
    }

    private void begin(Envelope envelope) {
        Payload payload;
        ChannelHeader header;
        SignatureHeader signatureHeader;
        try {
            payload = Payload.parseFrom(envelope.getPayload());
            header = ChannelHeader.parseFrom(payload.getHeader().getChannelHeader());
            signatureHeader = SignatureHeader.parseFrom(payload.getHeader().getSignatureHeader());
        } catch (InvalidProtocolBufferException e) {
            answer(Status.BAD_REQUEST);
            return;
        }
        if (!payload.hasHeader() || !isTimely(header)) {
            answer(Status.BAD_REQUEST);
            return;
        }
        Optional<? extends DeliverableChannel> channel = channels.apply(header.getChannelId());
        if (channel.isEmpty()) {
            answer(Status.NOT_FOUND);
            return;
        }
        SeekInfo seek;
        try {
            seek = SeekInfo.parseFrom(payload.getData());
        } catch (InvalidProtocolBufferException e) {
            answer(Status.BAD_REQUEST);
            return;
        }
        delivery = new Delivery(
                channel.get(), seek, new DeliverRequest(header.getChannelId(), signatureHeader.getCreator(), envelope));
        delivery.begin();
    }

    private boolean isTimely(ChannelHeader header) {
        if (!header.hasTimestamp()) {
            return false;
        }
        Instant time = Instant.ofEpochSecond(
                header.getTimestamp().getSeconds(), header.getTimestamp().getNanos());
        return Duration.between(time, clock.instant()).abs().compareTo(TIME_WINDOW) <= 0;
    }

    /** One request that is being answered. */
    private final class Delivery {
        private final DeliverableChannel channel;
        private final BlockSource blocks;
        private final SeekInfo seek;
        private final DeliverRequest request;
        private final Optional<Instant> expiry;
        private boolean checked;
        private long checkedSequence;
        private long next;
        private long last;
        private BlockSource.Registration newBlocks;
        private BlockSource.Registration availability;

        Delivery(DeliverableChannel channel, SeekInfo seek, DeliverRequest request) {
            this.channel = channel;
            this.blocks = channel.blocks();
            this.seek = seek;
            this.request = request;
            this.expiry = IdentityExpiry.of(request.creator());
        }

        void begin() {
            if (isBroken()) {
                answer(Status.SERVICE_UNAVAILABLE);
            } else if (!mayRead()) {
                answer(Status.FORBIDDEN);
            } else if (!seek.hasStart() || !seek.hasStop()) {
                answer(Status.BAD_REQUEST);
            } else {
                seek();
            }
        }

        private boolean isBroken() {
            return seek.getErrorResponse() == SeekInfo.SeekErrorResponse.STRICT && !channel.isAvailable();
        }

        /** Fabric's {@code SessionAccessControl.Evaluate}. */
        private boolean mayRead() {
            if (expiry.isPresent() && clock.instant().isAfter(expiry.get())) {
                return false;
            }
            long sequence = channel.sequence();
            if (checked && Long.compareUnsigned(sequence, checkedSequence) <= 0) {
                return true;
            }
            checked = true;
            checkedSequence = sequence;
            try {
                authorization.check(request);
                return true;
            } catch (RuntimeException refused) {
                return false;
            }
        }

        /** Start and stop as Fabric's file ledger and {@code deliverBlocks} take them, oddities included. */
        private void seek() {
            long height = blocks.height();
            switch (seek.getStart().getTypeCase()) {
                case OLDEST -> next = 0;
                case NEWEST -> next = height - 1;
                case NEXT_COMMIT -> next = height;
                case SPECIFIED -> next = seek.getStart().getSpecified().getNumber();
                case TYPE_NOT_SET -> next = -1;
            }
            if (Long.compareUnsigned(next, height) > 0) {
                answer(Status.NOT_FOUND);
                return;
            }
            SeekPosition stop = seek.getStop();
            switch (stop.getTypeCase()) {
                case OLDEST -> last = next;
                case NEWEST -> last = stop.equals(seek.getStart()) ? next : height - 1;
                case SPECIFIED -> last = stop.getSpecified().getNumber();
                case NEXT_COMMIT, TYPE_NOT_SET -> last = 0;
            }
            if (stop.hasSpecified() && Long.compareUnsigned(last, next) < 0) {
                answer(Status.BAD_REQUEST);
            }
        }

        /**
         * Sends one block or ends the request.
         *
         * @return false if the next block has to be waited for
         */
        boolean advance() {
            if (isBroken()) {
                answer(Status.SERVICE_UNAVAILABLE);
                return true;
            }
            if (Long.compareUnsigned(next, blocks.height()) >= 0) {
                if (seek.getBehavior() == SeekInfo.SeekBehavior.FAIL_IF_NOT_READY) {
                    answer(Status.NOT_FOUND);
                    return true;
                }
                return listen();
            }
            Block block;
            try {
                block = blocks.block(next);
            } catch (NoSuchElementException gone) {
                // The channel has been removed from the node meanwhile.
                answer(Status.SERVICE_UNAVAILABLE);
                return true;
            }
            if (!mayRead()) {
                answer(Status.FORBIDDEN);
                return true;
            }
            responses.onNext(answers.block(wanted(block), request));
            if (next == last) {
                answer(Status.SUCCESS);
            } else {
                next++;
            }
            return true;
        }

        /** Returns true the first time, because the block may have come before anybody listened. */
        private boolean listen() {
            if (newBlocks != null) {
                return false;
            }
            newBlocks = blocks.onHeight(height -> wake());
            availability = channel.onAvailability(DeliverSession.this::wake);
            return true;
        }

        private Block wanted(Block block) {
            if (seek.getContentType() == SeekInfo.SeekContentType.HEADER_WITH_SIG && !ConfigBlock.is(block)) {
                return block.toBuilder().clearData().build();
            }
            return block;
        }

        void close() {
            if (newBlocks != null) {
                newBlocks.close();
                availability.close();
            }
        }
    }
}
