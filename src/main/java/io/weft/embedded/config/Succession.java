package io.weft.embedded.config;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.model.ConsensusType;
import io.weft.model.GoDuration;
import io.weft.pki.Certificate;
import io.weft.pki.InvalidPemException;
import java.math.BigInteger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hyperledger.fabric.protos.common.Config;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.common.Policy;
import org.hyperledger.fabric.protos.common.SignaturePolicy;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
import org.hyperledger.fabric.protos.orderer.etcdraft.ConfigMetadata;
import org.hyperledger.fabric.protos.orderer.etcdraft.Options;

/**
 * Which configuration may follow which, whoever signed: what an ordering node asks beyond versions and policies. Whether
 * enough consenters are running for a change of their set is for the ordering service to say.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/common/channelconfig/bundle.go">ValidateNew of Fabric's
 *     common/channelconfig</a>
 * @see <a href="https://github.com/hyperledger/fabric/tree/main/orderer/consensus">ValidateConsensusMetadata of Fabric's
 *     etcdraft/chain.go, and smartbft/configverifier.go</a>
 */
final class Succession {
    private static final String METADATA = "consensus metadata update for channel config update is invalid: ";

    private final ChannelView current;
    private final ChannelView next;

    private Succession(ChannelView current, ChannelView next) {
        this.current = current;
        this.next = next;
    }

    /**
     * @throws ConfigUpdateException with Fabric's text if the configuration may not follow
     */
    static void require(ChannelView current, Config config, Instant now) {
        ChannelView next;
        try {
            next = ChannelView.compile(current.channel(), config);
        } catch (InvalidConfigurationException e) {
            throw new ConfigUpdateException(e.getMessage(), e);
        }
        try {
            next.requireCompatible();
        } catch (InvalidConfigurationException e) {
            throw new ConfigUpdateException("config update is not compatible: " + e.getMessage(), e);
        }
        Succession succession = new Succession(current, next);
        succession.requireOrderer();
        succession.requireApplication();
        if (next.consensusType().equals("BFT")) {
            succession.requireBft();
        } else if (!next.consensusMetadata().isEmpty()
                && current.consensusType().equals("etcdraft")) {
            succession.requireRaft(now);
        }
    }

    private void requireOrderer() {
        if (!current.hasCapability("Channel", "V3_0") && next.hasCapability("Channel", "V3_0")) {
            List<String> missing = next.organizationsWithoutEndpoints();
            if (!missing.isEmpty()) {
                throw new ConfigUpdateException(
                        "illegal orderer config update detected: endpoints of org " + missing.get(0) + " are missing");
            }
        }
        requireSameMsps(
                "orderer",
                mspIds(current.ordererGroups(), ChannelView.OrdererOrganization::mspId),
                mspIds(next.ordererGroups(), ChannelView.OrdererOrganization::mspId));
    }

    private void requireApplication() {
        if (current.hasApplication() && !next.hasApplication()) {
            throw new ConfigUpdateException("current config has application section, but new config does not");
        }
        requireSameMsps(
                "application",
                mspIds(current.applicationGroups(), ChannelView.ApplicationOrganization::mspId),
                mspIds(next.applicationGroups(), ChannelView.ApplicationOrganization::mspId));
    }

    private static <T> Map<String, String> mspIds(Map<String, T> organizations, Function<T, String> mspId) {
        Map<String, String> result = new TreeMap<>();
        organizations.forEach((group, organization) -> result.put(group, mspId.apply(organization)));
        return result;
    }

    private static void requireSameMsps(String kind, Map<String, String> before, Map<String, String> after) {
        before.forEach((group, mspId) -> {
            String now = after.getOrDefault(group, mspId);
            if (!now.equals(mspId)) {
                throw new ConfigUpdateException(
                        kind + " org " + group + " attempted to change MSP ID from " + mspId + " to " + now);
            }
        });
    }

