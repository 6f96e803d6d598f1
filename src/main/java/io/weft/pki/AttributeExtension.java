package io.weft.pki;

import java.util.Map;
import java.util.TreeMap;

/** The JSON of Fabric CA's attribute extension: keys sorted, escaped as Go does. */
final class AttributeExtension {
    private AttributeExtension() {}

    static String json(Map<String, String> attributes) {
        StringBuilder result = new StringBuilder("{\"attrs\":{");
        String separator = "";
        for (Map.Entry<String, String> attribute : new TreeMap<>(attributes).entrySet()) {
            result.append(separator);
            quote(attribute.getKey(), result);
            result.append(':');
            quote(attribute.getValue(), result);
            separator = ",";
        }
        return result.append("}}").toString();
    }

    private static void quote(String text, StringBuilder result) {
        result.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> result.append("\\\"");
                case '\\' -> result.append("\\\\");
                case '\n' -> result.append("\\n");
                case '\r' -> result.append("\\r");
                case '\t' -> result.append("\\t");
                case '\b' -> result.append("\\b");
                case '\f' -> result.append("\\f");
                default -> {
                    if (c < ' ' || c == '<' || c == '>' || c == '&' || c == '\u2028' || c == '\u2029') {
                        result.append(String.format("\\u%04x", (int) c));
                    } else {
                        result.append(c);
                    }
                }
            }
        }
        result.append('"');
    }
}
