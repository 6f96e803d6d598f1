package io.weft.spec;

import io.weft.spec.YamlMapping.Entry;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.Event.ID;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Reads one YAML document from SnakeYAML's events. Working on events, before SnakeYAML composes its nodes, lets every
 * anchor, alias, tag and repeated key be named with its place, and nothing in the file makes the result larger than
 * the file.
 */
final class YamlReader {
    static final int MAX_DEPTH = 50;
    private static final int MAX_REFERENCES = 5;

    private static final String PLAIN_DATA = "A spec is plain data: write the value out in full at each place.";

    private final String text;
    private final Problems problems;
    private final ParserImpl parser;
    private int references;
    private int lineStart;
    private int lineNumber;

    private YamlReader(String text, Problems problems) {
        this.text = text;
        this.problems = problems;
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Math.max(1, text.length()));
        this.parser = new ParserImpl(new StreamReader(text), options);
    }

    /** The document; empty if it cannot be read at all or holds nothing, which is among the problems then. */
    static Optional<YamlNode> read(String text, Problems problems) {
        try {
            return new YamlReader(text, problems).document();
        } catch (Stop e) {
            return Optional.empty();
        } catch (MarkedYAMLException e) {
            syntax(e, problems);
            return Optional.empty();
        } catch (ReaderException e) {
            unreadable(e, text, problems);
            return Optional.empty();
        } catch (YAMLException | IllegalArgumentException e) {
            problems.error(0, 0, "The file is not valid YAML: " + sentence(e.getMessage()), "Correct the syntax.");
            return Optional.empty();
        }
    }

    /** Ends the reading; the reason is among the problems. */
    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1;

        Stop() {
            super(null, null, false, false);
        }
    }

    private Optional<YamlNode> document() {
        take(ID.StreamStart);
        if (parser.checkEvent(ID.StreamEnd)) {
            problems.error(
                    0,
                    0,
                    "The file is empty; expected a network spec.",
                    "Run `weft init` for a commented starter, or start with `apiVersion: weft/v1`.");
            return Optional.empty();
        }
        take(ID.DocumentStart);
        YamlNode root = node(null, null, 0);
        take(ID.DocumentEnd);
        if (!parser.checkEvent(ID.StreamEnd)) {
            Mark mark = parser.peekEvent().getStartMark();
            problems.error(
                    mark.getLine() + 1,
                    mark.getColumn() + 1,
                    "A second YAML document starts here; a file describes one network.",
                    "Remove the line `---`, or move the second document to a file of its own.");
        }
        return Optional.of(root);
    }

    private Event take(ID expected) {
        Event event = parser.getEvent();
        if (!event.is(expected)) {
            throw new AssertionError("Expected " + expected + " from SnakeYAML, got " + event);
        }
        return event;
    }

    private YamlNode node(YamlNode parent, Object step, int depth) {
        Event event = parser.getEvent();
        Mark mark = event.getStartMark();
        int line = mark.getLine() + 1;
        int column = mark.getColumn() + 1;
        if (depth > MAX_DEPTH) {
            problems.error(
                    line,
                    column,
                    "The document is nested deeper than " + MAX_DEPTH + " levels.",
                    "Nest less: the deepest key of a spec is at level 9.");
            throw new Stop();
        }
        if (event instanceof AliasEvent alias) {
            YamlScalar node = YamlScalar.broken(parent, step, line, column);
            problems.error(
                    node, "The alias `*" + YamlNode.shorten(alias.getAnchor()) + "` is not allowed.", PLAIN_DATA);
            countReference();
            return node;
        }
        YamlNode result;
        if (event instanceof ScalarEvent scalar) {
            int textColumn = textColumn(scalar);
            result = scalar.isPlain() && scalar.getTag() == null
                    ? YamlScalar.plain(parent, step, line, column, scalar.getValue(), textColumn)
                    : YamlScalar.text(parent, step, line, column, scalar.getValue(), textColumn);
        } else if (event instanceof MappingStartEvent) {
            result = new YamlMapping(parent, step, line, column);
        } else {
            result = new YamlSequence(parent, step, line, column);
        }
        decorations((NodeEvent) event, result);
        if (result instanceof YamlMapping mapping) {
            fill(mapping, depth);
        } else if (result instanceof YamlSequence sequence) {
            while (!parser.checkEvent(ID.SequenceEnd)) {
                sequence.items().add(node(sequence, sequence.items().size(), depth + 1));
            }
            parser.getEvent();
        }
        return result;
    }

    private void fill(YamlMapping mapping, int depth) {
        while (!parser.checkEvent(ID.MappingEnd)) {
            YamlNode key = node(mapping, "?", depth + 1);
            if (!(key instanceof YamlScalar scalar)) {
                problems.error(
                        key, "Found a list or mapping as a key; expected a word.", "Write a word before the colon.");
                node(mapping, "?", depth + 1);
                continue;
            }
            String name = scalar.text();
            if (scalar.kind() == YamlScalar.Kind.BROKEN) {
                node(mapping, "?", depth + 1);
                continue;
            }
            if (scalar.kind() == YamlScalar.Kind.NULL) {
                problems.error(key, "There is no key before the colon.", "Write a word before the colon.");
                node(mapping, "?", depth + 1);
                continue;
            }
            YamlScalar named = YamlScalar.text(mapping, name, key.line(), key.column(), name, scalar.textColumn());
            if (problems.isBroken(key)) {
                node(mapping, name, depth + 1);
                continue;
            }
            if (name.equals("<<")) {
                problems.error(named, "The merge key `<<` is not allowed.", PLAIN_DATA);
                node(mapping, name, depth + 1);
                continue;
            }
            Entry first = mapping.entries().get(name);
            if (first != null) {
                problems.error(
                        named,
                        "The key `" + YamlNode.shorten(name) + "` is repeated; it was first given in line "
                                + first.key().line() + ".",
                        "Keep one of the two.");
                node(mapping, name, depth + 1);
                continue;
            }
            mapping.entries().put(name, new Entry(named, node(mapping, name, depth + 1)));
        }
        parser.getEvent();
    }

    /** A file full of anchors is a bomb or a misunderstanding: either way the first few tell enough. */
    private void countReference() {
        if (++references >= MAX_REFERENCES) {
            throw new Stop();
        }
    }

    private void decorations(NodeEvent event, YamlNode node) {
        if (event.getAnchor() != null) {
            problems.error(
                    node, "The anchor `&" + YamlNode.shorten(event.getAnchor()) + "` is not allowed.", PLAIN_DATA);
            countReference();
        }
        String tag = event instanceof ScalarEvent scalar ? scalar.getTag() : ((CollectionStartEvent) event).getTag();
        if (tag != null) {
            problems.error(
                    node,
                    "The tag `" + YamlNode.shorten(tag.replace("tag:yaml.org,2002:", "!!")) + "` is not allowed.",
                    "Remove the tag; put a text that looks like a number in quotes instead.");
        }
    }

    /** The column where the value stands literally, or 0; events come in file order, so the line is found by going on. */
    private int textColumn(ScalarEvent scalar) {
        Mark start = scalar.getStartMark();
        while (lineNumber < start.getLine() && lineStart < text.length()) {
            int next = text.indexOf('\n', lineStart);
            if (next < 0) {
                return 0;
            }
            lineStart = next + 1;
            lineNumber++;
        }
        int quote = scalar.isPlain() ? 0 : 1;
        int offset = lineStart + start.getColumn() + quote;
        boolean literal = lineNumber == start.getLine() && text.startsWith(scalar.getValue(), offset);
        return literal ? start.getColumn() + 1 + quote : 0;
    }

    private static void syntax(MarkedYAMLException e, Problems problems) {
        Mark mark = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
        int line = mark == null ? 0 : mark.getLine() + 1;
        int column = mark == null ? 0 : mark.getColumn() + 1;
        String message = e.getProblem() == null ? "" : e.getProblem();
        if (message.contains("TAB")) {
            problems.error(
                    line,
                    column,
                    "Found a tab where YAML does not allow one, for instance as indentation.",
                    "Indent with spaces.");
        } else {
            String context = e.getContext() == null ? "" : " (" + e.getContext() + ")";
            problems.error(
                    line,
                    column,
                    "The YAML syntax is broken: " + YamlNode.shorten(message) + context + ".",
                    "Correct the syntax here or just above: indentation, quotes, colons and brackets.");
        }
    }

    private static void unreadable(ReaderException e, String text, Problems problems) {
        int end = Math.min(text.length(), Math.max(0, e.getPosition()));
        String before = text.substring(0, end);
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        problems.error(
                line,
                before.length() - before.lastIndexOf('\n'),
                String.format("Found the character U+%04X, which YAML does not allow.", e.getCodePoint()),
                "Remove it, or write it as an escape such as `\\u0007` in double quotes.");
    }

    private static String sentence(String message) {
        return message == null ? "unknown syntax." : YamlNode.shorten(message.strip()) + ".";
    }
}
