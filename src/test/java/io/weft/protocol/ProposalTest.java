package io.weft.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.problem.RejectedException;
import io.weft.testing.FakeNode;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.peer.ChaincodeActionPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeInvocationSpec;
import org.hyperledger.fabric.protos.peer.ChaincodeProposalPayload;
import org.hyperledger.fabric.protos.peer.Endorsement;
import org.hyperledger.fabric.protos.peer.ProposalResponse;
import org.hyperledger.fabric.protos.peer.Transaction;
import org.junit.jupiter.api.Test;

class ProposalTest {
    private final Signer signer = FakeNode.signer();
    private final Proposal proposal = new Proposal(signer, Invocation.of("trading", "kv", "put", "a", "1"));

    private static ProposalResponse endorsement(String endorser, String result) {
        return ProposalResponse.newBuilder()
                .setPayload(ByteString.copyFromUtf8(result))
                .setEndorsement(Endorsement.newBuilder()
                        .setEndorser(ByteString.copyFromUtf8(endorser))
                        .setSignature(ByteString.copyFromUtf8("signed by " + endorser)))
                .build();
    }

    private Header header() throws InvalidProtocolBufferException {
        return Header.parseFrom(org.hyperledger.fabric.protos.peer.Proposal.parseFrom(
                        proposal.signed().getProposalBytes())
                .getHeader());
    }

    @Test
    void the_transaction_id_is_the_hash_of_nonce_and_creator() throws InvalidProtocolBufferException {
        SignatureHeader signature = SignatureHeader.parseFrom(header().getSignatureHeader());
        ChannelHeader channel = ChannelHeader.parseFrom(header().getChannelHeader());

        assertThat(signature.getNonce().size()).isEqualTo(24);
        assertThat(signature.getCreator()).isEqualTo(signer.creator());
        assertThat(proposal.transactionId())
                .isEqualTo(HexFormat.of()
                        .formatHex(Hashes.sha256(signature.getNonce(), signature.getCreator())
                                .toByteArray()))
                .isEqualTo(channel.getTxId());
        assertThat(channel.getType()).isEqualTo(HeaderType.ENDORSER_TRANSACTION_VALUE);
        assertThat(channel.getChannelId()).isEqualTo("trading");
    }

    @Test
    void only_an_initialization_says_that_it_is_one() throws InvalidProtocolBufferException {
        Invocation call = Invocation.of("trading", "kv", "init");
        Invocation first = new Invocation("trading", "kv", call.arguments(), Invocation.Kind.INITIALIZATION);

        assertThat(isInit(new Proposal(signer, call))).isFalse();
        assertThat(isInit(new Proposal(signer, first))).isTrue();
    }

    private static boolean isInit(Proposal proposal) throws InvalidProtocolBufferException {
        ByteString payload = org.hyperledger.fabric.protos.peer.Proposal.parseFrom(
                        proposal.signed().getProposalBytes())
                .getPayload();
        return ChaincodeInvocationSpec.parseFrom(
                        ChaincodeProposalPayload.parseFrom(payload).getInput())
                .getChaincodeSpec()
                .getInput()
                .getIsInit();
    }

    @Test
    void a_transaction_holds_each_endorser_once() throws InvalidProtocolBufferException {
        Map<String, ProposalResponse> endorsements = new LinkedHashMap<>();
        endorsements.put("org1/peer0", endorsement("a", "same"));
        endorsements.put("org1/peer1", endorsement("a", "same"));
        endorsements.put("org2/peer0", endorsement("b", "same"));

        Envelope envelope = proposal.transaction(endorsements);

        Payload payload = Payload.parseFrom(envelope.getPayload());
        assertThat(payload.getHeader()).isEqualTo(header());
        ChaincodeActionPayload action = ChaincodeActionPayload.parseFrom(
                Transaction.parseFrom(payload.getData()).getActions(0).getPayload());
        assertThat(action.getAction().getEndorsementsList())
                .extracting(e -> e.getEndorser().toStringUtf8())
                .containsExactly("a", "b");
        assertThat(action.getAction().getProposalResponsePayload().toStringUtf8())
                .isEqualTo("same");
    }

    @Test
    void different_results_make_no_transaction() {
        Map<String, ProposalResponse> endorsements = new LinkedHashMap<>();
        endorsements.put("org1/peer0", endorsement("a", "one"));
        endorsements.put("org2/peer0", endorsement("b", "other"));

        assertThatThrownBy(() -> proposal.transaction(endorsements))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("`put` of `kv` on channel `trading`")
                .hasMessageContaining("`org1/peer0` computed " + hash("one"))
                .hasMessageContaining("`org2/peer0` computed " + hash("other"));
    }

    private static String hash(String text) {
        ByteString bytes = ByteString.copyFrom(text, StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(Hashes.sha256(bytes).toByteArray()).substring(0, 12);
    }
}
