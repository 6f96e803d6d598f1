package io.weft.cli;

import static java.util.Objects.requireNonNull;

import io.weft.NetworkDeployer;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The script that started this process and waits for it. When the process shall run a network's nodes after its command has
 * ended, it writes the command's exit code to a file and sends the script SIGTERM; the script passes the code on, and the
 * process is the network's background process from then on. Until then it lives and dies with the script.
 */
final class Launcher {
    /** Nobody who could be told: the process ends with its command. */
    static final Launcher NONE = new Launcher(Optional.empty(), Path.of(""));

    private static final int KILLED = 137;

    private final Optional<ProcessHandle> script;
    private final Path folder;
    private Optional<NetworkDeployer> kept = Optional.empty();
    private boolean left;

    private Launcher(Optional<ProcessHandle> script, Path folder) {
        this.script = script;
        this.folder = requireNonNull(folder, "folder");
    }

    /**
     * The launcher that can be told. If it is killed before it was, this process is, too.
     *
     * @param description its process ID, a space, and a folder for {@code code}, the exit code, and {@code alive}, a named
     *     pipe that it holds open; empty: there is none
     */
    static Launcher of(String description) {
        int space = description.indexOf(' ');
        if (space < 0) {
            return NONE;
        }
        Optional<ProcessHandle> parent = ProcessHandle.current().parent();
        String pid = description.substring(0, space);
        Launcher result = new Launcher(
                parent.filter(process -> Long.toString(process.pid()).equals(pid)),
                Path.of(description.substring(space + 1)));
        Thread thread = new Thread(result::watch, "weft-launcher");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private void watch() {
        if (script.isPresent()) {
            // A channel's read can be interrupted. A stream's cannot, and the JVM waits for it when it exits.
            try (FileChannel alive = FileChannel.open(folder.resolve("alive"))) {
                alive.read(ByteBuffer.allocate(1));
            } catch (ClosedByInterruptException e) {
                return;
            } catch (IOException e) {
                // Then it has ended before it could be watched.
            }
        }
        synchronized (this) {
            if (!left) {
                removeFolder();
                Runtime.getRuntime().halt(KILLED);
            }
        }
    }

    private void removeFolder() {
        try {
            Files.deleteIfExists(folder.resolve("alive"));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // It is one for temporary files.
        }
    }

    /** Whether this process may go on after its command. */
    boolean lets() {
        return script.isPresent();
    }

    /** Has the process go on for the nodes that this deployer runs. It is closed when they have ended. */
    void keep(NetworkDeployer deployer) {
        kept = Optional.of(deployer);
    }

    /**
     * Ends the command. Returns at once if nothing was kept, or if the command was interrupted; otherwise when the nodes
     * have ended.
     *
     * @param code the command's exit code
     */
    void end(int code) {
        if (kept.isEmpty()) {
            return;
        }
        try (NetworkDeployer deployer = kept.get()) {
            if (code != ExitCode.INTERRUPTED) {
                leave(code);
                deployer.awaitEnd();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The launcher cannot be told that its command has ended", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // The process is told to end.
        }
    }

    private void leave(int code) throws IOException {
        synchronized (this) {
            left = true;
        }
        Files.writeString(folder.resolve("code"), Integer.toString(code));
        script.ifPresent(ProcessHandle::destroy);
        // Who reads what the command prints shall see its end. Java puts /dev/null in the place of what is closed here.
        System.in.close();
        new FileOutputStream(FileDescriptor.out).close();
        new FileOutputStream(FileDescriptor.err).close();
    }
}
