package io.weft.scenario;

import static io.weft.testing.Eventually.eventually;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.weft.chaincode.ChaincodePackage;
import io.weft.model.NodeRef;
import io.weft.pki.CertificateAuthority;
import io.weft.pki.Credential;
import io.weft.pki.DistinguishedName;
import io.weft.pki.Profile;
import io.weft.pki.Role;
import io.weft.protocol.Signer;
import io.weft.testing.Eventually;
import io.weft.testing.Identities;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.Config;
import org.hyperledger.fabric.protos.common.ConfigEnvelope;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.Status;
import org.hyperledger.fabric.protos.orderer.AtomicBroadcastGrpc;
import org.hyperledger.fabric.protos.orderer.BroadcastResponse;
import org.hyperledger.fabric.protos.orderer.DeliverResponse;
import org.hyperledger.fabric.protos.orderer.SeekInfo;
import org.hyperledger.fabric.protos.orderer.SeekNewest;
import org.hyperledger.fabric.protos.orderer.SeekOldest;
import org.hyperledger.fabric.protos.orderer.SeekPosition;
import org.hyperledger.fabric.protos.orderer.SeekSpecified;
import org.hyperledger.fabric.protos.peer.DeliverGrpc;
import org.hyperledger.fabric.protos.peer.EndorserGrpc;
import org.hyperledger.fabric.protos.peer.FilteredBlock;
import org.hyperledger.fabric.protos.peer.FilteredTransaction;
import org.hyperledger.fabric.protos.peer.ProposalResponse;
import org.hyperledger.fabric.protos.peer.TxValidationCode;

/** What a scenario has at hand: nodes, channels, identities, and calls whose answers go into the transcript. */
final class Stage {
    static final Duration TIMEOUT = Eventually.PATIENCE;
    static final NodeRef PEER1 = new NodeRef("org1", "peer0");
    static final NodeRef PEER2 = new NodeRef("org2", "peer0");
    static final NodeRef ORDERER = new NodeRef("orderer", "orderer0");

    private final House house;
    private final Transcript out;
    private final Path folder;

    Stage(House house, Transcript out, Path folder) {
        this.house = house;
        this.out = out;
        this.folder = folder;
        house.target().network().orderingNodes().forEach(this::named);
        house.target().network().peers().forEach(this::named);
        out.name(House.MARKET, "<channel>");
    }

    private void named(NodeRef node) {
        String word = "<" + node.node() + "." + node.organization() + ">";
        out.name(target().address(node).toString(), word);
        out.name(target().endpoint(node, Optional.empty()).authority().toString(), word);
        out.name("127.0.0.1:" + target().endpoint(node, Optional.empty()).dial().port(), word);
    }

    Target target() {
        return house.target();
    }

    Path folder() {
        return folder;
    }

    House house() {
        return house;
    }

    Identities identities() {
        return target().identities();
    }

    Transcript out() {
        return out;
    }

    Signer client(String organization) {
        return identities().client(organization);
    }

    Signer admin(String organization) {
        return identities().admin(organization);
    }

    /** A client whose certificate has ended. */
    Signer expired(String organization) {
        Clock past = Clock.fixed(Instant.now().minus(Duration.ofMinutes(4)), ZoneOffset.UTC);
        CertificateAuthority then =
                CertificateAuthority.of(identities().authority(organization).credential(), past, new SecureRandom());
        return new Signer(
                client(organization).mspId(),
                then.issue(
                        DistinguishedName.of("late"),
                        new Profile.Enrollment(Role.CLIENT, Map.of()),
                        Duration.ofMinutes(1)));
    }

    /** A client of an authority that nobody knows, who says that it is of the organization. */
    Signer impostor(String organization) {
        CertificateAuthority authority = CertificateAuthority.create(
                DistinguishedName.of(organization + "-ca"), Duration.ofDays(1), Clock.systemUTC(), new SecureRandom());
        return new Signer(
                client(organization).mspId(),
                authority.issue(
                        DistinguishedName.of("client"),
                        new Profile.Enrollment(Role.CLIENT, Map.of()),
                        Duration.ofHours(1)));
    }

    /** A further client of an organization. */
    Credential enrolled(String organization, String name, Role role) {
        return identities()
                .authority(organization)
                .issue(DistinguishedName.of(name), new Profile.Enrollment(role, Map.of()), Duration.ofDays(1));
    }

    /** A channel of this scenario alone that all nodes have joined. */
    String newChannel() {
        String channel = house.newChannel();
        out.name(channel, "<channel>");
        return channel;
    }

