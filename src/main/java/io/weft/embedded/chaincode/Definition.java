package io.weft.embedded.chaincode;

import com.google.protobuf.ByteString;
import java.util.HexFormat;
import java.util.Optional;
import org.hyperledger.fabric.protos.peer.CollectionConfigPackage;
import org.hyperledger.fabric.protos.peer.lifecycle.ChaincodeEndorsementInfo;
import org.hyperledger.fabric.protos.peer.lifecycle.ChaincodeValidationInfo;

/** A chaincode definition with its sequence, as {@code _lifecycle} keeps it: committed, or approved by one organization. */
record Definition(
        long sequence,
        ChaincodeEndorsementInfo endorsement,
        ChaincodeValidationInfo validation,
        CollectionConfigPackage collections) {
    private static final String COMMITTED = "ChaincodeDefinition";
    private static final String PARAMETERS = "ChaincodeParameters";

    static String approval(String chaincode, long sequence) {
        return chaincode + "#" + sequence;
    }

    static long committedSequence(String chaincode, LifecycleState.Reader state) {
        return LifecycleState.field(LifecycleState.NAMESPACES, chaincode, "Sequence", state)
                .getInt64();
    }

    /** The committed definition. */
    static Optional<Definition> committed(String chaincode, LifecycleState.Reader state) {
        return LifecycleState.metadata(LifecycleState.NAMESPACES, chaincode, state)
                .map(metadata -> {
                    if (!metadata.getDatatype().equals(COMMITTED)) {
                        throw new ChaincodeFailure("not a chaincode type: " + metadata.getDatatype());
                    }
                    return read(chaincode, committedSequence(chaincode, state), state);
                });
    }

    /** What an organization has approved, from its private state. */
    static Optional<Definition> approved(String chaincode, long sequence, LifecycleState.Reader state) {
        String name = approval(chaincode, sequence);
        return LifecycleState.metadata(LifecycleState.NAMESPACES, name, state).map(metadata -> {
            if (!metadata.getDatatype().equals(PARAMETERS)) {
                throw new ChaincodeFailure("not a chaincode parameters type: " + metadata.getDatatype());
            }
            return read(name, sequence, state);
        });
    }

    private static Definition read(String name, long sequence, LifecycleState.Reader state) {
        return new Definition(
                sequence,
                LifecycleState.message(
                        LifecycleState.NAMESPACES, name, "EndorsementInfo", state, ChaincodeEndorsementInfo.parser()),
                LifecycleState.message(
                        LifecycleState.NAMESPACES, name, "ValidationInfo", state, ChaincodeValidationInfo.parser()),
                LifecycleState.message(
                        LifecycleState.NAMESPACES, name, "Collections", state, CollectionConfigPackage.parser()));
    }

    LifecycleState.Structure asCommitted() {
        return LifecycleState.Structure.of(
                COMMITTED,
                "Sequence",
                sequence,
                "EndorsementInfo",
                endorsement,
                "ValidationInfo",
                validation,
                "Collections",
                collections);
    }

    LifecycleState.Structure asParameters() {
        return LifecycleState.Structure.of(
                PARAMETERS, "EndorsementInfo", endorsement, "ValidationInfo", validation, "Collections", collections);
    }

    /** The first difference apart from the sequence, in Fabric's words; this one is what was expected. */
    Optional<String> difference(Definition passed) {
        if (!endorsement.getVersion().equals(passed.endorsement.getVersion())) {
            return differs("Version", endorsement.getVersion(), passed.endorsement.getVersion());
        }
        if (!endorsement.getEndorsementPlugin().equals(passed.endorsement.getEndorsementPlugin())) {
            return differs(
                    "EndorsementPlugin", endorsement.getEndorsementPlugin(), passed.endorsement.getEndorsementPlugin());
        }
        if (endorsement.getInitRequired() != passed.endorsement.getInitRequired()) {
            return differs(
                    "InitRequired",
                    Boolean.toString(endorsement.getInitRequired()),
                    Boolean.toString(passed.endorsement.getInitRequired()));
        }
        if (!validation.getValidationPlugin().equals(passed.validation.getValidationPlugin())) {
            return differs(
                    "ValidationPlugin", validation.getValidationPlugin(), passed.validation.getValidationPlugin());
        }
        if (!validation.getValidationParameter().equals(passed.validation.getValidationParameter())) {
            return differs(
                    "ValidationParameter",
                    hex(validation.getValidationParameter()),
                    hex(passed.validation.getValidationParameter()));
        }
        return collections.equals(passed.collections) ? Optional.empty() : Optional.of("Collections do not match");
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    private static Optional<String> differs(String field, String expected, String passed) {
        return Optional.of(
                "expected " + field + " '" + expected + "' does not match passed " + field + " '" + passed + "'");
    }
}
