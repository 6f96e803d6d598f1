package io.weft.pki;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** RFC 7468 text: 64 columns, LF, one LF at the end, which is what Go's {@code pem.EncodeToMemory} makes as well. */
final class Pem {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    private Pem() {}

    /** One block: its label, and its contents. */
    static final class Block {
        private final String label;
        private final byte[] contents;

        private Block(String label, byte[] contents) {
            this.label = label;
            this.contents = contents;
        }

        String label() {
            return label;
        }

        byte[] contents() {
            return contents;
        }
    }

    static String encode(String label, byte[] contents) {
        byte[] lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encode(contents);
        return BEGIN + label + DASHES + "\n" + new String(lines, StandardCharsets.US_ASCII) + "\n" + END + label
                + DASHES + "\n";
    }

    /**
     * Reads all blocks of a text that holds nothing else but white space.
     *
     * @throws InvalidPemException if the text has no block, has other text around blocks, or a block is damaged
     */
    static List<Block> decode(String text) {
        if (text.isBlank()) {
            throw new InvalidPemException("is empty; PEM was expected.");
        }
        List<Block> blocks = new ArrayList<>();
        String label = null;
        StringBuilder body = new StringBuilder();
        int number = 0;
        for (String line : text.split("\\R", -1)) {
            number++;
            String content = line.strip();
            if (content.isEmpty()) {
                continue;
            }
            if (label == null) {
                if (!content.startsWith(BEGIN) || !content.endsWith(DASHES)) {
                    throw new InvalidPemException(
                            "has text outside of its PEM blocks, at line " + number + "; only PEM was expected.");
                }
                label = content.substring(BEGIN.length(), content.length() - DASHES.length());
                body.setLength(0);
            } else if (content.startsWith(END)) {
                if (!content.equals(END + label + DASHES)) {
                    throw new InvalidPemException("has a PEM block that begins as `" + label
                            + "` and ends as something else, at line " + number + ".");
                }
                blocks.add(new Block(label, decodeBody(label, body.toString())));
                label = null;
            } else if (content.toUpperCase(Locale.ROOT).startsWith("PROC-TYPE:") && content.contains("ENCRYPTED")) {
                throw new InvalidPemException("is encrypted with a password; an unencrypted key was expected.");
            } else {
                body.append(content);
            }
        }
        if (label != null) {
            throw new InvalidPemException("breaks off inside a PEM block `" + label + "`.");
        }
        return blocks;
    }

    private static byte[] decodeBody(String label, String body) {
        try {
            return Base64.getDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            throw new InvalidPemException("has a PEM block `" + label + "` that is not Base64.", null);
        }
    }
}
