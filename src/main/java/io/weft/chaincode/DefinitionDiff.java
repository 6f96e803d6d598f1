package io.weft.chaincode;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.protocol.PolicyMessages;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.hyperledger.fabric.protos.peer.ApplicationPolicy;
import org.hyperledger.fabric.protos.peer.CollectionConfig;
import org.hyperledger.fabric.protos.peer.StaticCollectionConfig;

/**
 * A field in which two definitions of a chaincode differ.
 *
 * @param field in a spec's words, for example {@code endorsement} or {@code collections.prices.maxPeerCount}
 * @param wanted its value in the definition that is wanted; {@code (none)} if it has none
 * @param found its value in the other
 */
public record DefinitionDiff(String field, String wanted, String found) {
    private static final String NONE = "(none)";

    public DefinitionDiff {
        requireNonNull(field, "field");
        requireNonNull(wanted, "wanted");
        requireNonNull(found, "found");
    }

    /** All fields that differ, in the order of a definition; empty if the definitions are equal. */
    public static List<DefinitionDiff> between(ChaincodeDefinition wanted, ChaincodeDefinition found) {
        Map<String, String> left = fields(wanted);
        Map<String, String> right = fields(found);
        Set<String> names = new LinkedHashSet<>(left.keySet());
        names.addAll(right.keySet());
        List<DefinitionDiff> result = new ArrayList<>();
        for (String name : names) {
            if (!Objects.equals(left.get(name), right.get(name))) {
                result.add(new DefinitionDiff(name, left.getOrDefault(name, NONE), right.getOrDefault(name, NONE)));
            }
        }
        if (result.isEmpty() && !wanted.equals(found)) {
            result.add(new DefinitionDiff(
                    "encoding", "the bytes that weft makes", "other bytes of the same policy or collections"));
        }
        return List.copyOf(result);
    }

    private static Map<String, String> fields(ChaincodeDefinition definition) {
        Map<String, String> result = new LinkedHashMap<>();
        result.put("name", definition.name());
        result.put("version", definition.version());
        result.put("sequence", Long.toString(definition.sequence()));
        result.put("endorsement", endorsement(definition.validationParameter()));
        result.put("init required", Boolean.toString(definition.initRequired()));
        result.put("endorsement plugin", definition.endorsementPlugin());
        result.put("validation plugin", definition.validationPlugin());
        List<String> order = new ArrayList<>();
        for (CollectionConfig config : definition.collections().getConfigList()) {
            StaticCollectionConfig collection = config.getStaticCollectionConfig();
            order.add(collection.getName());
            String prefix = "collections." + collection.getName() + ".";
            result.put(
                    prefix + "policy",
                    PolicyMessages.text(collection.getMemberOrgsPolicy().getSignaturePolicy()));
            result.put(prefix + "requiredPeerCount", Integer.toString(collection.getRequiredPeerCount()));
            result.put(prefix + "maxPeerCount", Integer.toString(collection.getMaximumPeerCount()));
            result.put(prefix + "blockToLive", Long.toUnsignedString(collection.getBlockToLive()));
            result.put(prefix + "memberOnlyRead", Boolean.toString(collection.getMemberOnlyRead()));
            result.put(prefix + "memberOnlyWrite", Boolean.toString(collection.getMemberOnlyWrite()));
            if (collection.hasEndorsementPolicy()) {
                result.put(prefix + "endorsement", PolicyMessages.text(collection.getEndorsementPolicy()));
            }
        }
        if (!order.isEmpty()) {
            result.put("order of collections", String.join(", ", order));
        }
        return result;
    }

    private static String endorsement(ByteString parameter) {
        try {
            return PolicyMessages.text(ApplicationPolicy.parseFrom(parameter));
        } catch (InvalidProtocolBufferException e) {
            return parameter.size() + " bytes that are no policy";
        }
    }

    /** {@code version: wanted `2.0`, found `1.0`}. */
    @Override
    public String toString() {
        return field + ": wanted `" + wanted + "`, found `" + found + "`";
    }
}
