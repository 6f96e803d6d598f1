package io.weft.embedded.config;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import org.hyperledger.fabric.protos.common.ConfigSignature;
import org.hyperledger.fabric.protos.common.ConfigUpdateEnvelope;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;

/**
 * Who signed what.
 *
 * @param identity an {@code msp.SerializedIdentity}, as transmitted
 * @param data the bytes that were signed
 * @param signature ASN.1 DER, over the SHA-256 of the data
 */
public record SignedData(ByteString identity, ByteString data, ByteString signature) {
    public SignedData {
        requireNonNull(identity, "identity");
        requireNonNull(data, "data");
        requireNonNull(signature, "signature");
    }

    /**
     * The one signature of an envelope: that of its creator over the payload.
     *
     * @throws PolicyException if the payload or its header cannot be read
     */
    public static SignedData of(Envelope envelope) {
        try {
            SignatureHeader header = SignatureHeader.parseFrom(
                    Payload.parseFrom(envelope.getPayload()).getHeader().getSignatureHeader());
            return new SignedData(header.getCreator(), envelope.getPayload(), envelope.getSignature());
        } catch (InvalidProtocolBufferException e) {
            throw new PolicyException("could not convert message to signedData: " + e.getMessage(), e);
        }
    }

    /**
     * The signatures of a configuration update, each over its own header and the update.
     *
     * @throws ConfigUpdateException if a signature's header cannot be read
     */
    public static List<SignedData> of(ConfigUpdateEnvelope update) {
        List<SignedData> result = new ArrayList<>();
        for (ConfigSignature signature : update.getSignaturesList()) {
            try {
                SignatureHeader header = SignatureHeader.parseFrom(signature.getSignatureHeader());
                result.add(new SignedData(
                        header.getCreator(),
                        signature.getSignatureHeader().concat(update.getConfigUpdate()),
                        signature.getSignature()));
            } catch (InvalidProtocolBufferException e) {
                throw new ConfigUpdateException("error unmarshalling signature header: " + e.getMessage(), e);
            }
        }
        return List.copyOf(result);
    }
}
