package io.weft.spec;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds what somebody may have meant, and lists what there is. */
final class Suggestion {
    private static final int MAX_LENGTH = 64;
    private static final int LISTED = 20;

    private Suggestion() {}

    /** The candidate nearest to the word, if it is near: a third of the word's letters may differ, at least one. */
    static Optional<String> nearest(String word, Collection<String> candidates) {
        if (word.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        String best = null;
        int bestDistance = Math.max(1, word.length() / 3) + 1;
        for (String candidate : candidates) {
            if (candidate.length() <= MAX_LENGTH && !candidate.equals(word)) {
                int distance = distance(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
                if (distance < bestDistance) {
                    bestDistance = distance;
                    best = candidate;
                }
            }
        }
        return Optional.ofNullable(best);
    }

    /** {@code Did you mean `x`? Otherwise } or nothing, to be put before an imperative in small letters. */
    static String orElse(String word, Collection<String> candidates, String otherwise) {
        return nearest(word, candidates)
                .map(near -> "Did you mean `" + near + "`? Otherwise " + otherwise)
                .orElseGet(() -> otherwise.substring(0, 1).toUpperCase(Locale.ROOT) + otherwise.substring(1));
    }

    /** {@code `a`, `b` and `c`}, shortened if there are many; {@code none} if there are none. */
    static String list(Collection<String> words, String conjunction) {
        if (words.isEmpty()) {
            return "none";
        }
        List<String> quoted = words.stream()
                .limit(LISTED)
                .map(w -> "`" + YamlNode.shorten(w) + "`")
                .collect(Collectors.toList());
        if (words.size() > LISTED) {
            return String.join(", ", quoted) + " and " + (words.size() - LISTED) + " more";
        }
        String last = quoted.remove(quoted.size() - 1);
        return quoted.isEmpty() ? last : String.join(", ", quoted) + " " + conjunction + " " + last;
    }

    /** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1), d[i - 1][j - 1] + cost);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
