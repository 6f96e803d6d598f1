package io.weft.embedded.peer;

import static org.hyperledger.fabric.protos.peer.TxValidationCode.BAD_CREATOR_SIGNATURE;
import static org.hyperledger.fabric.protos.peer.TxValidationCode.BAD_PROPOSAL_TXID;
import static org.hyperledger.fabric.protos.peer.TxValidationCode.DUPLICATE_TXID;
import static org.hyperledger.fabric.protos.peer.TxValidationCode.ENDORSEMENT_POLICY_FAILURE;
import static org.hyperledger.fabric.protos.peer.TxValidationCode.INVALID_CHAINCODE;
import static org.hyperledger.fabric.protos.peer.TxValidationCode.INVALID_OTHER_REASON;
import static org.hyperledger.fabric.protos.peer.TxValidationCode.TARGET_CHAIN_NOT_FOUND;
import static org.hyperledger.fabric.protos.peer.TxValidationCode.UNSUPPORTED_TX_PAYLOAD;
import static org.hyperledger.fabric.protos.peer.TxValidationCode.VALID;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.embedded.chaincode.ChaincodeFailure;
import io.weft.embedded.chaincode.CommittedDefinition;
import io.weft.embedded.chaincode.Lifecycle;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.config.IdentityException;
import io.weft.embedded.config.PolicyException;
import io.weft.embedded.config.SignedData;
import io.weft.embedded.ledger.ChannelLedger;
import io.weft.model.MspId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
import org.hyperledger.fabric.protos.peer.ApplicationPolicy;
import org.hyperledger.fabric.protos.peer.StaticCollectionConfig;
import org.hyperledger.fabric.protos.peer.TxValidationCode;

/**
 * Decides which transactions of one block are signed and endorsed as the channel's rules demand. What the ledger alone can
 * tell (MVCC, phantoms) is left to it.
 *
 * @see <a href="https://github.com/hyperledger/fabric/tree/main/core/committer/txvalidator/v20">Fabric's txvalidator</a>
 */
final class BlockValidator {
    private static final String VALIDATION_PARAMETER = "VALIDATION_PARAMETER";
    private static final String PLUGIN = "vscc";
    private static final int WORTH_THREADS = 16;

    private final Block block;
    private final ChannelView view;
    private final ChannelLedger ledger;
    private final Map<String, Optional<CommittedDefinition>> definitions = new ConcurrentHashMap<>();

    /** A transaction on its way: with a code when it is decided, with an action until then. */
    private record Checked(Optional<TxValidationCode> code, Optional<Transaction.Action> action) {
        static Checked decided(TxValidationCode code) {
            return new Checked(Optional.of(code), Optional.empty());
        }
    }

    /**
     * @param view the configuration before the block
     * @param ledger the ledger before the block
     */
    BlockValidator(Block block, ChannelView view, ChannelLedger ledger) {
        this.block = block;
        this.view = view;
        this.ledger = ledger;
    }

    /** A code for each transaction. */
    List<TxValidationCode> validate() {
        int count = block.getData().getDataCount();
        List<Checked> checked =
                range(count).mapToObj(i -> check(block.getData().getData(i))).toList();
        boolean policiesChange = checked.stream()
                .flatMap(one -> one.action().stream())
                .flatMap(action -> action.writes().stream())
                .anyMatch(writes -> !writes.metadataKeys().isEmpty());
        return policiesChange ? oneAfterTheOther(checked) : sideBySide(checked);
    }

    /** A few transactions are checked sooner than other threads have begun. */
    private static IntStream range(int count) {
        IntStream range = IntStream.range(0, count);
        return count < WORTH_THREADS ? range : range.parallel();
    }

    private List<TxValidationCode> sideBySide(List<Checked> checked) {
        return range(checked.size())
                .mapToObj(i -> checked.get(i)
                        .code()
                        .orElseGet(() -> endorsement(checked.get(i).action().orElseThrow(), Set.of())))
                .toList();
    }

    /** A transaction must not write a key whose policy an earlier valid one of the block changed. */
    private List<TxValidationCode> oneAfterTheOther(List<Checked> checked) {
        Set<Writes.Key> changed = new HashSet<>();
        List<TxValidationCode> result = new ArrayList<>();
        for (Checked one : checked) {
            TxValidationCode code =
                    one.code().orElseGet(() -> endorsement(one.action().orElseThrow(), changed));
            if (code == VALID) {
                one.action().stream()
                        .flatMap(action -> action.writes().stream())
                        .forEach(writes -> changed.addAll(writes.metadataKeys()));
            }
            result.add(code);
        }
        return List.copyOf(result);
    }

    private Checked check(ByteString bytes) {
        try {
            Transaction transaction = Transaction.read(bytes);
            try {
                view.identify(transaction.signatureHeader().getCreator())
                        .verify(
                                transaction.envelope().getPayload().toByteArray(),
                                transaction.envelope().getSignature().toByteArray());
            } catch (IdentityException e) {
                return Checked.decided(BAD_CREATOR_SIGNATURE);
            }
            if (transaction.type() == HeaderType.CONFIG_UPDATE) {
                return Checked.decided(UNSUPPORTED_TX_PAYLOAD);
            }
            if (transaction.type() == HeaderType.ENDORSER_TRANSACTION) {
                if (!transaction.hasItsOwnId()) {
                    return Checked.decided(BAD_PROPOSAL_TXID);
                }
                transaction.requireEndorsedProposal();
            }
            if (!transaction.channelHeader().getChannelId().equals(view.channel())) {
                return Checked.decided(TARGET_CHAIN_NOT_FOUND);
            }
            if (transaction.type() == HeaderType.CONFIG) {
                return Checked.decided(VALID);
            }
            if (ledger.code(transaction.id()).isPresent()) {
                return Checked.decided(DUPLICATE_TXID);
            }
            return new Checked(Optional.empty(), Optional.of(transaction.action()));
        } catch (Transaction.Invalid e) {
            return Checked.decided(e.code());
        }
    }

