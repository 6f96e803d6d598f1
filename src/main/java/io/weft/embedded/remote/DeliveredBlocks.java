package io.weft.embedded.remote;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.weft.embedded.ledger.BlockSource;
import io.weft.embedded.ledger.Listeners;
import io.weft.msp.LocalMsp;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.orderer.AtomicBroadcastGrpc;
import org.hyperledger.fabric.protos.orderer.DeliverResponse;
import org.hyperledger.fabric.protos.orderer.SeekInfo;
import org.hyperledger.fabric.protos.orderer.SeekPosition;
import org.hyperledger.fabric.protos.orderer.SeekSpecified;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The blocks of a channel from ordering nodes of other processes, one after another: by {@code Deliver} from one node, and
 * after a failure from the next. Holds a few blocks ahead of who reads; whoever has asked for a block never gets those
 * before it again. What comes is in order but not verified: tell {@link #refuse} what is wrong. Safe for use by several
 * threads.
 */
public final class DeliveredBlocks implements BlockSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveredBlocks.class);
    private static final int NONCE_LENGTH = 24;
    private static final int BLOCKS_AHEAD = 32;
    private static final long BYTES_AHEAD = 16L * 1024 * 1024;
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    private final String channel;
    private final Supplier<List<Endpoint>> endpoints;
    private final LocalMsp reader;
    private final Connections connections;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Listeners<LongConsumer> heightListeners = new Listeners<>();
    private final Listeners<Runnable> connectionListeners = new Listeners<>();

    // All that follows is guarded by this object.

    private final Deque<Block> ahead = new ArrayDeque<>();
    private long aheadBytes;
    private long next;
    private int attempts;
    private int failures;
    private Optional<Stream> stream = Optional.empty();
    private boolean connected;
    private boolean closed;
    private String lastFailure = "it has not been asked yet";

    /**
     * @param endpoints whom to ask, as known at the time
     * @param reader signs requests
     * @param next number of the first block that is wanted
     * @param clock the time in requests
     */
    public DeliveredBlocks(
            String channel,
            Supplier<List<Endpoint>> endpoints,
            LocalMsp reader,
            long next,
            Connections connections,
            Clock clock) {
        this.channel = requireNonNull(channel, "channel");
        this.endpoints = requireNonNull(endpoints, "endpoints");
        this.reader = requireNonNull(reader, "reader");
        this.next = next;
        this.connections = requireNonNull(connections, "connections");
        this.clock = requireNonNull(clock, "clock");
        // Peers that start together do not all ask the same node.
        this.attempts = random.nextInt(Short.MAX_VALUE);
        connections.later(0, this::connect);
    }

    @Override
    public synchronized long height() {
        return next;
    }

    @Override
    public synchronized Block block(long number) {
        while (!ahead.isEmpty() && ahead.peek().getHeader().getNumber() < number) {
            aheadBytes -= ahead.remove().getSerializedSize();
            // It was taken, and not refused.
            failures = 0;
        }
        stream.ifPresent(Stream::proceed);
        Block first = ahead.peek();
        if (first == null || first.getHeader().getNumber() != number) {
            throw new NoSuchElementException("Block " + Long.toUnsignedString(number) + " of channel `" + channel
                    + "` has not been delivered; the last failure was: " + lastFailure);
        }
        return first;
    }

    @Override
    public Registration onHeight(LongConsumer newHeight) {
        return heightListeners.add(newHeight);
    }

    /** Whether a node is there that delivers, as far as is known. */
    public synchronized boolean isConnected() {
        return connected;
    }

    /** Has the listener told each time that {@link #isConnected} may have changed. It has to be quick. */
    public Registration onConnection(Runnable listener) {
        return connectionListeners.add(listener);
    }

    /**
     * Refuses a block that cannot be right, and has it from the next node.
     *
     * @param reason a sentence for the log
     */
    public void refuse(long number, String reason) {
        Optional<Stream> failing;
        synchronized (this) {
            ahead.clear();
            aheadBytes = 0;
            next = number;
            failing = stream;
        }
        failing.ifPresent(one -> one.fail(reason));
    }

    private synchronized void connect() {
        if (closed || stream.isPresent()) {
            return;
        }
        int count = 1;
        try {
            List<Endpoint> all = endpoints.get();
            if (all.isEmpty()) {
                failed("the configuration of channel `" + channel + "` names no ordering node", count);
                return;
            }
            count = all.size();
            Stream opening = new Stream(all.get(Math.floorMod(attempts, count)), count);
            stream = Optional.of(opening);
            opening.open();
        } catch (RuntimeException e) {
            stream = Optional.empty();
            failed(String.valueOf(e.getMessage()), count);
        }
    }

    /** All nodes are tried at once, and then again after a pause that grows. */
    private void failed(String reason, int count) {
        if (closed) {
            return;
        }
        lastFailure = reason;
        attempts++;
        failures++;
        long pause = failures < count
                ? 0
                : Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(10, (failures - count) / count));
        LOG.debug("{}: no blocks of channel {}: {}; next attempt in {} ms", reader, channel, reason, pause);
        connections.later(pause, this::connect);
    }

    /** One request to one node. */
    private final class Stream implements ClientResponseObserver<Envelope, DeliverResponse> {
        private final Endpoint endpoint;
        private final int alternatives;
        private ClientCallStreamObserver<Envelope> requests;
        /** Whether the next message has been asked for and is not here. */
        private boolean asked = true;

        Stream(Endpoint endpoint, int alternatives) {
            this.endpoint = endpoint;
            this.alternatives = alternatives;
        }

        void open() {
            ClientCall<Envelope, DeliverResponse> call =
                    connections.to(endpoint).newCall(AtomicBroadcastGrpc.getDeliverMethod(), CallOptions.DEFAULT);
            ClientCalls.asyncBidiStreamingCall(call, this).onNext(seek(next));
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<Envelope> stream) {
            requests = stream;
            stream.disableAutoRequestWithInitial(1);
            stream.setOnReadyHandler(() -> connected(this, true));
        }

        /** Asks for more as long as not too much waits to be read. */
        void proceed() {
            if (!asked && ahead.size() < BLOCKS_AHEAD && aheadBytes < BYTES_AHEAD) {
                asked = true;
                requests.request(1);
            }
        }

        @Override
        public void onNext(DeliverResponse response) {
            if (!response.hasBlock()) {
                fail("it answered " + response.getStatus() + " (" + response.getStatusValue() + ")");
                return;
            }
            Block block = response.getBlock();
            long height;
            synchronized (DeliveredBlocks.this) {
                if (!isCurrent()) {
                    return;
                }
                if (block.getHeader().getNumber() == next) {
                    asked = false;
                    ahead.add(block);
                    aheadBytes += block.getSerializedSize();
                    next++;
                    proceed();
                }
                height = next;
            }
            if (block.getHeader().getNumber() != height - 1) {
                fail("it delivered block "
                        + Long.toUnsignedString(block.getHeader().getNumber()) + " in place of block "
                        + Long.toUnsignedString(height));
                return;
            }
            heightListeners.tell(listener -> listener.accept(height));
        }

        @Override
        public void onError(Throwable cause) {
            fail(String.valueOf(cause.getMessage()));
        }

        @Override
        public void onCompleted() {
            fail("it ended the stream");
        }

        private boolean isCurrent() {
            return stream.isPresent() && stream.get() == this;
        }

        void fail(String reason) {
            synchronized (DeliveredBlocks.this) {
                if (!isCurrent()) {
                    return;
                }
                stream = Optional.empty();
                failed("`" + endpoint + "`: " + reason, alternatives);
            }
            requests.cancel("No longer wanted", null);
            connected(this, false);
        }
    }

    private void connected(Stream one, boolean nowConnected) {
        synchronized (this) {
            if (nowConnected && !one.isCurrent()) {
                return;
            }
            connected = nowConnected && stream.isPresent();
        }
        connectionListeners.tell(Runnable::run);
    }

    /** From a block on to whatever comes. */
    private Envelope seek(long from) {
        Instant now = clock.instant();
        byte[] nonce = new byte[NONCE_LENGTH];
        random.nextBytes(nonce);
        ByteString payload = Payload.newBuilder()
                .setHeader(Header.newBuilder()
                        .setChannelHeader(ChannelHeader.newBuilder()
                                .setType(HeaderType.DELIVER_SEEK_INFO_VALUE)
                                .setChannelId(channel)
                                .setTimestamp(Timestamp.newBuilder()
                                        .setSeconds(now.getEpochSecond())
                                        .setNanos(now.getNano()))
                                .build()
                                .toByteString())
                        .setSignatureHeader(SignatureHeader.newBuilder()
                                .setCreator(reader.serializedIdentity().toByteString())
                                .setNonce(ByteString.copyFrom(nonce))
                                .build()
                                .toByteString()))
                .setData(SeekInfo.newBuilder()
                        .setStart(at(from))
                        .setStop(at(Long.MAX_VALUE))
                        .setBehavior(SeekInfo.SeekBehavior.BLOCK_UNTIL_READY)
                        .build()
                        .toByteString())
                .build()
                .toByteString();
        return Envelope.newBuilder()
                .setPayload(payload)
                .setSignature(ByteString.copyFrom(reader.signer().sign(payload.toByteArray())))
                .build();
    }

    private static SeekPosition at(long number) {
        return SeekPosition.newBuilder()
                .setSpecified(SeekSpecified.newBuilder().setNumber(number))
                .build();
    }

    /** Why the last attempt to have blocks failed. */
    public synchronized String lastFailure() {
        return lastFailure;
    }

    /** Ends the stream. What has been delivered can still be read. */
    @Override
    public void close() {
        Optional<Stream> ending;
        synchronized (this) {
            closed = true;
            ending = stream;
            stream = Optional.empty();
            connected = false;
        }
        ending.ifPresent(one -> one.requests.cancel("The node is being closed", null));
    }
}
