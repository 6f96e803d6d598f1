package io.weft.local;

import io.weft.model.PlatformChoice.Nodes;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Embedded peers work with chaincode that others run. */
class ChaincodeFormsTest {
    @TempDir
    Path state;

    private ChaincodeForms forms() {
        return new ChaincodeForms(state, Nodes.EMBEDDED, List.of(), Optional.empty());
    }

    @Test
    void a_command_is_started_and_ended_with_the_network() throws Exception {
        forms().aCommand(false);
    }

    @Test
    void a_command_talks_tls_if_the_spec_says_so() throws Exception {
        forms().aCommand(true);
    }

    @Test
    void a_service_of_somebody_else_is_used() throws Exception {
        forms().anAddress();
    }

    @Test
    void a_service_that_answers_late_gets_the_first_call() throws Exception {
        forms().anAddressThatAnswersLateAtTheFirstCall();
    }
}
