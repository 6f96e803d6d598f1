package io.weft.policy;

import io.weft.policy.SignaturePolicy.NOutOf;
import io.weft.policy.SignaturePolicy.SignedBy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads one signature policy by recursive descent. */
final class SignaturePolicyParser {
    private static final Pattern MSP_ID = Pattern.compile("[A-Za-z0-9.-]+");
    private static final int SHOWN = 60;

    private final String text;
    private int position;
    private int principals;

    SignaturePolicyParser(String text) {
        this.text = text;
    }

    SignaturePolicy parse() {
        skipBlanks();
        if (position == text.length()) {
            throw new PolicySyntaxException(
                    "The policy is empty; expected `AND(...)`, `OR(...)` or `OutOf(n,...)`.", 0);
        }
        if (isQuote(peek())) {
            throw new PolicySyntaxException(
                    "A policy starts with `AND`, `OR` or `OutOf`, found a principal alone; expected for example"
                            + " `OR('Org1MSP.peer')`.",
                    position);
        }
        SignaturePolicy result = gate(1);
        skipBlanks();
        if (position < text.length()) {
            throw new PolicySyntaxException(
                    "The policy should end here, found " + quote(text.substring(position)) + ".", position);
        }
        return result;
    }

    private SignaturePolicy gate(int depth) {
        int start = position;
        if (depth > SignaturePolicy.MAX_DEPTH) {
            throw new PolicySyntaxException(
                    "The policy is nested deeper than " + SignaturePolicy.MAX_DEPTH + " levels.", start);
        }
        String word = word();
        boolean outOf = List.of("OutOf", "outof", "OUTOF").contains(word);
        boolean and = List.of("AND", "and", "And").contains(word);
        boolean or = List.of("OR", "or", "Or").contains(word);
        if (!outOf && !and && !or) {
            String found = word.isEmpty() ? found() : quote(word);
            throw new PolicySyntaxException("Expected `AND`, `OR` or `OutOf`, found " + found + ".", start);
        }
        expect('(', "an opening parenthesis after `" + word + "`");
        int needed = 0;
        if (outOf) {
            needed = number();
            expect(',', "a comma after the number");
        }
        List<Slot> slots = new ArrayList<>();
        do {
            slots.add(argument(depth));
        } while (acceptComma());
        expect(')', "a comma or a closing parenthesis");
        List<SignaturePolicy> rules = slots.stream().map(this::numbered).toList();
        return new NOutOf(outOf ? needed : and ? rules.size() : 1, rules);
    }

    /** An argument before its principal has a number: those of nested gates are numbered before a gate's own. */
    private record Slot(Optional<SignaturePolicy> gate, Optional<Principal> principal) {}

    private SignaturePolicy numbered(Slot slot) {
        return slot.gate()
                .orElseGet(() -> new SignedBy(principals++, slot.principal().orElseThrow()));
    }

    private Slot argument(int depth) {
        skipBlanks();
        if (position < text.length() && isQuote(peek())) {
            return new Slot(Optional.empty(), Optional.of(principal()));
        }
        if (position < text.length() && Character.isLetter(peek())) {
            return new Slot(Optional.of(gate(depth + 1)), Optional.empty());
        }
        throw new PolicySyntaxException(
                "Expected a principal such as `'Org1MSP.peer'`, `AND`, `OR` or `OutOf`, found " + found() + ".",
                position);
    }

    private Principal principal() {
        int start = position;
        char quote = peek();
        int end = text.indexOf(quote, start + 1);
        if (end < 0) {
            throw new PolicySyntaxException("The quote that opens here is never closed.", start);
        }
        String content = text.substring(start + 1, end);
        position = end + 1;
        int dot = content.lastIndexOf('.');
        if (dot < 0) {
            throw new PolicySyntaxException(
                    "Expected an MSP ID, a dot and a role, for example `'Org1MSP.peer'`, found " + quote(content) + ".",
                    start + 1);
        }
        String mspId = content.substring(0, dot);
        if (!MSP_ID.matcher(mspId).matches()) {
            throw new PolicySyntaxException(
                    "An MSP ID consists of letters, digits, dots and hyphens, found " + quote(mspId) + ".", start + 1);
        }
        String word = content.substring(dot + 1);
        Role role = Role.of(word)
                .orElseThrow(() -> new PolicySyntaxException(
                        "Expected one of the roles "
                                + Arrays.stream(Role.values())
                                        .map(r -> "`" + r + "`")
                                        .collect(Collectors.joining(", "))
                                + " after the last dot, found " + quote(word) + ".",
                        start + dot + 2));
        return new Principal(mspId, role);
    }

    private int number() {
        skipBlanks();
        int start = position;
        while (position < text.length() && peek() >= '0' && peek() <= '9') {
            position++;
        }
        String digits = text.substring(start, position);
        if (digits.isEmpty()) {
            throw new PolicySyntaxException(
                    "Expected how many of the arguments must sign, found " + found() + ".", start);
        }
        int value = digits.length() > 6 ? Integer.MAX_VALUE : Integer.parseInt(digits);
        if (value < 1) {
            throw new PolicySyntaxException("At least 1 argument must sign, found `" + digits + "`.", start);
        }
        return value;
    }

    private boolean acceptComma() {
        skipBlanks();
        if (position < text.length() && peek() == ',') {
            position++;
            return true;
        }
        return false;
    }

    private void expect(char wanted, String description) {
        skipBlanks();
        if (position == text.length() || peek() != wanted) {
            throw new PolicySyntaxException("Expected " + description + ", found " + found() + ".", position);
        }
        position++;
    }

    private String word() {
        int start = position;
        while (position < text.length() && Character.isLetterOrDigit(peek())) {
            position++;
        }
        return text.substring(start, position);
    }

    private String found() {
        return position >= text.length() ? "the end" : "`" + text.charAt(position) + "`";
    }

    /** A piece of the text between backquotes, shortened. */
    static String quote(String piece) {
        if (piece.isEmpty()) {
            return "nothing";
        }
        return "`" + (piece.length() > SHOWN ? piece.substring(0, SHOWN) + "..." : piece) + "`";
    }

    private char peek() {
        return text.charAt(position);
    }

    private static boolean isQuote(char c) {
        return c == '\'' || c == '"';
    }

    private void skipBlanks() {
        while (position < text.length() && Character.isWhitespace(peek())) {
            position++;
        }
    }
}