    /** The channel that scenarios share, with chaincode {@code trial} and {@code either}. Blocks are counted from here. */
    String market() {
        String channel = house.market();
        long height = height(channel);
        out.nameBlocks(number -> number < height ? "earlier" : "+" + (number - height));
        return channel;
    }

    // --- Endorser

    ProposalResponse ask(NodeRef peer, Draft.Signed proposal) {
        return EndorserGrpc.newBlockingStub(house.dial(peer))
                .withDeadlineAfter(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                .processProposal(proposal.proposal());
    }

    /** Proposes and writes down the answer. */
    Optional<ProposalResponse> propose(NodeRef peer, Draft.Signed proposal) {
        try {
            ProposalResponse answer = ask(peer, proposal);
            out.response(answer);
            return Optional.of(answer);
        } catch (StatusRuntimeException e) {
            out.failure(e);
            return Optional.empty();
        }
    }

    Optional<ProposalResponse> propose(NodeRef peer, Draft draft) {
        return propose(peer, draft.sign());
    }

    /** Has peers endorse what they must endorse here. */
    Envelope endorsed(Draft.Signed proposal, NodeRef... peers) {
        List<ProposalResponse> answers = new ArrayList<>();
        for (NodeRef peer : peers) {
            ProposalResponse answer = ask(peer, proposal);
            if (answer.getResponse().getStatus() >= 400) {
                throw new IllegalStateException(peer + " did not endorse: " + answer.getResponse());
            }
            answers.add(answer);
        }
        return proposal.envelope(answers);
    }

    // --- Ordering

    BroadcastResponse order(NodeRef orderer, Envelope envelope) {
        return eventually(
                () -> new Conversation<Envelope, BroadcastResponse>(observer ->
                                AtomicBroadcastGrpc.newStub(house.dial(orderer)).broadcast(observer))
                        .ask(envelope)
                        .get(0),
                answer -> answer.getStatus() != Status.SERVICE_UNAVAILABLE);
    }

    /** Sends to an ordering node and writes down the answer. */
    void broadcast(Envelope envelope) {
        BroadcastResponse answer = order(ORDERER, envelope);
        out.says("ordering node", (answer.getStatus() + " " + answer.getInfo()).strip());
    }

    /** Sends to an ordering node, waits for the block and writes down the validation code. */
    TxValidationCode submit(Envelope envelope, String txId) {
        long from = height(Draft.channelOf(envelope));
        broadcast(envelope);
        return committed(Draft.channelOf(envelope), from, txId);
    }

    TxValidationCode committed(String channel, long from, String txId) {
        TxValidationCode code = house.await(PEER1, channel, from, txId);
        house.await(PEER2, channel, from, txId);
        out.says("validation code", code);
        return code;
    }

    /** Endorses at the first peers of both organizations, submits, writes down the code alone. */
    TxValidationCode invoke(Draft draft) {
        Draft.Signed proposal = draft.sign();
        return submit(endorsed(proposal, PEER1, PEER2), proposal.txId());
    }

    long height(String channel) {
        return house.height(PEER1, channel);
    }

    // --- Deliver

    static SeekPosition at(long number) {
        return SeekPosition.newBuilder()
                .setSpecified(SeekSpecified.newBuilder().setNumber(number))
                .build();
    }

    static SeekPosition oldest() {
        return SeekPosition.newBuilder()
                .setOldest(SeekOldest.getDefaultInstance())
                .build();
    }

    static SeekPosition newest() {
        return SeekPosition.newBuilder()
                .setNewest(SeekNewest.getDefaultInstance())
                .build();
    }

    static Envelope seek(Signer signer, String channel, SeekPosition start, SeekPosition stop) {
        return seek(
                signer,
                channel,
                SeekInfo.newBuilder()
                        .setStart(start)
                        .setStop(stop)
                        .setBehavior(SeekInfo.SeekBehavior.FAIL_IF_NOT_READY)
                        .build());
    }

    static Envelope seek(Signer signer, String channel, SeekInfo seek) {
        return Draft.message(signer, HeaderType.DELIVER_SEEK_INFO, channel, seek.toByteString());
    }

    List<DeliverResponse> fromOrderer(Envelope seek) {
        return new Conversation<Envelope, DeliverResponse>(observer ->
                        AtomicBroadcastGrpc.newStub(house.dial(ORDERER)).deliver(observer))
                .askUntil(seek, DeliverResponse::hasBlock);
    }

    void deliver(Envelope seek) {
        for (DeliverResponse answer : fromOrderer(seek)) {
            out.says(
                    answer.hasBlock()
                            ? "block " + out.block(answer.getBlock().getHeader().getNumber())
                            : "status " + answer.getStatus());
        }
    }

    List<org.hyperledger.fabric.protos.peer.DeliverResponse> fromPeer(NodeRef peer, boolean filtered, Envelope seek) {
        return new Conversation<Envelope, org.hyperledger.fabric.protos.peer.DeliverResponse>(observer -> {
                    DeliverGrpc.DeliverStub stub = DeliverGrpc.newStub(house.dial(peer));
                    return filtered ? stub.deliverFiltered(observer) : stub.deliver(observer);
                })
                .askUntil(seek, answer -> answer.hasBlock() || answer.hasFilteredBlock());
    }

    void deliverFromPeer(NodeRef peer, boolean filtered, Envelope seek) {
        for (org.hyperledger.fabric.protos.peer.DeliverResponse answer : fromPeer(peer, filtered, seek)) {
            if (answer.hasBlock()) {
                Block block = answer.getBlock();
                out.says("block " + out.block(block.getHeader().getNumber()) + " with "
                        + block.getData().getDataCount() + " envelopes, codes "
                        + codes(block.getMetadata().getMetadata(2)));
            } else if (answer.hasFilteredBlock()) {
                filtered(answer.getFilteredBlock());
            } else {
                out.says("status " + answer.getStatus());
            }
        }
    }

    private static List<String> codes(ByteString flags) {
        List<String> result = new ArrayList<>();
        for (byte flag : flags) {
            result.add(String.valueOf(TxValidationCode.forNumber(flag & 0xff)));
        }
        return result;
    }

    void filtered(FilteredBlock block) {
        out.says("filtered block " + out.block(block.getNumber()) + " of " + block.getChannelId());
        for (FilteredTransaction transaction : block.getFilteredTransactionsList()) {
            out.says("  " + transaction.getType() + " '" + transaction.getTxid() + "' "
                    + transaction.getTxValidationCode());
            transaction
                    .getTransactionActions()
                    .getChaincodeActionsList()
                    .forEach(action -> out.event(action.getChaincodeEvent()));
        }
    }

    Block newestBlock(String channel) {
        return fromOrderer(seek(admin("orderer"), channel, newest(), newest()))
                .get(0)
                .getBlock();
    }

    /** The channel's configuration as the peer has it. */
    Config configuration(String channel) {
        try {
            ProposalResponse answer = ask(
                    PEER1,
                    Draft.of(client("org1"), channel, "cscc", "GetConfigBlock", channel)
                            .sign());
            Block block = Block.parseFrom(answer.getResponse().getPayload());
            return ConfigEnvelope.parseFrom(
                            Payload.parseFrom(Envelope.parseFrom(block.getData().getData(0))
                                            .getPayload())
                                    .getData())
                    .getConfig();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    // --- gRPC

    ManagedChannel dial(NodeRef node) {
        return house.dial(node);
    }

    ChaincodePackage trialPackage() {
        return house.trial();
    }

    static Draft lifecycle(Signer signer, String channel, String function, MessageLite argument) {
        return Draft.of(signer, channel, "_lifecycle", function, argument);
    }

    /** A stream of questions and answers. */
    static final class Conversation<Q, A> implements StreamObserver<A> {
        private final BlockingQueue<Object> answers = new LinkedBlockingQueue<>();
        private final StreamObserver<Q> questions;

        interface Opening<Q, A> {
            StreamObserver<Q> open(StreamObserver<A> observer);
        }

        Conversation(Opening<Q, A> opening) {
            questions = opening.open(this);
        }

        List<A> ask(Q question) {
            return askUntil(question, answer -> false);
        }

        /** The answers up to the first after which no more is expected. */
        List<A> askUntil(Q question, java.util.function.Predicate<A> goesOn) {
            questions.onNext(question);
            List<A> result = new ArrayList<>();
            A answer;
            do {
                answer = next();
                result.add(answer);
            } while (goesOn.test(answer));
            questions.onCompleted();
            return result;
        }

        @SuppressWarnings("unchecked") // only answers and failures are put there
        A next() {
            try {
                Object next = answers.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
                if (next == null) {
                    throw new IllegalStateException("No answer within " + TIMEOUT);
                }
                if (next instanceof StatusRuntimeException failure) {
                    throw failure;
                }
                return (A) next;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        void close() {
            questions.onCompleted();
        }

        @Override
        public void onNext(A answer) {
            answers.add(answer);
        }

        @Override
        public void onError(Throwable failure) {
            answers.add(failure);
        }

        @Override
        public void onCompleted() {
            answers.add(io.grpc.Status.OK.withDescription("the stream ended").asRuntimeException());
        }
    }
}
