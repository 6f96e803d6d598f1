package io.weft.embedded.peer;

import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.embedded.ledger.ChannelLedger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;
import org.hyperledger.fabric.protos.peer.ChaincodeCall;
import org.hyperledger.fabric.protos.peer.ChaincodeInterest;

/**
 * Says of what a simulation did whose policies the transaction will have to satisfy.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/core/endorser/endorser.go">Fabric's
 *     buildChaincodeInterest</a>
 */
final class Interests {
    private static final String VALIDATION_PARAMETER = "VALIDATION_PARAMETER";

    private Interests() {}

    /** What is written in one namespace under which policy; the public keys are the collection without name. */
    private static final class Namespace {
        private final Map<String, Boolean> needsPolicy = new TreeMap<>();
        private final List<SignaturePolicyEnvelope> keyPolicies = new ArrayList<>();
    }

    static ChaincodeInterest of(
            ChannelLedger ledger, TxReadWriteSet set, Set<RecordingSimulation.Collection> privateReads) {
        Map<String, Namespace> namespaces = new TreeMap<>();
        try {
            for (Writes writes : Writes.of(set)) {
                if (!SystemChaincodes.isSystem(writes.namespace())) {
                    namespaces.put(writes.namespace(), namespace(ledger, writes));
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("The simulation made this read-write set", e);
        }
        for (RecordingSimulation.Collection read : privateReads) {
            if (!SystemChaincodes.isSystem(read.namespace())) {
                namespaces
                        .computeIfAbsent(read.namespace(), name -> new Namespace())
                        .needsPolicy
                        .put(read.name(), true);
            }
        }
        ChaincodeInterest.Builder result = ChaincodeInterest.newBuilder();
        namespaces.forEach((name, namespace) -> namespace.needsPolicy.forEach((collection, needsPolicy) ->
                call(name, namespace, collection, privateReads).ifPresent(result::addChaincodes)));
        return result.build();
    }

    private static Namespace namespace(ChannelLedger ledger, Writes writes) {
        Namespace result = new Namespace();
        result.needsPolicy.put("", writes.isEmpty());
        for (Writes.Key key : writes.keys()) {
            Optional<SignaturePolicyEnvelope> own = policy(ledger, key);
            if (own.isPresent()) {
                result.keyPolicies.add(own.get());
            } else {
                result.needsPolicy.put(key.collection(), true);
            }
        }
        return result;
    }

    private static Optional<SignaturePolicyEnvelope> policy(ChannelLedger ledger, Writes.Key key) {
        Optional<byte[]> own = key.collection().isEmpty()
                ? ledger.metadata(key.namespace(), key.key().toStringUtf8(), VALIDATION_PARAMETER)
                : ledger.privateMetadata(key.namespace(), key.collection(), key.key(), VALIDATION_PARAMETER);
        try {
            return own.isPresent() ? Optional.of(SignaturePolicyEnvelope.parseFrom(own.get())) : Optional.empty();
        } catch (InvalidProtocolBufferException e) {
            throw new Refusal("error unmarshalling SignaturePolicyEnvelope: " + e.getMessage(), e);
        }
    }

    private static Optional<ChaincodeCall> call(
            String name, Namespace namespace, String collection, Set<RecordingSimulation.Collection> privateReads) {
        ChaincodeCall.Builder result = ChaincodeCall.newBuilder().setName(name);
        if (!collection.isEmpty()) {
            return Optional.of(result.addCollectionNames(collection)
                    .setNoPrivateReads(!privateReads.contains(new RecordingSimulation.Collection(name, collection)))
                    .build());
        }
        boolean needsPolicy = namespace.needsPolicy.get("");
        if (!namespace.keyPolicies.isEmpty()) {
            result.addAllKeyPolicies(namespace.keyPolicies).setDisregardNamespacePolicy(!needsPolicy);
        } else if (!needsPolicy) {
            return Optional.empty();
        }
        return Optional.of(result.build());
    }
}
