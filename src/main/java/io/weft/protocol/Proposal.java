package io.weft.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.problem.RejectedException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.hyperledger.fabric.protos.peer.Endorsement;
import org.hyperledger.fabric.protos.peer.ProposalResponse;
import org.hyperledger.fabric.protos.peer.SignedProposal;
import org.hyperledger.fabric.protos.peer.Transaction;
import org.hyperledger.fabric.protos.peer.TransactionAction;

/**
 * A signed proposal, and the transaction that it becomes with its endorsements. Keeps the very bytes that were signed,
 * because the transaction's hashes are over bytes, not over messages.
 */
final class Proposal {
    private final Signer signer;
    private final Invocation invocation;
    private final String transactionId;
    private final ByteString header;
    private final ByteString signatureHeader;
    private final ByteString payload;
    private final SignedProposal signed;

    Proposal(Signer signer, Invocation invocation) {
        this.signer = signer;
        this.invocation = invocation;
        ByteString nonce = signer.nonce();
        this.transactionId =
                HexFormat.of().formatHex(Hashes.sha256(nonce, signer.creator()).toByteArray());
        ChaincodeID chaincodeId =
                ChaincodeID.newBuilder().setName(invocation.chaincode()).build();
        HeaderType type = invocation.kind() == Invocation.Kind.CONFIGURATION
                ? HeaderType.CONFIG
                : HeaderType.ENDORSER_TRANSACTION;
        ByteString channelHeader = Messages.channelHeader(type, invocation.channel(), signer.clock())
                .setTxId(transactionId)
                .setExtension(ChaincodeHeaderExtension.newBuilder()
                        .setChaincodeId(chaincodeId)
                        .build()
                        .toByteString())
                .build()
                .toByteString();
        this.signatureHeader = SignatureHeader.newBuilder()
                .setCreator(signer.creator())
                .setNonce(nonce)
                .build()
                .toByteString();
        this.header = Header.newBuilder()
                .setChannelHeader(channelHeader)
                .setSignatureHeader(signatureHeader)
                .build()
                .toByteString();
        ChaincodeSpec spec = ChaincodeSpec.newBuilder()
                .setType(ChaincodeSpec.Type.GOLANG)
                .setChaincodeId(chaincodeId)
                .setInput(ChaincodeInput.newBuilder()
                        .addAllArgs(invocation.arguments())
                        .setIsInit(invocation.kind() == Invocation.Kind.INITIALIZATION))
                .build();
        this.payload = ChaincodeProposalPayload.newBuilder()
                .setInput(ChaincodeInvocationSpec.newBuilder()
                        .setChaincodeSpec(spec)
                        .build()
                        .toByteString())
                .build()
                .toByteString();
        ByteString proposal = org.hyperledger.fabric.protos.peer.Proposal.newBuilder()
                .setHeader(header)
                .setPayload(payload)
                .build()
                .toByteString();
        this.signed = SignedProposal.newBuilder()
                .setProposalBytes(proposal)
                .setSignature(signer.sign(proposal))
                .build();
    }

    Invocation invocation() {
        return invocation;
    }

    /** SHA-256 of nonce and creator in lower-case hexadecimal. */
    String transactionId() {
        return transactionId;
    }

    SignedProposal signed() {
        return signed;
    }

    /**
     * The signed transaction.
     *
     * @param endorsements endorsing peer to its response
     * @throws RejectedException if the peers computed different results
     */
    Envelope transaction(Map<String, ProposalResponse> endorsements) {
        Map<String, ByteString> results = new LinkedHashMap<>();
        Map<ByteString, Endorsement> byEndorser = new LinkedHashMap<>();
        endorsements.forEach((peer, response) -> {
            results.put(peer, response.getPayload());
            byEndorser.putIfAbsent(response.getEndorsement().getEndorser(), response.getEndorsement());
        });
        if (results.values().stream().distinct().count() != 1) {
            throw new RejectedException("The peers computed different results for " + invocation
                    + ", so that no transaction can be made of their endorsements: " + differences(results) + ".");
        }
        ByteString actionPayload = ChaincodeActionPayload.newBuilder()
                .setChaincodeProposalPayload(payload)
                .setAction(ChaincodeEndorsedAction.newBuilder()
                        .setProposalResponsePayload(results.values().iterator().next())
                        .addAllEndorsements(byEndorser.values()))
                .build()
                .toByteString();
        Transaction transaction = Transaction.newBuilder()
                .addActions(TransactionAction.newBuilder()
                        .setHeader(signatureHeader)
                        .setPayload(actionPayload))
                .build();
        try {
            return Messages.envelope(
                    signer,
                    Payload.newBuilder()
                            .setHeader(Header.parseFrom(header))
                            .setData(transaction.toByteString())
                            .build());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("The header was made here", e);
        }
    }

    private static String differences(Map<String, ByteString> results) {
        Map<ByteString, List<String>> groups = new LinkedHashMap<>();
        results.forEach((peer, result) ->
                groups.computeIfAbsent(result, r -> new ArrayList<>()).add("`" + peer + "`"));
        List<String> parts = new ArrayList<>();
        groups.forEach((result, peers) -> parts.add(String.join(", ", peers) + " computed "
                + HexFormat.of().formatHex(Hashes.sha256(result).toByteArray()).substring(0, 12)));
        return String.join("; ", parts);
    }
}
