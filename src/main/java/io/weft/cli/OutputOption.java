package io.weft.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import picocli.CommandLine.Option;

/** Whether people or machines read the result. */
final class OutputOption {
    /** The forms of a result. */
    enum Format {
        TEXT,
        JSON
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Format format;

    boolean isJson() {
        return format == Format.JSON;
    }

    /** Prints plain data: maps, lists, strings, numbers and booleans. */
    void print(Console console, Object data) {
        try {
            console.out()
                    .println(new ObjectMapper()
                            .enable(SerializationFeature.INDENT_OUTPUT)
                            .writeValueAsString(data));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Plain data always has a JSON form", e);
        }
    }
}
