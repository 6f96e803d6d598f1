package io.weft.spec;

import io.weft.problem.InvalidSpecException;
import io.weft.problem.Location;
import io.weft.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads network specs. */
public final class NetworkSpecs {
    /** A larger file is no spec; also in characters. */
    public static final int MAX_BYTES = 1_000_000;

    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private NetworkSpecs() {}

    /**
     * Reads and checks a file.
     *
     * @throws InvalidSpecException with everything that is wrong, if anything is; a file that cannot be read is
     */
    public static LoadedSpec load(Path file) {
        return load(file, Optional.empty());
    }

    /**
     * As {@link #load(Path)}, in another namespace.
     *
     * @param namespace replaces the network's namespace; an organization that names one keeps it
     */
    public static LoadedSpec load(Path file, Optional<String> namespace) {
        return parse(file.toString(), read(file), namespace);
    }

    /**
     * Checks the text of a spec.
     *
     * @param fileName how problems name the file
     * @throws InvalidSpecException with everything that is wrong, if anything is
     */
    public static LoadedSpec parse(String fileName, String text) {
        return parse(fileName, text, Optional.empty());
    }

    /**
     * As {@link #parse(String, String)}, in another namespace.
     *
     * @param namespace replaces the network's namespace; an organization that names one keeps it
     */
    public static LoadedSpec parse(String fileName, String text, Optional<String> namespace) {
        if (namespace.filter(n -> !NAMESPACE.matcher(n).matches()).isPresent()) {
            throw problem(
                    "--namespace",
                    "Found `" + YamlNode.shorten(namespace.orElseThrow())
                            + "`, expected a namespace: lower-case letters, digits and hyphens, at most 63 characters.",
                    "Name a namespace such as `trade`.");
        }
        if (text.length() > MAX_BYTES) {
            throw tooLarge(fileName);
        }
        boolean marked = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK;
        Problems problems = new Problems(fileName);
        Optional<YamlNode> document = YamlReader.read(marked ? text.substring(1) : text, problems);
        if (document.isEmpty()) {
            throw problems.exception();
        }
        SchemaCheck.check(document.orElseThrow(), Schema.INSTANCE, problems);
        if (!(document.orElseThrow() instanceof YamlMapping mapping)) {
            throw problems.exception();
        }
        Draft draft = SpecReader.read(mapping, namespace);
        NetworkCheck.check(draft, problems);
        if (problems.hasErrors()) {
            throw problems.exception();
        }
        return new LoadedSpec(draft.network(), problems.sorted());
    }

    /** Read when first needed. */
    private static final class Schema {
        static final YamlMapping INSTANCE = SchemaCheck.parse(SpecSchema.text());
    }

    private static String read(Path file) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (IOException e) {
            throw unreadable(file);
        }
        if (bytes.length > MAX_BYTES) {
            throw tooLarge(file.toString());
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw problem(file.toString(), "The file is not encoded in UTF-8.", "Save it as UTF-8.");
        }
    }

    private static InvalidSpecException unreadable(Path file) {
        String cause = !Files.exists(file)
                ? "The file does not exist."
                : Files.isDirectory(file) ? "This is a folder, expected a file." : "The file cannot be read.";
        return problem(
                file.toString(),
                cause,
                Files.exists(file)
                        ? "Name a file that you may read."
                        : "Check the name, or run `weft init` to write a starter.");
    }

    private static InvalidSpecException tooLarge(String file) {
        return problem(
                file,
                "The file is larger than 1 MB; a network spec never is.",
                "Name the right file, or split the network.");
    }

    private static InvalidSpecException problem(String file, String cause, String remedy) {
        return new InvalidSpecException(List.of(Problem.error(Location.of(file), cause, remedy)));
    }
}
