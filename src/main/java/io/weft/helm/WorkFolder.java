package io.weft.helm;

import io.weft.kubernetes.Json;
import io.weft.kubernetes.KubeConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that the SDK wants to read, readable for this user alone and gone with the process: the folder is removed at
 * the end, and one that a killed process left is removed by the next run.
 */
final class WorkFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkFolder.class);
    private static final Pattern NAME = Pattern.compile("run-(\\d+)-(\\d+)-.*");
    private static final boolean POSIX =
            Path.of("").getFileSystem().supportedFileAttributeViews().contains("posix");

    private final Path parent;
    private Path folder;
    private Path kubeConfig;
    private Thread hook;

    WorkFolder(Path cache) {
        this.parent = cache.toAbsolutePath().resolve("run");
    }

    /** The context alone; Helm cannot be told a context, and must not fall back to another cluster. */
    synchronized Path kubeConfig(KubeConfig config) throws IOException {
        if (kubeConfig == null) {
            kubeConfig = write("kubeconfig", config.toYaml());
        }
        return kubeConfig;
    }

    /** Values for one call, which deletes them. JSON is YAML, and leaves no doubt about what is text. */
    Path values(Map<String, Object> values) throws IOException {
        return write("values", Json.write(values));
    }

    Path emptyChart() throws IOException {
        Path chart = folder().resolve("empty");
        Files.createDirectories(chart.resolve("templates"));
        Files.writeString(chart.resolve("Chart.yaml"), "apiVersion: v2\nname: empty\nversion: 0.0.0\n");
        return chart;
    }

    @Override
    public synchronized void close() {
        if (folder != null) {
            deleteQuietly(folder);
            folder = null;
            kubeConfig = null;
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                LOG.trace("The process is ending already", e);
            }
        }
    }

    private Path write(String name, String content) throws IOException {
        Path file = Files.createTempFile(folder(), name, ".yaml", mode("rw-------"));
        Files.writeString(file, content, StandardCharsets.UTF_8);
        return file;
    }

    private synchronized Path folder() throws IOException {
        if (folder == null) {
            Files.createDirectories(parent);
            removeAbandoned();
            ProcessHandle process = ProcessHandle.current();
            String prefix = "run-" + process.pid() + "-" + start(process) + "-";
            folder = Files.createTempDirectory(parent, prefix, mode("rwx------"));
            Path created = folder;
            hook = new Thread(() -> deleteQuietly(created), "helm-clean-up");
            Runtime.getRuntime().addShutdownHook(hook);
        }
        return folder;
    }

    private void removeAbandoned() throws IOException {
        try (Stream<Path> folders = Files.list(parent)) {
            folders.filter(WorkFolder::abandoned).forEach(WorkFolder::deleteQuietly);
        }
    }

    private static boolean abandoned(Path folder) {
        Matcher matcher = NAME.matcher(folder.getFileName().toString());
        if (!matcher.matches()) {
            return false;
        }
        Optional<ProcessHandle> owner =
                ProcessHandle.of(Long.parseLong(matcher.group(1))).filter(ProcessHandle::isAlive);
        return owner.isEmpty() || start(owner.get()) != Long.parseLong(matcher.group(2));
    }

    private static long start(ProcessHandle process) {
        return process.info().startInstant().map(i -> i.getEpochSecond()).orElse(0L);
    }

    private static FileAttribute<?>[] mode(String permissions) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static void deleteQuietly(Path folder) {
        try {
            Charts.delete(folder);
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("{} was not removed; the next run tries again", folder, e);
        }
    }
}
