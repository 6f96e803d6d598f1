package io.weft.embedded.peer;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.weft.embedded.config.IdentityException;
import io.weft.embedded.config.RuleException;
import io.weft.embedded.ledger.Sha256;
import io.weft.pki.Certificate;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.hyperledger.fabric.protos.gossip.Acknowledgement;
import org.hyperledger.fabric.protos.gossip.AliveMessage;
import org.hyperledger.fabric.protos.gossip.Empty;
import org.hyperledger.fabric.protos.gossip.Envelope;
import org.hyperledger.fabric.protos.gossip.GossipGrpc;
import org.hyperledger.fabric.protos.gossip.GossipMessage;
import org.hyperledger.fabric.protos.gossip.MembershipResponse;
import org.hyperledger.fabric.protos.gossip.StateInfoPullRequest;
import org.hyperledger.fabric.protos.gossip.StateInfoSnapshot;

/**
 * Answers the peers of other processes. A stream begins with who the caller is; each request that follows has one answer.
 */
final class GossipService extends GossipGrpc.GossipImplBase {
    private static final Context.Key<SSLSession> SESSION = Context.key("weft-tls-session");

    private final PeerNode peer;
    private final Gossip gossip;
    private final ByteString tlsCertificateHash;

    private GossipService(PeerNode peer, Gossip gossip, Certificate tls) {
        this.peer = peer;
        this.gossip = gossip;
        this.tlsCertificateHash = Sha256.of(ByteString.copyFrom(tls.der()));
    }

    /** @param tls the certificate that the peer's server shows */
    static ServerServiceDefinition of(PeerNode peer, Gossip gossip, Certificate tls) {
        return ServerInterceptors.intercept(new GossipService(peer, gossip, tls), new ServerInterceptor() {
            @Override
            public <Q, R> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
                SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
                return Contexts.interceptCall(Context.current().withValue(SESSION, session), call, headers, next);
            }
        });
    }

    @Override
    public void ping(Empty request, StreamObserver<Empty> responses) {
        responses.onNext(Empty.getDefaultInstance());
        responses.onCompleted();
    }

    @Override
    public StreamObserver<Envelope> gossipStream(StreamObserver<Envelope> responses) {
        ByteString callerCertificate = Gossip.certificateHash(SESSION.get());
        return new StreamObserver<>() {
            private Optional<ByteString> caller = Optional.empty();
            private boolean ended;

            @Override
            public void onNext(Envelope envelope) {
                if (ended) {
                    return;
                }
                try {
                    if (caller.isEmpty()) {
                        caller = Optional.of(gossip.verifiedConnection(envelope, callerCertificate));
                        responses.onNext(
                                GossipMessages.signed(GossipMessages.connection(peer, tlsCertificateHash), peer));
                    } else {
                        GossipMessage request = GossipMessages.read(envelope);
                        responses.onNext(GossipMessages.unsigned(answer(request, caller.get())
                                .setNonce(request.getNonce())
                                .build()));
                    }
                } catch (RuleException | Refusal e) {
                    ended = true;
                    responses.onError(Status.PERMISSION_DENIED
                            .withDescription(e.getMessage())
                            .asRuntimeException());
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

    private GossipMessage.Builder answer(GossipMessage request, ByteString caller) {
        GossipMessage.Builder result = GossipMessage.newBuilder().setTag(GossipMessage.Tag.EMPTY);
        return switch (request.getContentCase()) {
            case MEM_REQ -> result.setMemRes(membership(request.getMemReq().getSelfInformation(), caller));
            case STATE_INFO_PULL_REQ -> result.setStateSnapshot(states(request.getStateInfoPullReq(), caller));
            case PRIVATE_DATA ->
                result.setAck(acknowledged(
                        () -> channel(request, caller).privateData().accept(request.getPrivateData(), caller)));
            case PRIVATEREQ ->
                result.setPrivateRes(channel(request, caller).privateData().answer(request.getPrivateReq(), caller));
            default ->
                throw new Refusal("Embedded peers do not spread `" + request.getContentCase()
                        + "` by gossip: a channel of theirs can have no other peers.");
        };
    }

    private MembershipResponse membership(Envelope about, ByteString caller) {
        AliveMessage alive = GossipMessages.read(about).getAliveMsg();
        if (!alive.getIdentity().equals(caller)) {
            throw new Refusal("a membership request has to tell of its sender");
        }
        peer.verify(caller, about.getPayload(), about.getSignature());
        gossip.learn(alive);
        MembershipResponse.Builder result = MembershipResponse.newBuilder();
        gossip.authority()
                .ifPresent(own -> result.addAlive(GossipMessages.signed(
                        GossipMessages.alive(peer, own, peer.now().toEpochMilli()), peer)));
        return result.addAllAlive(gossip.alive()).build();
    }

    private StateInfoSnapshot states(StateInfoPullRequest request, ByteString caller) {
        ByteString pkiId = GossipMessages.pkiId(caller);
        StateInfoSnapshot.Builder result = StateInfoSnapshot.newBuilder();
        for (String name : peer.channels()) {
            if (request.getChannelMAC().equals(GossipMessages.channelMac(pkiId, name))) {
                peer.channel(name)
                        .filter(channel -> isMember(channel, caller))
                        .ifPresent(channel ->
                                result.addElements(GossipMessages.signed(GossipMessages.state(peer, channel), peer)));
            }
        }
        return result.build();
    }

    private static boolean isMember(PeerChannel channel, ByteString identity) {
        try {
            channel.view().identify(identity);
            return channel.view().applicationOrganizations().contains(GossipMessages.mspId(identity));
        } catch (IdentityException e) {
            return false;
        }
    }

    private PeerChannel channel(GossipMessage request, ByteString caller) {
        String name = request.getChannel().toStringUtf8();
        return peer.channel(name)
                .filter(channel -> isMember(channel, caller))
                .orElseThrow(() -> new Refusal("access denied to channel [" + name + "]"));
    }

    private static Acknowledgement acknowledged(Runnable work) {
        try {
            work.run();
            return Acknowledgement.getDefaultInstance();
        } catch (Refusal e) {
            return Acknowledgement.newBuilder().setError(e.getMessage()).build();
        }
    }
}
