package io.weft.helm;

import com.marcnuri.helm.TemplateCommand;
import com.marcnuri.helm.jni.HelmLib;
import com.marcnuri.helm.jni.NativeLibrary;
import com.sun.jna.Native;
import io.weft.problem.RejectedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * The Helm SDK as a native library. It is unpacked once for each user, not once for each run, and leaves the process's
 * signals to Java: on its first use the library takes SIGINT, SIGTERM and SIGHUP for itself, and they are taken back.
 */
final class NativeHelm {
    private static final String VERSION = "0.0.21";
    private static final List<String> SIGNALS = List.of("INT", "TERM", "HUP");

    private NativeHelm() {}

    /**
     * Loads the library. Takes a tenth of a second, and about one second for the first time.
     *
     * @param cache folder of the user's; the library is kept below it
     * @param charts folder for a chart of no content, rendered once to have the library take the signals
     */
    static HelmLib load(Path cache, Path charts) {
        NativeLibrary library = NativeLibrary.getInstance();
        Path file = cache.resolve("helm-" + VERSION).resolve(library.getBinaryName());
        try {
            if (!Files.exists(file)) {
                unpack(library, file);
            }
            HelmLib loaded = Native.load(file.toString(), HelmLib.class);
            keepSignals(loaded, charts);
            return loaded;
        } catch (IOException | UnsatisfiedLinkError e) {
            throw new RejectedException(
                    "The Helm library cannot be loaded from `" + file + "`: " + e.getMessage()
                            + ". It needs glibc 2.34 or newer, and a folder that programs may be run from.",
                    e);
        }
    }

    private static void unpack(NativeLibrary library, Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Path unfinished = Files.createTempFile(file.getParent(), library.getBinaryName(), ".unfinished");
        try (InputStream content = library.getClass().getResourceAsStream("/" + library.getBinaryName())) {
            if (content == null) {
                throw new IOException("`" + library.getBinaryName() + "` is not on the class path");
            }
            Files.copy(content, unfinished, StandardCopyOption.REPLACE_EXISTING);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    @SuppressWarnings("sunapi") // There is no other API for signals.
    private static void keepSignals(HelmLib library, Path charts) throws IOException {
        Map<Signal, SignalHandler> handlers = new HashMap<>();
        for (String name : SIGNALS) {
            Signal signal = new Signal(name);
            handlers.put(signal, Signal.handle(signal, SignalHandler.SIG_IGN));
        }
        try {
            Path chart = Files.createDirectories(charts.resolve("nothing"));
            Files.writeString(chart.resolve("Chart.yaml"), "apiVersion: v2\nname: nothing\nversion: 0.0.0\n");
            new TemplateCommand(library, chart).withName("nothing").call();
        } finally {
            handlers.forEach(Signal::handle);
        }
    }
}
