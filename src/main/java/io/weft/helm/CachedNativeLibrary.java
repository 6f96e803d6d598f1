package io.weft.helm;

import com.marcnuri.helm.jni.HelmLib;
import com.marcnuri.helm.jni.NativeLibrary;
import com.sun.jna.Native;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.ServiceLoader;

/**
 * Keeps the Helm SDK's native library unpacked from one run to the next. The SDK itself unpacks about 98 MB into the
 * temporary folder at every start, takes half a second for it, and leaves them there when the process is killed.
 * Public only because {@link ServiceLoader} asks for it.
 */
public final class CachedNativeLibrary implements NativeLibrary {
    private static volatile Path folder;

    /** For {@link ServiceLoader}. */
    public CachedNativeLibrary() {}

    /** Where to keep it; counts only before the library is first used. */
    static void keepIn(Path cache) {
        folder = cache;
    }

    @Override
    public String getBinaryName() {
        return packaged().getBinaryName();
    }

    @Override
    public HelmLib load() {
        NativeLibrary packaged = packaged();
        String name = packaged.getBinaryName();
        URL resource = packaged.getClass().getResource("/" + name);
        if (resource == null || folder == null) {
            return packaged.load();
        }
        try {
            return Native.load(unpack(resource, folder, name).toString(), HelmLib.class);
        } catch (IOException e) {
            throw new IllegalStateException("The Helm library cannot be unpacked into `" + folder + "`", e);
        }
    }

    /** The file's size is part of its path, so that another version never meets this one's file. */
    static Path unpack(URL resource, Path folder, String name) throws IOException {
        long size = resource.openConnection().getContentLengthLong();
        Path target = folder.toAbsolutePath().resolve("helm-" + size).resolve(name);
        if (Files.isRegularFile(target) && Files.size(target) == size) {
            return target;
        }
        Files.createDirectories(target.getParent());
        Path part = Files.createTempFile(target.getParent(), name, ".part");
        try (InputStream in = resource.openStream()) {
            Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
        return target;
    }

    private static NativeLibrary packaged() {
        for (NativeLibrary candidate : ServiceLoader.load(NativeLibrary.class)) {
            if (!(candidate instanceof CachedNativeLibrary)) {
                return candidate;
            }
        }
        throw new IllegalStateException("This build of weft has no Helm library for "
                + System.getProperty("os.name") + " on "
                + System.getProperty("os.arch").toLowerCase(Locale.ROOT));
    }
}
