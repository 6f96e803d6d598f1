package io.weft.spec;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The parts of an image's name.
 *
 * @param repository registry and repository
 * @param tag without the colon
 * @param digest without the at sign
 */
record ImageReference(String repository, Optional<String> tag, Optional<String> digest) {
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|\\[[0-9a-fA-F:]{2,45}](:[0-9]{1,5})?");
    private static final Pattern ELEMENT = Pattern.compile("[a-z0-9]([a-z0-9._-]*[a-z0-9])?");

    /** Tells what about the text is no complete reference to one fixed image; empty if it is one. */
    static Optional<String> mistake(String text) {
        if (text.contains("://")) {
            return Optional.of("is a URL; expected registry, repository and tag without `https://`");
        }
        ImageReference reference = split(text);
        if (reference.digest().filter(d -> !DIGEST.matcher(d).matches()).isPresent()) {
            return Optional.of("has a digest that is not `sha256:` and 64 hexadecimal digits");
        }
        if (reference.tag().filter(t -> !TAG.matcher(t).matches()).isPresent()) {
            return Optional.of("has a tag that is not made of letters, digits and `_.-`");
        }
        String[] elements = reference.repository().split("/", -1);
        boolean registry = elements.length > 1
                && (elements[0].contains(".") || elements[0].contains(":") || elements[0].equals("localhost"));
        for (int i = 0; i < elements.length; i++) {
            boolean valid = (registry && i == 0)
                    ? HOST.matcher(elements[i]).matches()
                    : ELEMENT.matcher(elements[i]).matches();
            if (!valid) {
                String lower = elements[i].toLowerCase(Locale.ROOT);
                if (elements[i].isEmpty()) {
                    return Optional.of("has nothing between two slashes, or before or after one");
                }
                return Optional.of(
                        ELEMENT.matcher(lower).matches()
                                ? "has capital letters in `" + YamlNode.shorten(elements[i])
                                        + "`; a repository is written in lower case"
                                : "has `" + YamlNode.shorten(elements[i])
                                        + "` where a registry or repository is expected");
            }
        }
        if (reference.digest().isPresent()) {
            return Optional.empty();
        }
        if (reference.tag().isEmpty()) {
            return Optional.of("has no tag, which stands for `latest`: another image tomorrow");
        }
        return reference
                .tag()
                .filter("latest"::equals)
                .map(t -> "has the tag `latest`, which names another image tomorrow");
    }

    private static ImageReference split(String text) {
        int at = text.indexOf('@');
        String name = at < 0 ? text : text.substring(0, at);
        Optional<String> digest = at < 0 ? Optional.empty() : Optional.of(text.substring(at + 1));
        int colon = name.lastIndexOf(':');
        boolean tagged = colon > name.lastIndexOf('/');
        return new ImageReference(
                tagged ? name.substring(0, colon) : name,
                tagged ? Optional.of(name.substring(colon + 1)) : Optional.empty(),
                digest);
    }
}
