package io.weft.embedded.ca;

import java.nio.file.Path;

/** Fabric's own server still answers as it did when the golden file was written. */
class AnswersIT extends AnswersContract {
    @Override
    RunningCa start(Path folder) throws Exception {
        return RunningCa.real(folder);
    }
}
