package io.weft.testing;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import io.grpc.stub.StreamObserver;
import io.weft.pki.Certificate;
import io.weft.pki.Credential;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import org.hyperledger.fabric.protos.peer.ChaincodeGrpc;
import org.hyperledger.fabric.protos.peer.ChaincodeID;
import org.hyperledger.fabric.protos.peer.ChaincodeInput;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;
import org.hyperledger.fabric.protos.peer.ChaincodeProposalPayload;
import org.hyperledger.fabric.protos.peer.GetState;
import org.hyperledger.fabric.protos.peer.Proposal;
import org.hyperledger.fabric.protos.peer.PutState;
import org.hyperledger.fabric.protos.peer.Response;

/**
 * A chaincode that peers dial: {@code put key value}, {@code get key}, {@code fail text}, {@code transient key}, and
 * {@code differ}, which gives every peer another result.
 */
public final class KeyValueChaincode implements AutoCloseable {
    private final Server server;
    private final AtomicLong counter = new AtomicLong();
    private volatile String packageId = "";

    public KeyValueChaincode() {
        this(NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    }

    /** One that talks TLS with peers, and only with those whose certificate the given CA issued. */
    public static KeyValueChaincode withTls(Credential credential, Certificate clientCa) {
        try {
            return new KeyValueChaincode(
                    NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                            .sslContext(GrpcSslContexts.configure(
                                            SslContextBuilder.forServer(
                                                    credential.key().privateKey(),
                                                    credential.certificate().x509()),
                                            SslProvider.JDK)
                                    .trustManager(clientCa.x509())
                                    .clientAuth(ClientAuth.REQUIRE)
                                    .build()));
        } catch (SSLException e) {
            throw new UncheckedIOException(e);
        }
    }

    private KeyValueChaincode(NettyServerBuilder builder) {
        try {
            server = builder.addService(new ChaincodeGrpc.ChaincodeImplBase() {
                        @Override
                        public StreamObserver<ChaincodeMessage> connect(StreamObserver<ChaincodeMessage> peer) {
                            return new Session(peer);
                        }
                    })
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it listens. */
    public int port() {
        return server.getPort();
    }

    /** The package under which it announces itself from now on. */
    public void serve(String id) {
        packageId = id;
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private final class Session implements StreamObserver<ChaincodeMessage> {
        private final StreamObserver<ChaincodeMessage> peer;

        Session(StreamObserver<ChaincodeMessage> peer) {
            this.peer = peer;
            send(ChaincodeMessage.newBuilder()
                    .setType(ChaincodeMessage.Type.REGISTER)
                    .setPayload(
                            ChaincodeID.newBuilder().setName(packageId).build().toByteString()));
        }

        private void send(ChaincodeMessage.Builder message) {
            synchronized (peer) {
                peer.onNext(message.build());
            }
        }

        @Override
        public void onNext(ChaincodeMessage message) {
            try {
                switch (message.getType()) {
                    case INIT, TRANSACTION -> run(message);
                    case RESPONSE -> complete(message, 200, message.getPayload());
                    case ERROR -> complete(message, 500, message.getPayload());
                    default -> {}
                }
            } catch (InvalidProtocolBufferException e) {
                complete(message, 500, ByteString.copyFromUtf8(e.getMessage()));
            }
        }

        private void run(ChaincodeMessage message) throws InvalidProtocolBufferException {
            List<ByteString> arguments =
                    ChaincodeInput.parseFrom(message.getPayload()).getArgsList();
            String function = arguments.isEmpty() ? "" : arguments.get(0).toStringUtf8();
            switch (function) {
                case "put" ->
                    ask(
                            message,
                            ChaincodeMessage.Type.PUT_STATE,
                            PutState.newBuilder()
                                    .setKey(arguments.get(1).toStringUtf8())
                                    .setValue(arguments.get(2))
                                    .build()
                                    .toByteString());
                case "get" ->
                    ask(
                            message,
                            ChaincodeMessage.Type.GET_STATE,
                            GetState.newBuilder()
                                    .setKey(arguments.get(1).toStringUtf8())
                                    .build()
                                    .toByteString());
                case "differ" -> complete(message, 200, ByteString.copyFromUtf8("result " + counter.incrementAndGet()));
                case "transient" -> complete(message, 200, transientValue(message, arguments.get(1)));
                case "fail" -> complete(message, 500, arguments.get(1));
                default -> complete(message, 200, ByteString.EMPTY);
            }
        }

        private ByteString transientValue(ChaincodeMessage message, ByteString key)
                throws InvalidProtocolBufferException {
            Proposal proposal = Proposal.parseFrom(message.getProposal().getProposalBytes());
            return ChaincodeProposalPayload.parseFrom(proposal.getPayload())
                    .getTransientMapOrDefault(key.toStringUtf8(), ByteString.EMPTY);
        }

        private void ask(ChaincodeMessage message, ChaincodeMessage.Type type, ByteString payload) {
            send(ChaincodeMessage.newBuilder()
                    .setType(type)
                    .setTxid(message.getTxid())
                    .setChannelId(message.getChannelId())
                    .setPayload(payload));
        }

        private void complete(ChaincodeMessage message, int status, ByteString content) {
            Response.Builder response = Response.newBuilder().setStatus(status);
            if (status == 200) {
                response.setPayload(content);
            } else {
                response.setMessage(content.toStringUtf8());
            }
            send(ChaincodeMessage.newBuilder()
                    .setType(ChaincodeMessage.Type.COMPLETED)
                    .setTxid(message.getTxid())
                    .setChannelId(message.getChannelId())
                    .setPayload(response.build().toByteString()));
        }

        @Override
        public void onError(Throwable cause) {
            // The peer went away.
        }

        @Override
        public void onCompleted() {
            peer.onCompleted();
        }
    }
}
