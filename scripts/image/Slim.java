import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Copies a jar without what only the command line needs, and without compression: {@code Slim FROM TO}. */
public final class Slim {
    /** Helm, the Kubernetes client, and native libraries that are only looked for, never needed. */
    private static final List<String> UNUSED =
            List.of("helm-", "io/fabric8/", "com/sun/jna/", "META-INF/native/", "io/weft/cli/");

    private Slim() {}

    public static void main(String[] args) throws Exception {
        try (JarFile from = new JarFile(args[0]);
                OutputStream file = new BufferedOutputStream(Files.newOutputStream(Path.of(args[1])));
                ZipOutputStream to = new ZipOutputStream(file)) {
            to.setMethod(ZipOutputStream.STORED);
            for (Enumeration<JarEntry> entries = from.entries(); entries.hasMoreElements(); ) {
                JarEntry entry = entries.nextElement();
                if (entry.isDirectory() || UNUSED.stream().anyMatch(entry.getName()::startsWith)) {
                    continue;
                }
                ZipEntry copy = new ZipEntry(entry.getName());
                copy.setSize(entry.getSize());
                copy.setCrc(entry.getCrc());
                copy.setTime(0);
                to.putNextEntry(copy);
                from.getInputStream(entry).transferTo(to);
                to.closeEntry();
            }
        }
    }
}
