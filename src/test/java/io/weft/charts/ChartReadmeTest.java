package io.weft.charts;

import static io.weft.charts.Chart.map;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/**
 * Keeps the table of values in each chart's README equal to the comments in its {@code values.yaml}.
 * {@code -Dgolden.update=true} rewrites the tables.
 */
class ChartReadmeTest {
    private static final String BEGIN = "<!-- values: made from the comments in values.yaml, see ChartReadmeTest -->\n";
    private static final String END = "<!-- end of values -->\n";
    private static final Pattern KEY = Pattern.compile("( *)([A-Za-z][A-Za-z0-9]*):.*");

    @ParameterizedTest
    @FieldSource("io.weft.charts.Chart#NAMES")
    void the_table_of_values_is_current(String chart) throws IOException {
        Path readme = Chart.source(chart, "README.md");
        String text = Files.readString(readme);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        assertThat(end).as("markers in %s", readme).isGreaterThanOrEqualTo(begin);
        String current = text.substring(0, begin) + table(chart) + text.substring(end);
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(readme, current);
        }
        assertThat(Files.readString(readme)).isEqualTo(current);
    }

    @ParameterizedTest
    @FieldSource("io.weft.charts.Chart#NAMES")
    void every_value_has_a_comment(String chart) throws IOException {
        List<String> missing = new ArrayList<>();
        collectUncommented("", values(chart), comments(chart), missing);
        assertThat(missing).isEmpty();
    }

    private static String table(String chart) throws IOException {
        StringBuilder result = new StringBuilder("| Value | Default | Meaning |\n|---|---|---|\n");
        Map<String, Object> values = values(chart);
        comments(chart).forEach((path, comment) -> {
            Object value = Chart.at(values, path.split("\\.", -1));
            result.append("| `")
                    .append(path)
                    .append("` | `")
                    .append(flow(value))
                    .append("` | ");
            result.append(comment.replace("|", "\\|")).append(" |\n");
        });
        return result.toString();
    }

    /** The comment of each key that has one, by path and in the order of the file. */
    private static Map<String, String> comments(String chart) throws IOException {
        Map<String, String> result = new LinkedHashMap<>();
        List<String> path = new ArrayList<>();
        String comment = null;
        for (String line : Files.readAllLines(Chart.source(chart, "values.yaml"))) {
            Matcher key = KEY.matcher(line);
            if (line.strip().startsWith("# -- ")) {
                comment = line.strip().substring("# -- ".length());
            } else if (key.matches()) {
                int depth = key.group(1).length() / 2;
                path.subList(depth, path.size()).clear();
                path.add(key.group(2));
                if (comment != null) {
                    result.put(String.join(".", path), comment);
                    comment = null;
                }
            }
        }
        return result;
    }

    private static void collectUncommented(
            String prefix, Map<String, Object> values, Map<String, String> comments, List<String> missing) {
        values.forEach((key, value) -> {
            String path = prefix + key;
            if (comments.containsKey(path)) {
                return;
            }
            if (value instanceof Map<?, ?> inner && !inner.isEmpty()) {
                collectUncommented(path + ".", map(value), comments, missing);
            } else {
                missing.add(path);
            }
        });
    }

    private static String flow(Object value) {
        if (value instanceof String text) {
            return "\"" + text + "\"";
        }
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.FLOW);
        options.setWidth(1000);
        return new Yaml(options).dump(value).strip();
    }

    private static Map<String, Object> values(String chart) throws IOException {
        return Chart.yamlMap(Files.readString(Chart.source(chart, "values.yaml")));
    }
}
