package io.weft.ca;

import io.weft.embedded.ca.RunningCa;
import java.nio.file.Path;

/** Against a real fabric-ca-server that runs with a key of weft's making. */
class FabricCaIT extends FabricCaContract {
    @Override
    RunningCa start(Path folder) throws Exception {
        return RunningCa.real(folder);
    }
}
