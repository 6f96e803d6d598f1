package io.weft.scenario;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Timestamp;
import io.weft.protocol.Signer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.peer.ChaincodeActionPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeEndorsedAction;
import org.hyperledger.fabric.protos.peer.ChaincodeHeaderExtension;
import org.hyperledger.fabric.protos.peer.ChaincodeID;
import org.hyperledger.fabric.protos.peer.ChaincodeInput;
import org.hyperledger.fabric.protos.peer.ChaincodeInvocationSpec;
import org.hyperledger.fabric.protos.peer.ChaincodeProposalPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeSpec;
import org.hyperledger.fabric.protos.peer.Proposal;
import org.hyperledger.fabric.protos.peer.ProposalResponse;
import org.hyperledger.fabric.protos.peer.SignedProposal;
import org.hyperledger.fabric.protos.peer.Transaction;
import org.hyperledger.fabric.protos.peer.TransactionAction;

/** A proposal as a client makes it, any part of which may be made wrong on purpose before it is signed. */
final class Draft {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Signer signer;
    private final String channel;
    private final String chaincode;
    private final List<ByteString> arguments;
    private final Map<String, ByteString> transientData = new LinkedHashMap<>();
    private final List<Consumer<ChannelHeader.Builder>> headerChanges = new ArrayList<>();
    private UnaryOperator<ByteString> signatureChange = UnaryOperator.identity();
    private ByteString nonce = nonce();
    private boolean isInit;

    Draft(Signer signer, String channel, String chaincode, List<ByteString> arguments) {
        this.signer = signer;
        this.channel = channel;
        this.chaincode = chaincode;
        this.arguments = List.copyOf(arguments);
    }

    static Draft of(Signer signer, String channel, String chaincode, String... arguments) {
        return new Draft(
                signer,
                channel,
                chaincode,
                List.of(arguments).stream().map(ByteString::copyFromUtf8).toList());
    }

    /** The form of {@code _lifecycle}: a name and one message. */
    static Draft of(Signer signer, String channel, String chaincode, String function, MessageLite argument) {
        return new Draft(
                signer, channel, chaincode, List.of(ByteString.copyFromUtf8(function), argument.toByteString()));
    }

    Draft withTransient(String key, String value) {
        transientData.put(key, ByteString.copyFromUtf8(value));
        return this;
    }

    Draft withHeader(Consumer<ChannelHeader.Builder> change) {
        headerChanges.add(change);
        return this;
    }

    Draft withSignature(UnaryOperator<ByteString> change) {
        signatureChange = change;
        return this;
    }

    Draft withNonce(ByteString bytes) {
        nonce = bytes;
        return this;
    }

    Draft asInit() {
        isInit = true;
        return this;
    }

    Signed sign() {
        String txId = HexFormat.of().formatHex(sha256(nonce.concat(signer.creator())));
        ChaincodeID id = ChaincodeID.newBuilder().setName(chaincode).build();
        ChannelHeader.Builder channelHeader = ChannelHeader.newBuilder()
                .setType(HeaderType.ENDORSER_TRANSACTION_VALUE)
                .setChannelId(channel)
                .setTimestamp(now())
                .setTxId(txId)
                .setExtension(ChaincodeHeaderExtension.newBuilder()
                        .setChaincodeId(id)
                        .build()
                        .toByteString());
        headerChanges.forEach(change -> change.accept(channelHeader));
        Header header = Header.newBuilder()
                .setChannelHeader(channelHeader.build().toByteString())
                .setSignatureHeader(SignatureHeader.newBuilder()
                        .setCreator(signer.creator())
                        .setNonce(nonce)
                        .build()
                        .toByteString())
                .build();
        ChaincodeProposalPayload payload = ChaincodeProposalPayload.newBuilder()
                .setInput(ChaincodeInvocationSpec.newBuilder()
                        .setChaincodeSpec(ChaincodeSpec.newBuilder()
                                .setType(ChaincodeSpec.Type.GOLANG)
                                .setChaincodeId(id)
                                .setInput(ChaincodeInput.newBuilder()
                                        .addAllArgs(arguments)
                                        .setIsInit(isInit)))
                        .build()
                        .toByteString())
                .build();
        ByteString proposal = Proposal.newBuilder()
                .setHeader(header.toByteString())
                .setPayload(payload.toBuilder()
                        .putAllTransientMap(transientData)
                        .build()
                        .toByteString())
                .build()
                .toByteString();
        return new Signed(
                signer,
                channelHeader.getTxId(),
                header,
                payload.toByteString(),
                SignedProposal.newBuilder()
                        .setProposalBytes(proposal)
                        .setSignature(signatureChange.apply(signer.sign(proposal)))
                        .build());
    }

    /** A proposal that is signed. */
    record Signed(Signer signer, String txId, Header header, ByteString payload, SignedProposal proposal) {
        /** The transaction of these endorsements, whatever they are. */
        ByteString transaction(List<ProposalResponse> endorsements) {
            ChaincodeActionPayload action = ChaincodeActionPayload.newBuilder()
                    .setChaincodeProposalPayload(payload)
                    .setAction(ChaincodeEndorsedAction.newBuilder()
                            .setProposalResponsePayload(endorsements.get(0).getPayload())
                            .addAllEndorsements(endorsements.stream()
                                    .map(ProposalResponse::getEndorsement)
                                    .toList()))
                    .build();
            return Payload.newBuilder()
                    .setHeader(header)
                    .setData(Transaction.newBuilder()
                            .addActions(TransactionAction.newBuilder()
                                    .setHeader(header.getSignatureHeader())
                                    .setPayload(action.toByteString()))
                            .build()
                            .toByteString())
                    .build()
                    .toByteString();
        }

        Envelope envelope(List<ProposalResponse> endorsements) {
            return signed(signer, transaction(endorsements));
        }
    }

    static Envelope signed(Signer signer, ByteString payload) {
        return Envelope.newBuilder()
                .setPayload(payload)
                .setSignature(signer.sign(payload))
                .build();
    }

    /** An envelope with a message of another kind, such as a request for blocks. */
    static Envelope message(Signer signer, HeaderType type, String channel, ByteString data) {
        return message(signer, type, channel, data, header -> {});
    }

    static Envelope message(
            Signer signer, HeaderType type, String channel, ByteString data, Consumer<ChannelHeader.Builder> change) {
        ChannelHeader.Builder channelHeader = ChannelHeader.newBuilder()
                .setType(type.getNumber())
                .setChannelId(channel)
                .setTimestamp(now());
        change.accept(channelHeader);
        return signed(
                signer,
                Payload.newBuilder()
                        .setHeader(Header.newBuilder()
                                .setChannelHeader(channelHeader.build().toByteString())
                                .setSignatureHeader(SignatureHeader.newBuilder()
                                        .setCreator(signer.creator())
                                        .setNonce(nonce())
                                        .build()
                                        .toByteString()))
                        .setData(data)
                        .build()
                        .toByteString());
    }

    private static Timestamp now() {
        Instant now = Instant.now();
        return Timestamp.newBuilder()
                .setSeconds(now.getEpochSecond())
                .setNanos(now.getNano())
                .build();
    }

    static ByteString nonce() {
        byte[] nonce = new byte[24];
        RANDOM.nextBytes(nonce);
        return ByteString.copyFrom(nonce);
    }

    static byte[] sha256(ByteString bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java runtime has SHA-256", e);
        }
    }

    static String channelOf(Envelope envelope) {
        try {
            return ChannelHeader.parseFrom(
                            Payload.parseFrom(envelope.getPayload()).getHeader().getChannelHeader())
                    .getChannelId();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
