package io.weft.helm;

import static java.util.Objects.requireNonNull;

/**
 * Something that is not as a release left it.
 *
 * @param kind of the object, for example {@code Service}
 * @param path the field; empty if the whole object is missing
 * @param wanted what the release says; shortened, and hidden for Secrets
 * @param found what is there; shortened, and hidden for Secrets
 */
public record Difference(String kind, String namespace, String name, String path, String wanted, String found) {
    public Difference {
        requireNonNull(kind, "kind");
        requireNonNull(namespace, "namespace");
        requireNonNull(name, "name");
        requireNonNull(path, "path");
        requireNonNull(wanted, "wanted");
        requireNonNull(found, "found");
    }

    static Difference missing(String kind, String namespace, String name) {
        return new Difference(kind, namespace, name, "", "", "");
    }

    /** Whether the object as a whole is not there. */
    public boolean isMissing() {
        return path.isEmpty();
    }

    @Override
    public String toString() {
        String object = kind + " `" + namespace + "/" + name + "`";
        return isMissing() ? object + " is missing" : object + ": `" + path + "` should be " + wanted + ", is " + found;
    }
}
