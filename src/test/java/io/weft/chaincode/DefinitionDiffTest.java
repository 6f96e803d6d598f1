package io.weft.chaincode;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.model.Chaincode;
import io.weft.model.Collection;
import io.weft.testing.TestNetworks;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DefinitionDiffTest {
    private static final Collection PRICES =
            new Collection("prices", "OR('Org1MSP.member','Org2MSP.member')", 0, 1, 10, true, false, Optional.empty());
    private static final Collection NOTES = new Collection(
            "notes", "OR('Org1MSP.member')", 0, 1, 0, true, true, Optional.of("AND('Org1MSP.peer','Org2MSP.peer')"));

    private static ChaincodeDefinition definition(
            String version, String endorsement, Chaincode.Init init, Collection... collections) {
        Chaincode plain = TestNetworks.chaincode("asset", version);
        return ChaincodeDefinition.of(
                new Chaincode(
                        plain.name(),
                        plain.version(),
                        plain.image(),
                        Optional.ofNullable(endorsement),
                        List.of(collections),
                        Optional.ofNullable(init),
                        plain.tls(),
                        plain.organizations(),
                        plain.port(),
                        plain.environment(),
                        plain.workload()),
                1);
    }

    private static List<String> between(ChaincodeDefinition wanted, ChaincodeDefinition found) {
        return DefinitionDiff.between(wanted, found).stream()
                .map(DefinitionDiff::toString)
                .toList();
    }

    @Test
    void equal_definitions_do_not_differ() {
        assertThat(between(definition("1.0", null, null, PRICES), definition("1.0", null, null, PRICES)))
                .isEmpty();
    }

    @Test
    void the_default_endorsement_policy_is_the_channels() {
        assertThat(between(definition("1.0", null, null), definition("1.0", "/Channel/Application/Endorsement", null)))
                .isEmpty();
    }

    @Test
    void every_field_that_differs_is_named_with_both_values() {
        assertThat(between(
                        definition("2.0", "AND('Org1MSP.peer','Org2MSP.peer')", new Chaincode.Init("init", List.of())),
                        definition("1.0", null, null)))
                .containsExactly(
                        "version: wanted `2.0`, found `1.0`",
                        "endorsement: wanted `AND('Org1MSP.peer','Org2MSP.peer')`, found"
                                + " `/Channel/Application/Endorsement`",
                        "init required: wanted `true`, found `false`");
    }

    @Test
    void collections_are_compared_by_name_and_order() {
        Collection changed = new Collection(
                "prices", "OR('Org1MSP.member','Org2MSP.member')", 0, 3, 10, true, false, Optional.empty());

        assertThat(between(definition("1.0", null, null, PRICES, NOTES), definition("1.0", null, null, NOTES, changed)))
                .containsExactly(
                        "collections.prices.maxPeerCount: wanted `1`, found `3`",
                        "order of collections: wanted `prices, notes`, found `notes, prices`");
        assertThat(between(definition("1.0", null, null, PRICES), definition("1.0", null, null)))
                .contains("collections.prices.blockToLive: wanted `10`, found `(none)`");
        assertThat(between(definition("1.0", null, null), definition("1.0", null, null, NOTES)))
                .contains("collections.notes.endorsement: wanted `(none)`, found"
                        + " `AND('Org1MSP.peer','Org2MSP.peer')`");
    }

    @Test
    void a_policy_that_differs_only_in_its_bytes_is_told() {
        ChaincodeDefinition wanted = definition("1.0", "OR('Org1MSP.peer')", null);
        ChaincodeDefinition found = definition("1.0", "AND('Org1MSP.peer')", null);
        ChaincodeDefinition padded = new ChaincodeDefinition(
                wanted.name(),
                wanted.version(),
                wanted.sequence(),
                wanted.endorsementPlugin(),
                wanted.validationPlugin(),
                wanted.validationParameter().concat(com.google.protobuf.ByteString.fromHex("7a00")),
                wanted.collections(),
                wanted.initRequired());

        assertThat(between(wanted, found)).isEmpty();
        assertThat(between(wanted, padded)).singleElement().asString().startsWith("encoding: ");
    }

    @Test
    void a_sequence_alone_makes_no_other_definition() {
        ChaincodeDefinition one = definition("1.0", null, null);

        assertThat(one.isSameApartFromSequence(one.withSequence(7))).isTrue();
        assertThat(one).isNotEqualTo(one.withSequence(7));
        assertThat(one.isSameApartFromSequence(definition("1.1", null, null))).isFalse();
    }
}
