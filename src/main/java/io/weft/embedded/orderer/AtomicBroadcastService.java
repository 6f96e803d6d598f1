package io.weft.embedded.orderer;

import io.grpc.stub.StreamObserver;
import io.weft.embedded.config.SignedData;
import io.weft.embedded.deliver.Answers;
import io.weft.embedded.deliver.DeliverRequest;
import io.weft.embedded.deliver.DeliverServer;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Status;
import org.hyperledger.fabric.protos.orderer.AtomicBroadcastGrpc;
import org.hyperledger.fabric.protos.orderer.BroadcastResponse;
import org.hyperledger.fabric.protos.orderer.DeliverResponse;

/** {@code orderer.AtomicBroadcast} of one node. */
final class AtomicBroadcastService extends AtomicBroadcastGrpc.AtomicBroadcastImplBase {
    private static final Answers<DeliverResponse> ANSWERS = new Answers<>() {
        @Override
        public DeliverResponse status(Status status) {
            return DeliverResponse.newBuilder().setStatus(status).build();
        }

        @Override
        public DeliverResponse block(Block block, DeliverRequest request) {
            return DeliverResponse.newBuilder().setBlock(block).build();
        }
    };

    private final OrderingNode node;
    private final Channels channels;
    private final DeliverServer deliver;

    AtomicBroadcastService(OrderingNode node, Channels channels, DeliverServer deliver) {
        this.node = node;
        this.channels = channels;
        this.deliver = deliver;
    }

    @Override
    public StreamObserver<Envelope> broadcast(StreamObserver<BroadcastResponse> responses) {
        return new StreamObserver<>() {
            private boolean ended;

            @Override
            public void onNext(Envelope envelope) {
                if (ended) {
                    return;
                }
                BroadcastResponse response = node.broadcast(envelope);
                responses.onNext(response);
                if (response.getStatus() != Status.SUCCESS) {
                    ended = true;
                    responses.onCompleted();
                }
            }

            @Override
            public void onError(Throwable cause) {
                ended = true;
            }

            @Override
            public void onCompleted() {
                if (!ended) {
                    ended = true;
                    responses.onCompleted();
                }
            }
        };
    }

    @Override
    public StreamObserver<Envelope> deliver(StreamObserver<DeliverResponse> responses) {
        return deliver.serve(responses, this::requireReader, ANSWERS);
    }

    private void requireReader(DeliverRequest request) {
        Chain chain = channels.serving(request.channel())
                .orElseThrow(() -> new RefusedException(Status.NOT_FOUND, OrderingNode.UNKNOWN_CHANNEL))
                .chain();
        MessageProcessor.requirePolicy(chain.view(), chain.consensus(), "Readers", SignedData.of(request.envelope()));
    }
}
