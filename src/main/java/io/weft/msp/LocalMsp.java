package io.weft.msp;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.weft.pki.Credential;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;

/**
 * An identity together with the organization it belongs to. The text form names no key.
 *
 * @param organization the organization's MSP
 * @param signer certificate and key that it signs with
 */
public record LocalMsp(OrganizationMsp organization, Credential signer) {
    public LocalMsp {
        requireNonNull(organization, "organization");
        requireNonNull(signer, "signer");
    }

    /**
     * The folder that a node or Fabric's {@code peer} program reads ({@code mspConfigPath}).
     *
     * @return paths below the folder to text, {@code keystore/sign.key} among them
     */
    public Map<String, String> files() {
        Map<String, String> result = new LinkedHashMap<>(organization.files());
        result.put("signcerts/sign.crt", signer.certificatePem());
        result.put("keystore/sign.key", signer.keyPem());
        return Collections.unmodifiableMap(result);
    }

    /** The identity as the creator of a message: MSP ID and the certificate's PEM text. */
    public SerializedIdentity serializedIdentity() {
        return SerializedIdentity.newBuilder()
                .setMspid(organization.mspId().value())
                .setIdBytes(ByteString.copyFromUtf8(signer.certificatePem()))
                .build();
    }
}
