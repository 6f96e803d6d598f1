package io.weft.helm;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.marcnuri.helm.InstallCommand;
import com.marcnuri.helm.TemplateCommand;
import com.marcnuri.helm.UninstallCommand;
import com.marcnuri.helm.UpgradeCommand;
import com.marcnuri.helm.jni.HelmLib;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.problem.UnreachableException;
import io.weft.problem.WeftException;
import io.weft.release.ReleaseSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Installs, upgrades, uninstalls and renders releases of weft's charts. Safe for use by several threads; a bounded
 * number of calls runs side by side. The library behind it is loaded in the background, from construction on.
 */
public final class Helm implements AutoCloseable {
    private static final int SIDE_BY_SIDE = 4;
    /** Rendering knows no cluster; the charts ask for 1.29 or newer. */
    private static final String KUBERNETES = "1.34.0";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final Charts charts;
    private final Optional<Path> kubeConfig;
    private final Duration timeout;
    private final ExecutorService calls = Executors.newFixedThreadPool(SIDE_BY_SIDE, task -> {
        Thread thread = new Thread(task, "weft-helm");
        thread.setDaemon(true);
        return thread;
    });
    private final Future<HelmLib> library;

    /**
     * @param kubeConfig text of a kubeconfig with one context, or absent to render only
     * @param cache folder of the user's for the native library
     * @param timeout limit for each call; the library cannot be interrupted, so a call that exceeds it is abandoned
     */
    public Helm(Optional<String> kubeConfig, Path cache, Duration timeout) {
        this.timeout = timeout;
        try {
            folder = Files.createTempDirectory("weft-helm", owner("rwx------"));
            Path chartFolder = Files.createDirectory(folder.resolve("charts"));
            charts = new Charts(chartFolder);
            this.kubeConfig = kubeConfig.isPresent()
                    ? Optional.of(write("kubeconfig", ".yaml", kubeConfig.get()))
                    : Optional.empty();
            library = calls.submit(() -> NativeHelm.load(cache, chartFolder));
        } catch (IOException e) {
            throw new RejectedException("Cannot write to the temporary folder: " + e.getMessage() + ".", e);
        }
    }

    /** Installs a release that does not exist. */
    public void install(ReleaseSpec release) {
        call("install", release, values -> {
            InstallCommand command = new InstallCommand(library(), charts.path(release.chart()))
                    .withName(release.name())
                    .withNamespace(release.namespace())
                    .withValuesFile(values)
                    .disableOpenApiValidation();
            kubeConfig.ifPresent(command::withKubeConfig);
            return command.call().getStatus();
        });
    }

    /** Upgrades a release that exists. */
    public void upgrade(ReleaseSpec release) {
        call("upgrade", release, values -> {
            UpgradeCommand command = new UpgradeCommand(library(), charts.path(release.chart()))
                    .withName(release.name())
                    .withNamespace(release.namespace())
                    .withValuesFile(values)
                    .resetValues()
                    .disableOpenApiValidation();
            kubeConfig.ifPresent(command::withKubeConfig);
            return command.call().getStatus();
        });
    }

    /** Uninstalls a release, whatever state it is in. */
    public void uninstall(String name, String namespace) {
        await("uninstall release `" + namespace + "/" + name + "`", () -> {
            UninstallCommand command = new UninstallCommand(library(), name)
                    .withNamespace(namespace)
                    .ignoreNotFound();
            kubeConfig.ifPresent(command::withKubeConfig);
            return command.call();
        });
    }

    /** The manifests of a release, as YAML. Contacts nothing. */
    public String template(ReleaseSpec release) {
        return call("render", release, values -> new TemplateCommand(library(), charts.path(release.chart()))
                .withKubeVersion(KUBERNETES)
                .withName(release.name())
                .withNamespace(release.namespace())
                .withValuesFile(values)
                .call());
    }

    private interface WithValues<T> {
        T call(Path values);
    }

    private <T> T call(String verb, ReleaseSpec release, WithValues<T> work) {
        return await(verb + " release `" + release.namespace() + "/" + release.name() + "`", () -> {
            try {
                Path values = write("values", ".yaml", JSON.writeValueAsString(release.values()));
                try {
                    return work.call(values);
                } finally {
                    Files.deleteIfExists(values);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private HelmLib library() {
        try {
            return library.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the Helm library was loaded", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WeftException known) {
                throw known;
            }
            throw new IllegalStateException("The Helm library could not be loaded", e.getCause());
        }
    }

    private <T> T await(String action, Supplier<T> work) {
        Future<T> call = calls.submit(work::get);
        try {
            return call.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            call.cancel(true);
            Thread.currentThread().interrupt();
            throw new TimedOutException("Interrupted while waiting for Helm to " + action + ".", e);
        } catch (TimeoutException e) {
            throw new TimedOutException(
                    "Helm did not " + action + " within " + timeout.toSeconds()
                            + " s. The Kubernetes API does not answer it.",
                    e);
        } catch (ExecutionException e) {
            throw translate(action, e.getCause());
        }
    }

    private static RuntimeException translate(String action, Throwable cause) {
        if (cause instanceof WeftException known) {
            return known;
        }
        if (!(cause instanceof IllegalStateException)) {
            return new IllegalStateException("Helm could not " + action, cause);
        }
        String message = String.valueOf(cause.getMessage());
        String text = "Helm could not " + action + ". It says: " + message;
        return message.toLowerCase(Locale.ROOT).contains("unreachable")
                ? new UnreachableException(text, cause)
                : new RejectedException(text, cause);
    }

    private Path write(String prefix, String suffix, String content) throws IOException {
        Path file = Files.createTempFile(folder, prefix, suffix, owner("rw-------"));
        return Files.writeString(file, content);
    }

    private static FileAttribute<?>[] owner(String permissions) {
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        };
    }

    /** Forgets the temporary files, the kubeconfig among them. */
    @Override
    public void close() {
        calls.shutdownNow();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove `" + folder + "`", e);
        }
    }
}
