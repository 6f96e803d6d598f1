package io.weft.node;

import io.weft.problem.RejectedException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a node writes; never where one of Fabric's own has written, whose files embedded nodes cannot read. */
final class DataFolder {
    private DataFolder() {}

    /**
     * A folder that may be used.
     *
     * @param foreign what Fabric's own program has in it
     * @throws RejectedException if one of those is there
     */
    static Path of(Path folder, String... foreign) {
        for (String name : foreign) {
            if (Files.exists(folder.resolve(name))) {
                throw new RejectedException("`" + folder.resolve(name) + "` was written by Fabric's own program, and"
                        + " embedded nodes cannot read it. Run Fabric's image again, or give the node an empty volume:"
                        + " `weft reset` does.");
            }
        }
        return folder;
    }
}
