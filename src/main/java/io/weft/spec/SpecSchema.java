package io.weft.spec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The JSON Schema of a network spec. */
public final class SpecSchema {
    private static final String RESOURCE = "weft-v1.schema.json";

    private SpecSchema() {}

    /** The schema (2020-12) with descriptions, defaults and examples, as it ships with weft. */
    public static String text() {
        try (InputStream in = SpecSchema.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new AssertionError("weft is built without " + RESOURCE);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
