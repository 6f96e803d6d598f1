package io.weft.embedded.chaincode;

import static java.util.Objects.requireNonNull;

import io.weft.embedded.ledger.ChannelLedger;
import java.util.List;
import java.util.Optional;
import org.hyperledger.fabric.protos.peer.ApplicationPolicy;
import org.hyperledger.fabric.protos.peer.CollectionConfigPackage;
import org.hyperledger.fabric.protos.peer.StaticCollectionConfig;

/**
 * A chaincode definition that is committed on a channel.
 *
 * @param endorsementPolicy from its validation parameter
 * @param collections the explicit ones
 */
public record CommittedDefinition(
        String name,
        long sequence,
        String version,
        String endorsementPlugin,
        String validationPlugin,
        ApplicationPolicy endorsementPolicy,
        CollectionConfigPackage collections,
        boolean initRequired) {
    public CommittedDefinition {
        requireNonNull(name, "name");
        requireNonNull(version, "version");
        requireNonNull(endorsementPlugin, "endorsementPlugin");
        requireNonNull(validationPlugin, "validationPlugin");
        requireNonNull(endorsementPolicy, "endorsementPolicy");
        requireNonNull(collections, "collections");
    }

    /** The definition in the committed state. */
    public static Optional<CommittedDefinition> find(ChannelLedger ledger, String chaincode) {
        throw new UnsupportedOperationException();
    }

    /** All definitions in the committed state, by name. */
    public static List<CommittedDefinition> all(ChannelLedger ledger) {
        throw new UnsupportedOperationException();
    }

    /** An explicit collection, or the implicit one of an organization. */
    public Optional<StaticCollectionConfig> collection(String collection) {
        throw new UnsupportedOperationException();
    }
}
