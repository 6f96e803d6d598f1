package io.weft.scenario;

import io.weft.model.ConsensusType;
import io.weft.testing.FabricPrograms;
import io.weft.testing.TestNetworks;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fabric's own programs, whichever version {@code FABRIC_BIN} names, answer as the golden files say.
 * {@code -Dgolden.update=true} has them write the files; 3.1 first, then 2.5, whose files hold only what differs.
 */
class ScenariosIT {
    private static Target target;
    private static House house;
    private static String version;

    @TempDir
    static Path folder;

    @BeforeAll
    static void start() {
        FabricPrograms programs = FabricPrograms.require();
        version = programs.version().isAtLeast(3, 0) ? "3" : "2.5";
        target = new FabricTarget(
                programs, TestNetworks.network(programs.version(), ConsensusType.RAFT, 3, 2), folder.resolve("nodes"));
        house = new House(target);
    }

    @AfterAll
    static void stop() {
        if (house != null) {
            house.close();
            target.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> fabric_answers_as_it_did() {
        return Answers.tests(house, folder, version);
    }
}
