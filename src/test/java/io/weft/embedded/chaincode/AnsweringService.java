package io.weft.embedded.chaincode;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.weft.model.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.hyperledger.fabric.protos.peer.ChaincodeGrpc;
import org.hyperledger.fabric.protos.peer.ChaincodeID;
import org.hyperledger.fabric.protos.peer.ChaincodeInput;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;
import org.hyperledger.fabric.protos.peer.Response;

/**
 * Chaincode as a service that counts the streams which peers open. It answers every call with the number of its stream,
 * except for {@code hang}, which it leaves open, and {@code end} and {@code break}, which end the stream.
 */
final class AnsweringService extends ChaincodeGrpc.ChaincodeImplBase implements AutoCloseable {
    /** The IDs of transactions that will not be answered. */
    final BlockingQueue<String> hanging = new LinkedBlockingQueue<>();

    private final String packageId;
    private final AtomicInteger streams = new AtomicInteger();
    private final Server server;

    AnsweringService(String packageId) throws IOException {
        this.packageId = packageId;
        this.server = NettyServerBuilder.forAddress(new InetSocketAddress(StartedProcess.loopback(), 0))
                .addService(this)
                .build()
                .start();
    }

    ChaincodeSource source() {
        return new ChaincodeSource.Address(new HostPort("127.0.0.1", server.getPort()), Optional.empty());
    }

    int streams() {
        return streams.get();
    }

    @Override
    public StreamObserver<ChaincodeMessage> connect(StreamObserver<ChaincodeMessage> peer) {
        int number = streams.incrementAndGet();
        peer.onNext(ChaincodeMessage.newBuilder()
                .setType(ChaincodeMessage.Type.REGISTER)
                .setPayload(ChaincodeID.newBuilder().setName(packageId).build().toByteString())
                .build());
        return new StreamObserver<>() {
            @Override
            public void onNext(ChaincodeMessage message) {
                if (message.getType() == ChaincodeMessage.Type.TRANSACTION) {
                    answer(message, number, peer);
                }
            }

            @Override
            public void onError(Throwable cause) {
                // The peer has gone.
            }

            @Override
            public void onCompleted() {
                peer.onCompleted();
            }
        };
    }

    private void answer(ChaincodeMessage call, int stream, StreamObserver<ChaincodeMessage> peer) {
        switch (function(call)) {
            case "hang" -> hanging.add(call.getTxid());
            case "end" -> peer.onCompleted();
            case "break" ->
                peer.onError(Status.INTERNAL.withDescription("on purpose").asRuntimeException());
            default ->
                peer.onNext(ChaincodeMessage.newBuilder()
                        .setType(ChaincodeMessage.Type.COMPLETED)
                        .setTxid(call.getTxid())
                        .setChannelId(call.getChannelId())
                        .setPayload(Response.newBuilder()
                                .setStatus(200)
                                .setPayload(ByteString.copyFromUtf8("stream " + stream))
                                .build()
                                .toByteString())
                        .build());
        }
    }

    private static String function(ChaincodeMessage call) {
        try {
            return ChaincodeInput.parseFrom(call.getPayload()).getArgs(0).toStringUtf8();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
