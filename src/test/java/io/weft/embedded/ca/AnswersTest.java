package io.weft.embedded.ca;

import java.nio.file.Path;

/** The embedded server answers as Fabric's own. */
class AnswersTest extends AnswersContract {
    @Override
    RunningCa start(Path folder) {
        return RunningCa.embedded(folder);
    }
}
