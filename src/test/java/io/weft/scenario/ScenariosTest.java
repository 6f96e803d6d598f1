package io.weft.scenario;

import io.weft.model.ConsensusType;
import io.weft.model.FabricVersion;
import io.weft.testing.TestNetworks;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Embedded nodes answer as the golden files say, which Fabric's own programs wrote. */
class ScenariosTest {
    private static Target target;
    private static House house;

    @TempDir
    static Path folder;

    @BeforeAll
    static void start() {
        target = new EmbeddedTarget(
                TestNetworks.network(FabricVersion.parse("3.1.5"), ConsensusType.RAFT, 3, 2), folder.resolve("nodes"));
        house = new House(target);
    }

    @AfterAll
    static void stop() {
        house.close();
        target.close();
    }

    @TestFactory
    Stream<DynamicTest> embedded_nodes_answer_as_fabric_does() {
        return Answers.tests(house, folder, "embedded");
    }
}
