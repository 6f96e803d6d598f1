package io.weft.embedded.chaincode;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.embedded.ledger.ChannelLedger;
import io.weft.embedded.ledger.Entry;
import java.util.List;
import java.util.Optional;
import org.hyperledger.fabric.protos.peer.ApplicationPolicy;
import org.hyperledger.fabric.protos.peer.CollectionConfig;
import org.hyperledger.fabric.protos.peer.CollectionConfigPackage;
import org.hyperledger.fabric.protos.peer.StaticCollectionConfig;

/**
 * A chaincode definition that is committed on a channel.
 *
 * @param version any text
 * @param validationParameter the endorsement policy, a serialized {@code protos.ApplicationPolicy}
 * @param collections the explicit ones
 */
public record CommittedDefinition(
        String name,
        long sequence,
        String version,
        String endorsementPlugin,
        String validationPlugin,
        ByteString validationParameter,
        CollectionConfigPackage collections,
        boolean initRequired) {
    public CommittedDefinition {
        requireNonNull(name, "name");
        requireNonNull(version, "version");
        requireNonNull(endorsementPlugin, "endorsementPlugin");
        requireNonNull(validationPlugin, "validationPlugin");
        requireNonNull(validationParameter, "validationParameter");
        requireNonNull(collections, "collections");
    }

    static CommittedDefinition of(String name, Definition definition) {
        return new CommittedDefinition(
                name,
                definition.sequence(),
                definition.endorsement().getVersion(),
                definition.endorsement().getEndorsementPlugin(),
                definition.validation().getValidationPlugin(),
                definition.validation().getValidationParameter(),
                definition.collections(),
                definition.endorsement().getInitRequired());
    }

    /** The definition in the committed state. */
    public static Optional<CommittedDefinition> find(ChannelLedger ledger, String chaincode) {
        LifecycleState.Reader state = key -> ledger.state(Lifecycle.NAMESPACE, key);
        while (true) {
            long before = Definition.committedSequence(chaincode, state);
            Optional<Definition> found = Definition.committed(chaincode, state);
            // A block may be committed between two reads; the sequence tells.
            if (Definition.committedSequence(chaincode, state) == before) {
                return found.map(definition -> of(chaincode, definition));
            }
        }
    }

    /** All definitions in the committed state, by name. */
    public static List<CommittedDefinition> all(ChannelLedger ledger) {
        String prefix = LifecycleState.metadataKey(LifecycleState.NAMESPACES, "");
        return ledger.range(Lifecycle.NAMESPACE, prefix, prefix + "\u007f").stream()
                .map(Entry::key)
                .map(key -> key.substring(prefix.length()))
                .flatMap(name -> find(ledger, name).stream())
                .toList();
    }

    /**
     * Who has to endorse.
     *
     * @throws ChaincodeFailure if the validation parameter is no policy
     */
    public ApplicationPolicy endorsementPolicy() {
        try {
            return ApplicationPolicy.parseFrom(validationParameter);
        } catch (InvalidProtocolBufferException e) {
            throw new ChaincodeFailure(
                    "could not unmarshal the policy of chaincode " + name + ": " + e.getMessage(), e);
        }
    }

    /** An explicit collection, or the implicit one of an organization. */
    public Optional<StaticCollectionConfig> collection(String collection) {
        return Collections.find(collections, collection);
    }

    /** The explicit collections. */
    public List<StaticCollectionConfig> staticCollections() {
        return collections.getConfigList().stream()
                .map(CollectionConfig::getStaticCollectionConfig)
                .toList();
    }
}