    private void requireRaft(Instant now) {
        ConfigMetadata metadata;
        try {
            metadata = ConfigMetadata.parseFrom(next.consensusMetadata());
        } catch (InvalidProtocolBufferException e) {
            throw new ConfigUpdateException(
                    METADATA + "failed to unmarshal new etcdraft metadata configuration: " + e.getMessage(), e);
        }
        CertificatePool tls = new CertificatePool(
                next.ordererMsps().stream()
                        .flatMap(msp -> msp.tlsRoots().stream())
                        .toList(),
                next.ordererMsps().stream()
                        .flatMap(msp -> msp.tlsIntermediates().stream())
                        .toList());
        optionsRefusal(metadata)
                .or(() -> certificatesRefusal(tls))
                .or(() -> duplicateRefusal(metadata))
                .ifPresent(reason -> {
                    throw new ConfigUpdateException(METADATA + "invalid new config metadata: " + reason);
                });
        requireOneChange(tls, now);
    }

    private static Optional<String> optionsRefusal(ConfigMetadata metadata) {
        if (!metadata.hasOptions()) {
            return Optional.of("nil Raft config metadata options");
        }
        Options options = metadata.getOptions();
        String heartbeat = "HeartbeatTick (" + Integer.toUnsignedString(options.getHeartbeatTick()) + ")";
        String election = "ElectionTick (" + Integer.toUnsignedString(options.getElectionTick()) + ")";
        if (options.getHeartbeatTick() == 0 || options.getElectionTick() == 0 || options.getMaxInflightBlocks() == 0) {
            return Optional.of("none of " + heartbeat + ", " + election + " and MaxInflightBlocks ("
                    + Integer.toUnsignedString(options.getMaxInflightBlocks()) + ") can be zero");
        }
        if (Integer.compareUnsigned(options.getElectionTick(), options.getHeartbeatTick()) <= 0) {
            return Optional.of(election + " must be greater than " + heartbeat);
        }
        try {
            if (GoDuration.parse(options.getTickInterval()).isZero()) {
                return Optional.of("TickInterval cannot be zero");
            }
        } catch (IllegalArgumentException e) {
            return Optional.of("failed to parse TickInterval (" + options.getTickInterval() + ") to time duration: "
                    + e.getMessage());
        }
        return metadata.getConsentersCount() == 0 ? Optional.of("empty consenter set") : Optional.empty();
    }

    private Optional<String> certificatesRefusal(CertificatePool tls) {
        for (Consenter consenter : next.consenters()) {
            Optional<String> refusal = certificateRefusal(consenter, tls, Optional.empty());
            if (refusal.isPresent()) {
                return refusal.map(
                        reason -> "consenter " + consenter.address() + " has invalid certificate: " + reason);
            }
        }
        return Optional.empty();
    }

    /** Certificates in pairs: no consenter may use one of another. */
    private static Optional<String> duplicateRefusal(ConfigMetadata metadata) {
        Set<ByteString> seen = new HashSet<>();
        for (org.hyperledger.fabric.protos.orderer.etcdraft.Consenter each : metadata.getConsentersList()) {
            if (seen.contains(each.getServerTlsCert()) || seen.contains(each.getClientTlsCert())) {
                return Optional.of("duplicate consenter: server cert: "
                        + each.getServerTlsCert().toStringUtf8() + ", client cert: "
                        + each.getClientTlsCert().toStringUtf8());
            }
            seen.add(each.getServerTlsCert());
            seen.add(each.getClientTlsCert());
        }
        return Optional.empty();
    }

    /**
     * @param now when the certificates must be valid; their own first second if empty
     */
    private static Optional<String> certificateRefusal(
            Consenter consenter, CertificatePool tls, Optional<Instant> now) {
        return certificateRefusal(consenter, "client", consenter.clientTlsCertificate(), tls, now)
                .or(() -> certificateRefusal(consenter, "server", consenter.serverTlsCertificate(), tls, now));
    }

