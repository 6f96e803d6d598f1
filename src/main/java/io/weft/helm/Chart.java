package io.weft.helm;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * A chart, unpacked.
 *
 * @param name as in its {@code Chart.yaml}
 * @param version as in its {@code Chart.yaml}
 * @param digest the first 16 hexadecimal digits of the SHA-256 of its files: tells whether a release was made by
 *     exactly this chart, whatever the version says
 * @param folder where it is
 */
public record Chart(String name, String version, String digest, Path folder) {
    public Chart {
        requireNonNull(name, "name");
        requireNonNull(version, "version");
        requireNonNull(digest, "digest");
        requireNonNull(folder, "folder");
    }
}
