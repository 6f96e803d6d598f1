package io.weft.embedded.chaincode;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.weft.model.MspId;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.protos.peer.ChaincodeGrpc;
import org.hyperledger.fabric.protos.peer.ChaincodeInput;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;
import org.hyperledger.fabric.shim.ChaincodeBase;
import org.hyperledger.fabric.shim.ChaincodeStub;
import org.junit.jupiter.api.Test;

/** Java code as a service, as a peer sees it: message by message. */
class ContractServerTest {
    @Test
    void a_peer_that_registers_does_not_disturb_the_transactions_of_another() throws Exception {
        InetSocketAddress anyPort = new InetSocketAddress(StartedProcess.loopback(), 0);
        try (ContractServer server = ContractServer.start(
                        new ChaincodeSource.InProcess(List.of(PutsOnce::new)),
                        new MspId("Org1MSP"),
                        "puts:1",
                        new ContractServer.Endpoint(anyPort, Optional.empty()));
                Peer first = new Peer(server.port())) {
            assertThat(first.next().getType()).isEqualTo(ChaincodeMessage.Type.REGISTER);
            beginTransaction(first);

            try (Peer second = new Peer(server.port())) {
                assertThat(second.next().getType()).isEqualTo(ChaincodeMessage.Type.REGISTER);

                // The second has not answered yet.
                first.say(ChaincodeMessage.Type.RESPONSE, ByteString.EMPTY);
                assertThat(first.next().getType()).isEqualTo(ChaincodeMessage.Type.COMPLETED);

                beginTransaction(second);
            }
        }
    }

    private static void beginTransaction(Peer peer) throws InterruptedException {
        peer.say(ChaincodeMessage.Type.REGISTERED, ByteString.EMPTY);
        peer.say(ChaincodeMessage.Type.READY, ByteString.EMPTY);
        peer.say(
                ChaincodeMessage.Type.TRANSACTION,
                ChaincodeInput.newBuilder().build().toByteString());
        assertThat(peer.next().getType()).isEqualTo(ChaincodeMessage.Type.PUT_STATE);
    }

    private static final class PutsOnce extends ChaincodeBase {
        @Override
        public Response init(ChaincodeStub stub) {
            return invoke(stub);
        }

        @Override
        public Response invoke(ChaincodeStub stub) {
            stub.putStringState("key", "value");
            return new Response(200, "", new byte[0]);
        }
    }

    /** A peer's end of the stream. */
    private static final class Peer implements AutoCloseable {
        private static final long SECONDS = 20;

        private final BlockingQueue<ChaincodeMessage> received = new LinkedBlockingQueue<>();
        private final ManagedChannel channel;
        private final StreamObserver<ChaincodeMessage> chaincode;

        Peer(int port) {
            channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                    .usePlaintext()
                    .build();
            chaincode = ChaincodeGrpc.newStub(channel).withWaitForReady().connect(new StreamObserver<>() {
                @Override
                public void onNext(ChaincodeMessage message) {
                    received.add(message);
                }

                @Override
                public void onError(Throwable failure) {
                    // The one that waits for the next message tells.
                }

                @Override
                public void onCompleted() {
                    // The one that waits for the next message tells.
                }
            });
        }

        void say(ChaincodeMessage.Type type, ByteString payload) {
            chaincode.onNext(ChaincodeMessage.newBuilder()
                    .setType(type)
                    .setChannelId("trading")
                    .setTxid("tx1")
                    .setPayload(payload)
                    .build());
        }

        ChaincodeMessage next() throws InterruptedException {
            ChaincodeMessage message = received.poll(SECONDS, TimeUnit.SECONDS);
            assertThat(message).as("the chaincode's next message").isNotNull();
            return message;
        }

        @Override
        public void close() {
            chaincode.onCompleted();
            channel.shutdownNow();
        }
    }
}