    private TxValidationCode endorsement(Transaction.Action action, Set<Writes.Key> changed) {
        Set<String> namespaces = new TreeSet<>();
        namespaces.add(action.chaincode());
        action.writes().stream()
                .filter(writes -> !writes.isEmpty())
                .forEach(writes -> namespaces.add(writes.namespace()));
        for (String namespace : namespaces) {
            try {
                Optional<ApplicationPolicy> policy = chaincodePolicy(namespace);
                if (policy.isEmpty()) {
                    return INVALID_CHAINCODE;
                }
                if (!isValidatedByFabricsPlugin(namespace)) {
                    return INVALID_OTHER_REASON;
                }
                new Namespace(namespace, policy.get(), action, changed).require();
            } catch (PolicyException | ChaincodeFailure e) {
                return ENDORSEMENT_POLICY_FAILURE;
            }
        }
        return VALID;
    }

    private Optional<CommittedDefinition> definition(String chaincode) {
        return definitions.computeIfAbsent(chaincode, name -> CommittedDefinition.find(ledger, name));
    }

    private Optional<ApplicationPolicy> chaincodePolicy(String namespace) {
        return namespace.equals(Lifecycle.NAMESPACE)
                ? Optional.of(Lifecycle.endorsementPolicy(view))
                : definition(namespace).map(CommittedDefinition::endorsementPolicy);
    }

    private boolean isValidatedByFabricsPlugin(String namespace) {
        return definition(namespace)
                .map(one -> one.validationPlugin().equals(PLUGIN))
                .orElse(true);
    }

    /** Who has to endorse writes to a collection; the chaincode's policy if it has none of its own. */
    private ApplicationPolicy collectionPolicy(String namespace, String collection, ApplicationPolicy chaincodePolicy) {
        Optional<MspId> owner = CollectionRules.implicitOwner(collection);
        if (owner.isPresent()) {
            return Lifecycle.implicitCollectionPolicy(view, owner.get())
                    .orElseThrow(() -> new PolicyException("no org found in channel with MSPID '" + owner.get() + "'"));
        }
        StaticCollectionConfig config = definition(namespace)
                .flatMap(definition -> definition.collection(collection))
                .orElseThrow(() -> new PolicyException("no such collection '" + collection + "'"));
        return config.hasEndorsementPolicy() ? config.getEndorsementPolicy() : chaincodePolicy;
    }

    /** The policies that hold in one namespace for one transaction; each is asked once. */
    private final class Namespace {
        private final String name;
        private final ApplicationPolicy chaincodePolicy;
        private final Transaction.Action action;
        private final List<SignedData> endorsements;
        private final Set<Writes.Key> changed;
        private final Set<ApplicationPolicy> satisfied = new HashSet<>();

        Namespace(String name, ApplicationPolicy chaincodePolicy, Transaction.Action action, Set<Writes.Key> changed) {
            this.name = name;
            this.chaincodePolicy = chaincodePolicy;
            this.action = action;
            this.endorsements = action.endorsements();
            this.changed = changed;
        }

        void require() {
            boolean anyChecked = false;
            for (Writes writes : action.writes()) {
                if (!writes.namespace().equals(name)) {
                    continue;
                }
                for (Writes.Key key : writes.keys()) {
                    require(policyOf(key));
                    anyChecked = true;
                }
            }
            if (!anyChecked) {
                require(chaincodePolicy);
            }
        }

        private ApplicationPolicy policyOf(Writes.Key key) {
            if (changed.contains(key)) {
                throw new PolicyException(
                        "validation parameters for key [" + key.key().toStringUtf8()
                                + "] in namespace [" + name + "] have been changed in transaction of block "
                                + block.getHeader().getNumber());
            }
            Optional<byte[]> own = key.collection().isEmpty()
                    ? ledger.metadata(name, key.key().toStringUtf8(), VALIDATION_PARAMETER)
                    : ledger.privateMetadata(name, key.collection(), key.key(), VALIDATION_PARAMETER);
            if (own.isPresent() && own.get().length > 0) {
                try {
                    return ApplicationPolicy.newBuilder()
                            .setSignaturePolicy(SignaturePolicyEnvelope.parseFrom(own.get()))
                            .build();
                } catch (InvalidProtocolBufferException e) {
                    throw new PolicyException("could not unmarshal signature policy envelope: " + e.getMessage(), e);
                }
            }
            return key.collection().isEmpty()
                    ? chaincodePolicy
                    : collectionPolicy(name, key.collection(), chaincodePolicy);
        }

        private void require(ApplicationPolicy policy) {
            if (!satisfied.contains(policy)) {
                view.requireApplicationPolicy(policy, endorsements);
                satisfied.add(policy);
            }
        }
    }
}
