package io.weft.deploy;

import io.weft.chaincode.ChaincodePackage;
import io.weft.chaincode.ChaincodeServer;
import io.weft.model.Chaincode;
import io.weft.model.HostPort;
import io.weft.pki.Certificate;
import io.weft.pki.Credential;
import io.weft.plan.ChaincodeRef;
import io.weft.plan.Holder.ChaincodeHolder;
import io.weft.plan.Release.ChaincodeRelease;
import java.util.Map;
import java.util.Optional;

/**
 * The chaincode packages of a network: one for each chaincode and organization, because a package says where that
 * organization's service is.
 */
final class Packages {
    private final Surroundings surroundings;
    private final Keys keys;

    Packages(Surroundings surroundings, Keys keys) {
        this.surroundings = surroundings;
        this.keys = keys;
    }

    Chaincode chaincode(ChaincodeRef ref) {
        return surroundings.network().channel(ref.channel()).chaincodes().stream()
                .filter(chaincode -> chaincode.name().equals(ref.name()))
                .findFirst()
                .orElseThrow();
    }

    ChaincodePackage of(String organization, ChaincodeRef ref) {
        Chaincode chaincode = chaincode(ref);
        HostPort address = surroundings.platform().addresses().chaincode(new ChaincodeRelease(organization, ref));
        Optional<ChaincodeServer.Tls> tls =
                chaincode.tls() ? Optional.of(tls(new ChaincodeHolder(organization, ref))) : Optional.empty();
        return ChaincodePackage.of(ChaincodePackage.label(chaincode), new ChaincodeServer(address, tls));
    }

    private ChaincodeServer.Tls tls(ChaincodeHolder holder) {
        Map<String, String> entries = keys.contents(holder);
        Certificate root = keys.authorities(holder.organization()).tls().certificate();
        return new ChaincodeServer.Tls(
                root, Credential.parse(entries.get("client.crt"), entries.get("client.key"), surroundings.random()));
    }
}
