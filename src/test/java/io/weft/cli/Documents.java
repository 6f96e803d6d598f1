package io.weft.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The documents of the project, as tests read them: fenced blocks, and the weft commands in them. */
final class Documents {
    static final Path README = Path.of("README.md");

    private Documents() {}

    /**
     * A fenced block.
     *
     * @param language what stands behind the fence, for example {@code sh}; may be empty
     */
    record Block(String language, String text) {}

    /** The README, everything in {@code docs}, and the READMEs of charts and scripts. */
    static List<Path> all() throws IOException {
        List<Path> result = new ArrayList<>(List.of(README));
        for (String folder : List.of("docs", "charts", "scripts")) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(result::add);
            }
        }
        return result;
    }

    static List<Block> blocks(Path document) throws IOException {
        List<Block> result = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        String language = null;
        for (String line : Files.readAllLines(document)) {
            if (!line.startsWith("```")) {
                text.append(line).append('\n');
            } else if (language == null) {
                language = line.substring(3).strip();
                text.setLength(0);
            } else {
                result.add(new Block(language, text.toString()));
                language = null;
            }
        }
        if (language != null) {
            throw new IllegalStateException(document + " has a block without an end");
        }
        return result;
    }

    static List<Block> blocks(Path document, String language) throws IOException {
        return blocks(document).stream()
                .filter(block -> block.language().equals(language))
                .toList();
    }

    /** The arguments of every weft command in the {@code sh} blocks of a document, in order. */
    static List<List<String>> weftCommands(Path document) throws IOException {
        List<List<String>> result = new ArrayList<>();
        for (Block block : blocks(document, "sh")) {
            for (String line : block.text().replace("\\\n", " ").lines().toList()) {
                List<String> words = words(line);
                if (!words.isEmpty()
                        && (words.get(0).equals("./weft") || words.get(0).equals("weft"))) {
                    result.add(words.subList(1, words.size()));
                }
            }
        }
        return result;
    }

    /** The words of a shell command up to a pipe, redirection or comment. Knows both kinds of quotes. */
    private static List<String> words(String line) {
        List<String> result = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (char c : (line + " ").toCharArray()) {
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
                inWord = true;
            } else if (Character.isWhitespace(c)) {
                if (inWord) {
                    result.add(word.toString());
                    word.setLength(0);
                    inWord = false;
                }
            } else if (!inWord && (c == '#' || c == '|' || c == '>')) {
                return result;
            } else {
                word.append(c);
                inWord = true;
            }
        }
        return result;
    }
}
