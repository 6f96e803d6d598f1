package io.weft.embedded.chaincode;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.weft.embedded.ledger.Sha256;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hyperledger.fabric.protos.peer.lifecycle.StateData;
import org.hyperledger.fabric.protos.peer.lifecycle.StateMetadata;

/**
 * How {@code _lifecycle} keeps structures in the state: a key for the metadata and one for each field, of which only
 * those that change are written. From Fabric's {@code core/chaincode/lifecycle/serializer.go}.
 */
final class LifecycleState {
    static final String NAMESPACES = "namespaces";
    static final String SOURCES = "chaincode-sources";

    /** Values by key. */
    @FunctionalInterface
    interface Reader {
        Optional<byte[]> get(String key);
    }

    /** Values by key, to be read and replaced. */
    interface Writer extends Reader {
        void put(String key, byte[] value);

        void delete(String key);
    }

    private LifecycleState() {}

    /** A structure with its type's name; the fields have the order that the type has in Fabric. */
    record Structure(String type, Map<String, StateData> fields) {
        static Structure of(String type, Object... namesAndValues) {
            Map<String, StateData> fields = new LinkedHashMap<>();
            for (int i = 0; i < namesAndValues.length; i += 2) {
                fields.put((String) namesAndValues[i], data(namesAndValues[i + 1]));
            }
            return new Structure(type, fields);
        }

        private static StateData data(Object value) {
            StateData.Builder result = StateData.newBuilder();
            if (value instanceof Long number) {
                return result.setInt64(number).build();
            }
            if (value instanceof String text) {
                return result.setString(text).build();
            }
            return result.setBytes(((MessageLite) value).toByteString()).build();
        }

        private StateMetadata metadata() {
            return StateMetadata.newBuilder()
                    .setDatatype(type)
                    .addAllFields(fields.keySet())
                    .build();
        }
    }

    static String metadataKey(String namespace, String name) {
        return namespace + "/metadata/" + name;
    }

    static String fieldKey(String namespace, String name, String field) {
        return namespace + "/fields/" + name + "/" + field;
    }

    static Optional<StateMetadata> metadata(String namespace, String name, Reader state) {
        return state.get(metadataKey(namespace, name)).map(bytes -> parse(StateMetadata.parser(), bytes));
    }

    /** A field; without a value if the key does not exist. */
    static StateData field(String namespace, String name, String field, Reader state) {
        return state.get(fieldKey(namespace, name, field))
                .map(bytes -> parse(StateData.parser(), bytes))
                .orElse(StateData.getDefaultInstance());
    }

    static <T> T message(String namespace, String name, String field, Reader state, Parser<T> parser) {
        return parse(parser, field(namespace, name, field, state).getBytes().toByteArray());
    }

    private static <T> T parse(Parser<T> parser, byte[] bytes) {
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new ChaincodeFailure("could not unmarshal lifecycle state: " + e.getMessage(), e);
        }
    }

    static void write(String namespace, String name, Structure structure, Writer state) {
        StateMetadata before = metadata(namespace, name, state).orElse(StateMetadata.getDefaultInstance());
        Map<String, byte[]> existing = new LinkedHashMap<>();
        for (String field : before.getFieldsList()) {
            String key = fieldKey(namespace, name, field);
            existing.put(key, state.get(key).orElse(new byte[0]));
        }
        structure.fields().forEach((field, value) -> {
            String key = fieldKey(namespace, name, field);
            byte[] bytes = value.toByteArray();
            if (!Arrays.equals(existing.remove(key), bytes)) {
                state.put(key, bytes);
            }
        });
        if (!existing.isEmpty()
                || !before.getDatatype().equals(structure.type())
                || before.getFieldsCount() != structure.fields().size()) {
            state.put(metadataKey(namespace, name), structure.metadata().toByteArray());
        }
        existing.keySet().forEach(state::delete);
    }

    /**
     * Compares a structure with the hashes of what is stored.
     *
     * @param hashes SHA-256 of the value by key
     * @return the fields that differ, or the type's name if nothing comparable is stored
     */
    static List<String> mismatches(String namespace, String name, Structure structure, Reader hashes) {
        Optional<byte[]> metadata = hashes.get(metadataKey(namespace, name));
        Map<String, Optional<byte[]>> fields = new LinkedHashMap<>();
        structure.fields().keySet().forEach(field -> fields.put(field, hashes.get(fieldKey(namespace, name, field))));
        if (!isHashOf(metadata, structure.metadata())) {
            return List.of(structure.type());
        }
        List<String> result = new ArrayList<>();
        structure.fields().forEach((field, value) -> {
            if (!isHashOf(fields.get(field), value)) {
                result.add(field);
            }
        });
        return result;
    }

    private static boolean isHashOf(Optional<byte[]> hash, MessageLite value) {
        return hash.isPresent()
                && Arrays.equals(hash.get(), Sha256.of(value.toByteString()).toByteArray());
    }
}
