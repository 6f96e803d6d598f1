package io.weft.problem;

import static java.util.Objects.requireNonNull;

/**
 * A place in a file that a person wrote.
 *
 * @param file the file as the user named it
 * @param line line number, from 1; 0 when the problem concerns the file as a whole
 * @param column column number in characters, from 1; 0 when the problem concerns the file as a whole
 * @param path where that is in the document, for example {@code channels[0].members[1]}; empty for the document itself
 */
public record Location(String file, int line, int column, String path) implements Comparable<Location> {
    public Location {
        requireNonNull(file, "file");
        requireNonNull(path, "path");
    }

    /** The file as a whole. */
    public static Location of(String file) {
        return new Location(file, 0, 0, "");
    }

    @Override
    public int compareTo(Location other) {
        int byFile = file.compareTo(other.file);
        if (byFile != 0) {
            return byFile;
        }
        int byLine = Integer.compare(line, other.line);
        return byLine != 0 ? byLine : Integer.compare(column, other.column);
    }

    @Override
    public String toString() {
        String position = line > 0 ? file + ":" + line + ":" + column : file;
        return path.isEmpty() ? position : position + " " + path;
    }
}
