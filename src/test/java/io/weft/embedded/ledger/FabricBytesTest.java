package io.weft.embedded.ledger;

import static io.weft.embedded.ledger.Chain.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRead;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.RangeQueryInfo;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes that have to be Fabric's to the last bit, compared with what Fabric's own code made. */
class FabricBytesTest {
    private static final Map<String, String> EXPECTED = new TreeMap<>();

    @BeforeAll
    static void read() throws IOException {
        try (InputStream input =
                FabricBytesTest.class.getResourceAsStream("/golden/embedded-ledger/fabric-bytes.txt")) {
            new String(input.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> EXPECTED.put(
                            line.substring(0, line.lastIndexOf(' ')), line.substring(line.lastIndexOf(' ') + 1)));
        }
    }

    @Test
    void a_read_write_set_has_fabrics_bytes() {
        ReadWriteSet set = new ReadWriteSet();
        set.read("cc", "b", Optional.empty());
        set.read("cc", "a", version(1, 0));
        set.read("cc", "\ud83d\ude00", version(300, 70_000));
        set.read("cc", "\uffff", version(0, 0));
        set.read("_lifecycle", "namespaces/fields/cc/Sequence", version(3, 1));
        set.write("cc", "z", ByteString.copyFromUtf8("value"));
        set.write("cc", "d", ByteString.EMPTY);
        set.writeMetadata("cc", "z", Map.of("VALIDATION_PARAMETER", bytes("policy"), "A", bytes("x")));
        set.writeMetadata("cc", "d", Map.of());
        set.readHashed("cc", "coll", "p", version(2, 5));
        set.readHashed("cc", "coll", "absent", Optional.empty());
        set.readHashed("cc", "another", "p", version(2, 5));
        set.writePrivate("cc", "coll", "k1", ByteString.copyFromUtf8("secret"), false);
        set.writePrivate("cc", "coll", "k0", ByteString.EMPTY, false);
        set.writePrivate("cc", "coll", "k2", ByteString.EMPTY, true);
        set.writePrivateMetadata("cc", "coll", "k1", Map.of("VALIDATION_PARAMETER", bytes("policy")));
        set.writePrivateMetadata("dd", "only", "k", Map.of("VALIDATION_PARAMETER", bytes("policy")));
        set.range("cc", range(RangeQueryInfo.newBuilder().setEndKey("z").setItrExhausted(true), "k%d", 0));
        set.range("cc", range(RangeQueryInfo.newBuilder().setEndKey("k1"), "k%d", 2));
        set.range("cc", range(RangeQueryInfo.newBuilder().setEndKey("z").setItrExhausted(true), "k%d", 0));

        assertThat(hex(set.publicWrites().toByteString())).isEqualTo(EXPECTED.get("public"));
        assertThat(hex(set.privateWrites().toByteString())).isEqualTo(EXPECTED.get("private"));
    }

    /** Degree 50: groups of 51, then 51 of 51, then 51 of those. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 50, 51, 52, 102, 2550, 2551, 2601, 2602, 3000, 132_651, 132_652})
    void a_range_query_has_fabrics_bytes(int results) {
        RangeQueryInfo query =
                range(RangeQueryInfo.newBuilder().setEndKey("z").setItrExhausted(true), "k%06d", results);

        assertThat(hex(Sha256.of(query.toByteString()))).isEqualTo(EXPECTED.get("range " + results));
    }

    @Test
    void a_commit_hash_is_fabrics() {
        TreeMap<Place, Update> updates = new TreeMap<>();
        updates.put(place("", "", "CHANNEL_CONFIG_ENV_BYTES"), put("x", "", 1, 0));
        updates.put(place("cc", "", "b"), put("1", "", 1, 2));
        updates.put(place("cc", "", "a"), Update.delete(new StateVersion(1, 0)));
        updates.put(place("aa", "", "x"), put("2", "meta", 256, 65_535));
        updates.put(place("cc", "coll2", "hash1"), put("vh", "", 1, 3));
        updates.put(place("cc", "coll1", "hash2"), put("vh", "", 1, 3));
        updates.put(
                new Place("cc", "coll1", ByteString.copyFrom(new byte[] {(byte) 0xff, 1})),
                Update.delete(new StateVersion(1, 4)));
        updates.put(place("zz", "only", "hash3"), put("vh", "", 1, 5));

        ByteString hash =
                CommitHash.of(ByteString.copyFrom(new byte[] {0, 11, 0}), updates, ByteString.copyFromUtf8("previous"));

        assertThat(hex(hash)).isEqualTo(EXPECTED.get("commithash"));
    }

    private static RangeQueryInfo range(RangeQueryInfo.Builder query, String keys, int results) {
        RangeReads reads = new RangeReads(RangeReads.DEGREE);
        for (int i = 0; i < results; i++) {
            reads.add(KVRead.newBuilder()
                    .setKey(keys.formatted(i))
                    .setVersion(new StateVersion(1, i).message())
                    .build());
        }
        query.setStartKey("a");
        reads.finish(query);
        return query.build();
    }

    private static Optional<StateVersion> version(long block, long transaction) {
        return Optional.of(new StateVersion(block, transaction));
    }

    private static Place place(String namespace, String collection, String key) {
        return new Place(namespace, collection, ByteString.copyFromUtf8(key));
    }

    private static Update put(String value, String metadata, long block, long transaction) {
        return Update.put(
                ByteString.copyFromUtf8(value),
                ByteString.copyFromUtf8(metadata),
                new StateVersion(block, transaction));
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }
}
