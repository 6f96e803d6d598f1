package io.weft.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.HexFormat;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockHeader;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenesisBlockTest {
    private final GenesisBlock genesis = GenesisBlock.create(
            "trading", ConfigGroup.getDefaultInstance(), new byte[24], Instant.parse("2026-01-02T03:04:05.678Z"));

    /** Computed with {@code openssl asn1parse -genconf} and {@code openssl dgst}. */
    @ParameterizedTest
    @CsvSource({
        "0, f8c8a1487fc9c034f6720ea4e0960f02a156ee9bb9b72274d0befb6743335674",
        "127, 492a54a66f629d05766a02d7a970feb5b909eb923f17a4255f5dcc5d4299c49f",
        "128, 6ece4bebf3c591d7dc4ee8fa508f653e4ebd6bbd800d05d70b52b653627fd143",
        "-1, 3ce43ea9b4d72bc814e2dab64442dc47c040ce2bc726ac4b73b2c5802545b4ec"
    })
    void a_header_is_hashed_in_der_form(long number, String hash) {
        BlockHeader header = BlockHeader.newBuilder()
                .setNumber(number)
                .setPreviousHash(ByteString.fromHex("aa"))
                .setDataHash(ByteString.fromHex("bb"))
                .build();

        assertThat(HexFormat.of().formatHex(BlockHash.ofHeader(header).toByteArray()))
                .isEqualTo(hash);
    }

    @Test
    void metadata_have_five_entries_of_which_three_are_empty() {
        assertThat(genesis.block().getMetadata().getMetadataList())
                .extracting(entry -> HexFormat.of().formatHex(entry.toByteArray()))
                .containsExactly("0a020a00", "", "", "", "");
    }

    @Test
    void a_block_with_other_data_is_no_block_0() {
        Block changed = genesis.block().toBuilder()
                .setHeader(genesis.block().getHeader().toBuilder().setDataHash(ByteString.fromHex("00")))
                .build();

        assertThatThrownBy(() -> GenesisBlock.of(changed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("data hash");
        assertThatThrownBy(() -> GenesisBlock.parse("no block".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> GenesisBlock.of(changed.toBuilder()
                        .setHeader(changed.getHeader().toBuilder().setNumber(3))
                        .build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("number 3");
    }

    @Test
    void the_time_is_cut_to_seconds() {
        GenesisBlock later = GenesisBlock.create(
                "trading", ConfigGroup.getDefaultInstance(), new byte[24], Instant.parse("2026-01-02T03:04:05Z"));

        assertThat(later.bytes()).isEqualTo(genesis.bytes());
    }
}
