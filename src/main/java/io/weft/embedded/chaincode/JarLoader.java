package io.weft.embedded.chaincode;

import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.hyperledger.fabric.contract.ContractInterface;
import org.hyperledger.fabric.contract.annotation.Contract;
import org.hyperledger.fabric.shim.Chaincode;

/**
 * The classes of a jar with chaincode. Its own come first, so that it may bring other versions of libraries than weft
 * has; those that the peer and the chaincode exchange, Fabric's shim with what it is made of, are always this JVM's.
 */
final class JarLoader extends URLClassLoader {
    private static final List<String> SHARED = List.of(
            "org.hyperledger.fabric.shim.",
            "org.hyperledger.fabric.contract.",
            "org.hyperledger.fabric.ledger.",
            "org.hyperledger.fabric.metrics.",
            "org.hyperledger.fabric.traces.",
            "org.hyperledger.fabric.protos.",
            "org.hyperledger.fabric.Log",
            "com.google.protobuf.",
            "io.grpc.",
            "io.opentelemetry.",
            "org.json.");

    /** How a class file names the annotation. */
    private static final String ANNOTATION = "Lorg/hyperledger/fabric/contract/annotation/Contract;";

    static {
        registerAsParallelCapable();
    }

    private final Path jar;

    private JarLoader(Path jar) throws MalformedURLException {
        super(new URL[] {jar.toUri().toURL()}, JarLoader.class.getClassLoader());
        this.jar = jar;
    }

    /** @throws ChaincodeFailure if there is no such file */
    static JarLoader of(Path jar) {
        if (!Files.isRegularFile(jar)) {
            throw new ChaincodeFailure("There is no jar `" + jar + "`.");
        }
        try {
            return new JarLoader(jar);
        } catch (MalformedURLException e) {
            throw new ChaincodeFailure("`" + jar + "` cannot be named by a URL: " + e.getMessage() + ".", e);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (SHARED.stream().anyMatch(name::startsWith)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> found = findLoadedClass(name);
            if (found == null) {
                try {
                    found = findClass(name);
                } catch (ClassNotFoundException e) {
                    return super.loadClass(name, resolve);
                }
            }
            if (resolve) {
                resolveClass(found);
            }
            return found;
        }
    }

    /** @throws ChaincodeFailure if the jar has no such class */
    List<Supplier<?>> code(String className) {
        return List.of(Instances.of(load(className)));
    }

    /**
     * The jar's contracts; if it has none, its main class if that is a {@code Chaincode}.
     *
     * @throws ChaincodeFailure if there is neither
     */
    List<Supplier<?>> code() {
        List<Supplier<?>> contracts = new ArrayList<>();
        for (String name : annotated()) {
            Class<?> type = load(name);
            if (type.isAnnotationPresent(Contract.class) && ContractInterface.class.isAssignableFrom(type)) {
                contracts.add(Instances.of(type));
            }
        }
        if (!contracts.isEmpty()) {
            return contracts;
        }
        Class<?> main = load(mainClass());
        if (!Chaincode.class.isAssignableFrom(main)) {
            throw nothing();
        }
        return List.of(Instances.of(main));
    }

    /** The classes that mention the annotation, which spares loading all others. */
    private List<String> annotated() {
        List<String> result = new ArrayList<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            for (JarEntry entry : java.util.Collections.list(file.entries())) {
                String name = entry.getName();
                if (name.endsWith(".class")
                        && !name.startsWith("META-INF/")
                        && !name.startsWith("org/hyperledger/fabric/contract/")) {
                    try (InputStream content = file.getInputStream(entry)) {
                        if (new String(content.readAllBytes(), StandardCharsets.ISO_8859_1).contains(ANNOTATION)) {
                            result.add(name.substring(0, name.length() - ".class".length())
                                    .replace('/', '.'));
                        }
                    }
                }
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
        java.util.Collections.sort(result);
        return result;
    }

    private ChaincodeFailure unreadable(IOException e) {
        return new ChaincodeFailure("The jar `" + jar + "` cannot be read: " + e.getMessage() + ".", e);
    }

    private Class<?> load(String name) {
        try {
            return Class.forName(name, false, this);
        } catch (ClassNotFoundException | LinkageError e) {
            throw new ChaincodeFailure("The class `" + name + "` of `" + jar + "` cannot be loaded: " + e + ".", e);
        }
    }

    private String mainClass() {
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            String main = manifest == null ? null : manifest.getMainAttributes().getValue("Main-Class");
            if (main == null) {
                throw nothing();
            }
            return main;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private ChaincodeFailure nothing() {
        return new ChaincodeFailure("The jar `" + jar + "` has no class with `@Contract`, and its main class is no `"
                + Chaincode.class.getName() + "`.");
    }
}
