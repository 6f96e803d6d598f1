package io.weft.embedded.chaincode;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.sample.AssetContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract that ships with weft. */
class SampleContractTest {
    @TempDir
    Path folder;

    private Peers peers;

    @BeforeEach
    void deploy() {
        peers = new Peers(folder);
        peers.deploy("asset", ChaincodeSource.InProcess.of(AssetContract.class));
    }

    @AfterEach
    void close() {
        peers.close();
    }

    private String text(String... arguments) {
        return peers.evaluate("asset", arguments).text();
    }

    @Test
    void an_asset_is_made_read_changed_handed_over_and_removed() {
        String created = "{\"AppraisedValue\":1300,\"Color\":\"yellow\",\"ID\":\"a\",\"Owner\":\"Tom\",\"Size\":5}";
        assertThat(peers.submit("asset", "CreateAsset", "a", "yellow", "5", "Tom", "1300")
                        .text())
                .isEqualTo(created);
        assertThat(text("ReadAsset", "a")).isEqualTo(created);
        assertThat(text("AssetExists", "a")).isEqualTo("true");

        peers.submit("asset", "UpdateAsset", "a", "red", "6", "Tom", "1400");
        assertThat(peers.submit("asset", "TransferAsset", "a", "Eve").text()).isEqualTo("Tom");
        assertThat(text("GetAllAssets"))
                .isEqualTo("[{\"AppraisedValue\":1400,\"Color\":\"red\",\"ID\":\"a\",\"Owner\":\"Eve\",\"Size\":6}]");

        peers.submit("asset", "DeleteAsset", "a");
        assertThat(text("AssetExists", "a")).isEqualTo("false");
    }

    @Test
    void six_assets_are_there_from_the_start() {
        peers.submit("asset", "InitLedger");

        assertThat(text("GetAllAssets").split("\\},\\{")).hasSize(6);
    }

    @Test
    void what_exists_is_not_made_again_and_what_does_not_is_an_error() {
        peers.submit("asset", "InitLedger");

        assertThat(peers.evaluate("asset", "CreateAsset", "asset1", "red", "1", "Tom", "1")
                        .message())
                .isEqualTo("the asset asset1 already exists");
        assertThat(peers.evaluate("asset", "ReadAsset", "asset9").message())
                .isEqualTo("the asset asset9 does not exist");
        assertThat(peers.evaluate("asset", "TransferAsset", "asset9", "Tom").status())
                .isEqualTo(500);
        assertThat(peers.evaluate("asset", "DeleteAsset", "asset9").status()).isEqualTo(500);
        assertThat(peers.evaluate("asset", "UpdateAsset", "asset9", "red", "1", "Tom", "1")
                        .status())
                .isEqualTo(500);
    }
}
