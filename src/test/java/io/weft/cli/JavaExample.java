package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.NetworkDeployer;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** A class from a document, compiled against weft. */
final class JavaExample {
    private static final Pattern NAME = Pattern.compile("class (\\w+)");

    private final String name;
    private final Path folder;

    private JavaExample(String name, Path folder) {
        this.name = name;
        this.folder = folder;
    }

    /** Compiles with all warnings; fails with the compiler's words. */
    static JavaExample compile(String source, Path folder) throws IOException {
        Matcher matcher = NAME.matcher(source);
        assertThat(matcher.find()).as("a class in:\n%s", source).isTrue();
        String name = matcher.group(1);
        Path file = folder.resolve(name + ".java");
        Files.writeString(file, source);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        Path weft = codeOf(NetworkDeployer.class);
        String classPath = weft + File.pathSeparator + System.getProperty("java.class.path");
        List<String> options = List.of("-d", folder.toString(), "-cp", classPath, "-Xlint:all,-path", "-proc:none");
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            compiler.getTask(messages, files, null, options, null, files.getJavaFileObjects(file))
                    .call();
        }
        assertThat(messages.toString()).isEmpty();
        return new JavaExample(name, folder);
    }

    private static Path codeOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs its {@code main}. */
    void run(String... arguments) throws Exception {
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, JavaExample.class.getClassLoader())) {
            loader.loadClass(name).getMethod("main", String[].class).invoke(null, (Object) arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
