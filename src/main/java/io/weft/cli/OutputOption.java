package io.weft.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Whether people or machines read the result. */
final class OutputOption {
    /** The forms of a result. */
    enum Format {
        TEXT,
        JSON;

        /** As it is written on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Reads it from there, in capitals or not. */
        static final class Reader implements ITypeConverter<Format> {
            @Override
            public Format convert(String text) {
                return Arrays.stream(values())
                        .filter(format -> format.name().equalsIgnoreCase(text))
                        .findFirst()
                        .orElseThrow(() -> new TypeConversionException(
                                "expected one of " + Arrays.toString(values()) + " but was '" + text + "'"));
            }
        }
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            converter = Format.Reader.class,
            description = "Form of the result: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
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
