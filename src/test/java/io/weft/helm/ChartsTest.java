package io.weft.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChartsTest {
    @TempDir
    Path folder;

    private Path jar(String name, String template) throws IOException {
        Path jar = folder.resolve(name);
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (Map.Entry<String, String> file : Map.of(
                            "charts/one/Chart.yaml", "name: one\nversion: 0.1.0\n",
                            "charts/one/templates/a.yaml", template,
                            "charts/one/charts/common/Chart.yaml", "name: common\nversion: 0.1.0\n",
                            "charts/one-more/Chart.yaml", "name: one-more\nversion: 0.1.0\n")
                    .entrySet()) {
                out.putNextEntry(new JarEntry(file.getKey()));
                out.write(file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return jar;
    }

    private Chart chart(Path jar) throws IOException {
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            return new Charts(loader, folder.resolve("cache")).get("one");
        }
    }

    @Test
    void a_chart_is_unpacked_from_the_jar_with_the_charts_inside_it() throws IOException {
        Chart chart = chart(jar("a.jar", "kind: A"));
        assertThat(chart.name()).isEqualTo("one");
        assertThat(chart.version()).isEqualTo("0.1.0");
        assertThat(chart.folder().resolve("templates/a.yaml")).hasContent("kind: A");
        assertThat(chart.folder().resolve("charts/common/Chart.yaml")).exists();
    }

    @Test
    void its_folder_and_digest_follow_its_content_and_nothing_else_is_left() throws IOException {
        Chart first = chart(jar("a.jar", "kind: A"));
        Chart again = chart(jar("b.jar", "kind: A"));
        Chart other = chart(jar("c.jar", "kind: B"));
        assertThat(again).isEqualTo(first);
        assertThat(other.digest()).isNotEqualTo(first.digest());
        try (Stream<Path> left = Files.list(folder.resolve("cache/charts"))) {
            assertThat(left.toList())
                    .isSubsetOf(List.of(first.folder(), other.folder()))
                    .hasSize(2);
        }
    }

    @Test
    void a_chart_that_is_not_there_is_named() {
        Charts charts = new Charts(ChartsTest.class.getClassLoader(), folder);
        assertThatThrownBy(() -> charts.get("none"))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("No chart `none`");
    }
}
