package io.weft.msp;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.weft.model.MspId;
import io.weft.pki.Certificate;
import io.weft.pki.Role;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hyperledger.fabric.protos.msp.FabricCryptoConfig;
import org.hyperledger.fabric.protos.msp.FabricMSPConfig;
import org.hyperledger.fabric.protos.msp.FabricNodeOUs;
import org.hyperledger.fabric.protos.msp.FabricOUIdentifier;
import org.hyperledger.fabric.protos.msp.MSPConfig;

/**
 * An organization as others see it: who certifies its identities and its TLS.
 *
 * @param mspId its MSP ID
 * @param ca certificate of its signing CA
 * @param tlsCa certificate of its TLS CA
 */
public record OrganizationMsp(MspId mspId, Certificate ca, Certificate tlsCa) {
    /** Fabric's number for an MSP of X.509 certificates (1 would be Idemix). */
    private static final int FABRIC = 0;

    public OrganizationMsp {
        requireNonNull(mspId, "mspId");
        requireNonNull(ca, "ca");
        requireNonNull(tlsCa, "tlsCa");
    }

    /**
     * The folder that {@code configtxgen} reads ({@code MSPDir}).
     *
     * @return paths below the folder to text; no private key among them
     */
    public Map<String, String> files() {
        Map<String, String> result = new LinkedHashMap<>();
        result.put(NodeOus.CA_CERTIFICATE, ca.pem());
        result.put("tlscacerts/tlsca.crt", tlsCa.pem());
        result.put("config.yaml", NodeOus.configYaml());
        return Collections.unmodifiableMap(result);
    }

    /**
     * The message that a channel's configuration carries: what {@code configtxgen} makes of {@link #files}. The same
     * organization always gives the same bytes.
     */
    public MSPConfig toProto() {
        ByteString certifier = ByteString.copyFromUtf8(ca.pem());
        FabricMSPConfig config = FabricMSPConfig.newBuilder()
                .setName(mspId.value())
                .addRootCerts(certifier)
                .setCryptoConfig(FabricCryptoConfig.newBuilder()
                        .setSignatureHashFamily("SHA2")
                        .setIdentityIdentifierHashFunction("SHA256"))
                .addTlsRootCerts(ByteString.copyFromUtf8(tlsCa.pem()))
                .setFabricNodeOus(FabricNodeOUs.newBuilder()
                        .setEnable(true)
                        .setClientOuIdentifier(identifier(Role.CLIENT, certifier))
                        .setPeerOuIdentifier(identifier(Role.PEER, certifier))
                        .setAdminOuIdentifier(identifier(Role.ADMIN, certifier))
                        .setOrdererOuIdentifier(identifier(Role.ORDERER, certifier)))
                .build();
        return MSPConfig.newBuilder()
                .setType(FABRIC)
                .setConfig(config.toByteString())
                .build();
    }

    private static FabricOUIdentifier identifier(Role role, ByteString certifier) {
        return FabricOUIdentifier.newBuilder()
                .setCertificate(certifier)
                .setOrganizationalUnitIdentifier(role.organizationalUnit())
                .build();
    }
}
