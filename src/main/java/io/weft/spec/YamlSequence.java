package io.weft.spec;

import java.util.ArrayList;
import java.util.List;

/** Items in the order of the file. */
final class YamlSequence extends YamlNode {
    private final List<YamlNode> items = new ArrayList<>();

    YamlSequence(YamlNode parent, Object step, int line, int column) {
        super(parent, step, line, column);
    }

    List<YamlNode> items() {
        return items;
    }
}
