package io.weft.ca;

import io.weft.embedded.ca.RunningCa;
import java.nio.file.Path;

/** Against the embedded Fabric CA. */
class EmbeddedFabricCaTest extends FabricCaContract {
    @Override
    RunningCa start(Path folder) {
        return RunningCa.embedded(folder);
    }
}
