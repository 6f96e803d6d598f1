package io.weft.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;

/** A file that one process holds at a time; the operating system takes it back when the process dies. */
final class FileLock implements AutoCloseable {
    /** A process loses its locks on a file when it closes the file again, so it must not open one that it holds. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;
    private boolean closed;

    private FileLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes it if nobody has it; says in the file who did.
     *
     * @throws CancellationException if the thread is interrupted; nobody has it then
     */
    static Optional<FileLock> tryTake(Path file, String holder) {
        StateFolder.makeFolder(file.getParent());
        if (!HELD.add(file)) {
            return Optional.empty();
        }
        boolean taken = false;
        try {
            Optional<FileChannel> channel = lock(file);
            if (channel.isEmpty()) {
                return Optional.empty();
            }
            channel.get().truncate(0);
            channel.get().write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)));
            taken = true;
            return Optional.of(new FileLock(file, channel.get()));
        } catch (ClosedByInterruptException e) {
            throw (CancellationException)
                    new CancellationException("Interrupted while locking `" + file + "`").initCause(e);
        } catch (IOException e) {
            throw StateFolder.unusable("lock", file, e);
        } finally {
            if (!taken) {
                HELD.remove(file);
            }
        }
    }

    private static Optional<FileChannel> lock(Path file) throws IOException {
        while (true) {
            Optional<Object> before = identity(file);
            if (before.isEmpty()) {
                create(file);
                continue;
            }
            FileChannel channel;
            try {
                channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            } catch (NoSuchFileException e) {
                continue;
            }
            if (channel.tryLock() == null) {
                channel.close();
                return Optional.empty();
            }
            if (before.equals(identity(file))) {
                return Optional.of(channel);
            }
            channel.close(); // Its last holder removed it meanwhile.
        }
    }

    private static void create(Path file) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            // Another process was faster.
        }
    }

    private static Optional<Object> identity(Path file) throws IOException {
        try {
            return Optional.ofNullable(
                    Files.readAttributes(file, BasicFileAttributes.class).fileKey());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Who holds it, as the file says; empty if that is this process. */
    static String holder(Path file) {
        return HELD.contains(file) ? "" : StateFolder.read(file).orElse("");
    }

    /** Gives it back and removes the file. */
    void remove() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw StateFolder.unusable("remove", file, e);
        } finally {
            close();
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try {
                channel.close();
            } catch (IOException e) {
                throw StateFolder.unusable("unlock", file, e);
            } finally {
                HELD.remove(file);
            }
        }
    }
}
