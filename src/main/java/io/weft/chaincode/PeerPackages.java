package io.weft.chaincode;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.problem.UnreachableException;
import io.weft.protocol.Answer;
import io.weft.protocol.PeerConnection;
import io.weft.protocol.Signer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hyperledger.fabric.protos.peer.lifecycle.InstallChaincodeArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.InstallChaincodeResult;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryInstalledChaincodesArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryInstalledChaincodesResult;

/**
 * The chaincode packages of a peer. Calls block, and may run side by side on several threads.
 *
 * <p>All calls throw {@link UnreachableException} when the peer does not answer, {@link TimedOutException} when it does not
 * answer in time, and {@link RejectedException} when it refuses.
 */
public final class PeerPackages {
    private final PeerConnection peer;
    private final Signer admin;

    /**
     * @param peer the peer
     * @param admin an admin of the peer's own organization
     */
    public PeerPackages(PeerConnection peer, Signer admin) {
        this.peer = requireNonNull(peer, "peer");
        this.admin = requireNonNull(admin, "admin");
    }

    /**
     * Installs a package. The peer runs its builder on it before it answers.
     *
     * @return false if it was installed already
     */
    public boolean install(ChaincodePackage chaincode, Duration timeout) {
        String action = "install package `" + chaincode.id() + "`";
        Answer answer = LifecycleCalls.propose(
                peer,
                admin,
                "",
                "InstallChaincode",
                InstallChaincodeArgs.newBuilder()
                        .setChaincodeInstallPackage(ByteString.copyFrom(chaincode.bytes()))
                        .build(),
                timeout);
        if (answer instanceof Answer.Refused refused) {
            if (LifecycleRefusal.ALREADY_INSTALLED.matches(refused.message())) {
                return false;
            }
            throw LifecycleRefusal.exception(refused, action);
        }
        String id =
                LifecycleCalls.parse(InstallChaincodeResult.parser(), answer).getPackageId();
        if (!id.equals(chaincode.id().toString())) {
            throw new RejectedException(peer.endpoint() + " was asked to " + action + ", and calls it `" + id + "`.");
        }
        return true;
    }

    /** All packages that the peer has. */
    public List<InstalledChaincode> installed(Duration timeout) {
        QueryInstalledChaincodesResult result = LifecycleCalls.query(
                peer,
                admin,
                "",
                "QueryInstalledChaincodes",
                QueryInstalledChaincodesArgs.getDefaultInstance(),
                QueryInstalledChaincodesResult.parser(),
                "list its chaincode packages",
                timeout);
        return result.getInstalledChaincodesList().stream()
                .map(PeerPackages::installed)
                .toList();
    }

    private static InstalledChaincode installed(QueryInstalledChaincodesResult.InstalledChaincode chaincode) {
        Map<String, List<String>> uses = new LinkedHashMap<>();
        chaincode
                .getReferencesMap()
                .forEach((channel, references) -> uses.put(
                        channel,
                        references.getChaincodesList().stream()
                                .map(use -> use.getName() + ":" + use.getVersion())
                                .toList()));
        return new InstalledChaincode(PackageId.parse(chaincode.getPackageId()), uses);
    }
}
