package io.weft.embedded.ledger;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.disk.FilePathDisk;

/**
 * A file that stays open when a thread that uses it is interrupted. The channels of {@code java.nio} close themselves
 * then, for everybody: one cancelled call would end the node.
 */
final class UninterruptedFile extends FilePathDisk {
    private static final String SCHEME = "weft-ledger";

    static {
        FilePath.register(new UninterruptedFile());
    }

    /** The name by which the store opens the file. */
    static String name(Path file) {
        return SCHEME + ":" + file.toAbsolutePath();
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FilePathDisk getPath(String path) {
        UninterruptedFile result = new UninterruptedFile();
        result.name = path.startsWith(SCHEME + ":") ? path.substring(SCHEME.length() + 1) : path;
        return result;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        return new Channel(new RandomAccessFile(name, mode.equals("r") ? "r" : "rw"));
    }

    private static final class Channel extends FileBaseDefault {
        private final RandomAccessFile file;

        Channel(RandomAccessFile file) {
            this.file = file;
        }

        @Override
        public synchronized int read(ByteBuffer target, long position) throws IOException {
            byte[] bytes = new byte[target.remaining()];
            file.seek(position);
            int count = file.read(bytes);
            if (count > 0) {
                target.put(bytes, 0, count);
            }
            return count;
        }

        @Override
        public synchronized int write(ByteBuffer source, long position) throws IOException {
            byte[] bytes = new byte[source.remaining()];
            source.get(bytes);
            file.seek(position);
            file.write(bytes);
            return bytes.length;
        }

        @Override
        public synchronized long size() throws IOException {
            return file.length();
        }

        @Override
        protected synchronized void implTruncate(long size) throws IOException {
            if (size < file.length()) {
                file.setLength(size);
            }
        }

        @Override
        public synchronized void force(boolean metadata) throws IOException {
            file.getFD().sync();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return file.getChannel().tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            file.close();
        }
    }
}
