package io.weft.embedded.peer;

import io.grpc.stub.ServerCallStreamObserver;
import io.weft.embedded.ledger.BlockSource;
import io.weft.embedded.ledger.ChannelLedger;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.hyperledger.fabric.protos.gateway.ChaincodeEventsRequest;
import org.hyperledger.fabric.protos.gateway.ChaincodeEventsResponse;
import org.hyperledger.fabric.protos.peer.ChaincodeEvent;

/**
 * One client's chaincode events. Needs no thread while there is nothing to tell: whatever happens is noted, and
 * {@link #run} goes on from where it was, on one thread at a time.
 */
final class EventStream implements Runnable {
    private final ChannelLedger ledger;
    private final ChaincodeEventsRequest request;
    private final ServerCallStreamObserver<ChaincodeEventsResponse> responses;
    private final Executor executor;
    private final AtomicInteger noted = new AtomicInteger();
    private volatile boolean cancelled;
    /** Touched by {@link #run} alone, as is what follows. */
    private long next;

    private boolean passedPrevious;
    private BlockSource.Registration registration;

    EventStream(
            ChannelLedger ledger,
            ChaincodeEventsRequest request,
            long first,
            ServerCallStreamObserver<ChaincodeEventsResponse> responses,
            Executor executor) {
        this.ledger = ledger;
        this.request = request;
        this.next = first;
        this.passedPrevious = request.getAfterTransactionId().isEmpty();
        this.responses = responses;
        this.executor = executor;
    }

    void open() {
        responses.setOnReadyHandler(this::wake);
        responses.setOnCancelHandler(() -> {
            cancelled = true;
            wake();
        });
        wake();
    }

    private void wake() {
        if (noted.getAndIncrement() == 0) {
            try {
                executor.execute(this);
            } catch (RejectedExecutionException closing) {
                // The peer is being closed, and the stream with it.
                noted.set(1);
            }
        }
    }

    @Override
    public void run() {
        int seen = noted.get();
        do {
            goOn();
            seen = noted.addAndGet(-seen);
        } while (seen != 0);
    }

    private void goOn() {
        if (registration == null) {
            registration = ledger.onHeight(height -> wake());
        }
        if (cancelled) {
            registration.close();
            return;
        }
        while (responses.isReady() && Long.compareUnsigned(next, ledger.height()) < 0) {
            List<ChaincodeEvent> events = ChaincodeEvents.committed(ledger.block(next)).stream()
                    .filter(this::isWanted)
                    .toList();
            if (!events.isEmpty()) {
                responses.onNext(ChaincodeEventsResponse.newBuilder()
                        .addAllEvents(events)
                        .setBlockNumber(next)
                        .build());
            }
            next++;
        }
    }

    private boolean isWanted(ChaincodeEvent event) {
        if (!passedPrevious) {
            passedPrevious = event.getTxId().equals(request.getAfterTransactionId());
            return false;
        }
        return event.getChaincodeId().equals(request.getChaincodeId());
    }
}
