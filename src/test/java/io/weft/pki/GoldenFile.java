package io.weft.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compares with a file under {@code src/test/resources/golden}; {@code -Dgolden.update=true} rewrites it. */
public final class GoldenFile {
    private static final Path ROOT = Path.of("src/test/resources/golden");

    private GoldenFile() {}

    public static void assertMatches(String path, String actual) throws IOException {
        Path file = ROOT.resolve(path);
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, actual);
        }
        assertThat(file).exists().content().isEqualTo(actual);
    }
}
