package io.weft.embedded.orderer;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The parts of a {@code multipart/form-data} body (RFC 7578). */
final class MultipartForm {
    private static final Pattern BOUNDARY =
            Pattern.compile(";\\s*boundary=(?:\"([^\"]+)\"|([^\\s;]+))", Pattern.CASE_INSENSITIVE);
    private static final Pattern NAME = Pattern.compile(";\\s*name=(?:\"([^\"]*)\"|([^\\s;]+))");
    private static final Pattern FILE_NAME = Pattern.compile(";\\s*filename=(?:\"([^\"]*)\"|([^\\s;]+))");

    private MultipartForm() {}

    /**
     * One part.
     *
     * @param isFile whether it has a file name
     */
    record Part(String name, boolean isFile, ByteString content) {}

    /** The parts in order; empty if the body is not what its type says. */
    static Optional<List<Part>> parse(String contentType, ByteString body) {
        Matcher boundary = BOUNDARY.matcher(contentType);
        if (!boundary.find()) {
            return Optional.empty();
        }
        // Latin-1 maps each byte to one character: indices are the same.
        String text = body.toString(StandardCharsets.ISO_8859_1);
        String delimiter = "--" + value(boundary);
        int start = text.startsWith(delimiter) ? 0 : text.indexOf("\r\n" + delimiter) + 2;
        if (start == 1) {
            return Optional.empty();
        }
        List<Part> result = new ArrayList<>();
        int at = start + delimiter.length();
        while (!text.startsWith("--", at)) {
            int headersEnd = text.indexOf("\r\n\r\n", at);
            int next = headersEnd < 0 ? -1 : text.indexOf("\r\n" + delimiter, headersEnd + 2);
            if (next < 0) {
                return Optional.empty();
            }
            String disposition = text.substring(at, headersEnd)
                    .lines()
                    .filter(line -> line.regionMatches(true, 0, "Content-Disposition:", 0, 20))
                    .findFirst()
                    .orElse("");
            Matcher name = NAME.matcher(disposition);
            if (name.find()) {
                int contentStart = Math.min(headersEnd + 4, next);
                ByteString content = body.substring(contentStart, next);
                result.add(new Part(value(name), FILE_NAME.matcher(disposition).find(), content));
            }
            at = next + 2 + delimiter.length();
        }
        return Optional.of(result);
    }

    private static String value(Matcher matcher) {
        return matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    }
}