    private static Optional<String> certificateRefusal(
            Consenter consenter, String kind, ByteString pem, CertificatePool tls, Optional<Instant> now) {
        Optional<Certificate> certificate;
        String parsing = "parsing tls " + kind + " cert of " + consenter.address() + ": ";
        try {
            certificate = CertificatePool.first(pem);
        } catch (InvalidPemException e) {
            return Optional.of(parsing + "the certificate " + e.getMessage());
        }
        if (certificate.isEmpty()) {
            return Optional.of(parsing + "no PEM data found in cert");
        }
        Certificate found = certificate.get();
        try {
            tls.chains(
                    found,
                    now.map(moment -> moment.truncatedTo(ChronoUnit.SECONDS))
                            .orElse(found.notBefore().plusSeconds(1)),
                    Set.of(CertificatePool.Usage.CLIENT, CertificatePool.Usage.SERVER));
            return Optional.empty();
        } catch (IdentityException e) {
            return Optional.of("verifying tls " + kind + " cert with serial number "
                    + new BigInteger(found.serialNumber(), 16) + ": " + e.getMessage());
        }
    }

    /** One in, one out, or one for another: consenters are the same as long as their client certificates are. */
    private void requireOneChange(CertificatePool tls, Instant now) {
        Set<ByteString> before = clientCertificates(current);
        Set<ByteString> after = clientCertificates(next);
        List<Consenter> added = next.consenters().stream()
                .filter(each -> !before.contains(each.clientTlsCertificate()))
                .toList();
        List<Consenter> removed = current.consenters().stream()
                .filter(each -> !after.contains(each.clientTlsCertificate()))
                .toList();
        if (added.size() > 1 || removed.size() > 1) {
            throw new ConfigUpdateException(METADATA
                    + "update of more than one consenter at a time is not supported, requested changes: add "
                    + added.size() + " node(s), remove " + removed.size() + " node(s)");
        }
        for (Consenter consenter : added) {
            certificateRefusal(consenter, tls, Optional.of(now)).ifPresent(reason -> {
                throw new ConfigUpdateException(
                        METADATA + "consenter " + consenter.address() + " has invalid certificates: " + reason);
            });
        }
    }

    private static Set<ByteString> clientCertificates(ChannelView view) {
        return view.consenters().stream().map(Consenter::clientTlsCertificate).collect(Collectors.toSet());
    }

    private void requireBft() {
        List<String> missing = next.organizationsWithoutEndpoints();
        if (!missing.isEmpty()) {
            throw new ConfigUpdateException(METADATA
                    + "illegal orderer config detected during consensus metadata validation: endpoints of org "
                    + missing.get(0) + " are missing");
        }
        if (!current.consensusType().equals("BFT")) {
            return;
        }
        ConfigGroup orderer = next.config().getChannelGroup().getGroupsOrThrow(ChannelView.ORDERER);
        if (!orderer.containsPolicies("BlockValidation")) {
            throw new ConfigUpdateException("block validation policy is not found in the policies of 'Orderer' group");
        }
        Policy expected = Policy.newBuilder()
                .setType(Policy.PolicyType.SIGNATURE_VALUE)
                .setValue(quorum(next.consenters()).toByteString())
                .build();
        Policy actual = orderer.getPoliciesOrThrow("BlockValidation").getPolicy();
        if (!actual.equals(expected)) {
            throw new ConfigUpdateException("block validation policy should be a signature policy: " + expected
                    + " but it is " + actual + " instead");
        }
    }

    private static SignaturePolicyEnvelope quorum(List<Consenter> consenters) {
        int n = consenters.size();
        SignaturePolicy.NOutOf.Builder rule =
                SignaturePolicy.NOutOf.newBuilder().setN(ConsensusType.BFT.quorum(n));
        SignaturePolicyEnvelope.Builder result = SignaturePolicyEnvelope.newBuilder();
        for (int i = 0; i < n; i++) {
            rule.addRules(SignaturePolicy.newBuilder().setSignedBy(i));
            result.addIdentities(MSPPrincipal.newBuilder()
                    .setPrincipalClassification(MSPPrincipal.Classification.IDENTITY)
                    .setPrincipal(consenters.get(i).serializedIdentity()));
        }
        return result.setRule(SignaturePolicy.newBuilder().setNOutOf(rule)).build();
    }
}
