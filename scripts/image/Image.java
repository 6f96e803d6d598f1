import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Makes an image of folders, one layer each, later ones over earlier: {@code Image REFERENCE tar:FILE|registry FOLDER...}. */
public final class Image {
    /** The time of all files, which the class data archive has noted of the jar. */
    private static final Instant TIME = Instant.ofEpochSecond(1);

    private static final Map<String, String> ARCHITECTURES = Map.of("amd64", "amd64", "x86_64", "amd64", "aarch64", "arm64");

    private Image() {}

    public static void main(String[] args) throws Exception {
        String architecture = System.getProperty("os.arch");
        JibContainerBuilder image = Jib.fromScratch()
                .setPlatforms(Set.of(new Platform(ARCHITECTURES.getOrDefault(architecture, architecture), "linux")))
                .setUser("1000:1000")
                .setEnvironment(Map.of("PATH", "/usr/bin:/bin"))
                .setEntrypoint(List.of("sample-chaincode"))
                .setCreationTime(TIME);
        for (String folder : List.of(args).subList(2, args.length)) {
            image.addFileEntriesLayer(layer(Path.of(folder)));
        }
        ImageReference reference = ImageReference.parse(args[0]);
        image.containerize(target(reference, args[1])
                .setToolName("weft")
                .setApplicationLayersCache(Files.createDirectories(Path.of("target/image/cache")))
                .setBaseImageLayersCache(Files.createDirectories(Path.of("target/image/cache-base"))));
    }

    private static Containerizer target(ImageReference reference, String target) {
        if (target.startsWith("tar:")) {
            return Containerizer.to(TarImage.at(Path.of(target.substring("tar:".length()))).named(reference))
                    .setOfflineMode(true);
        }
        CredentialRetrieverFactory credentials = CredentialRetrieverFactory.forImage(reference, event -> {});
        return Containerizer.to(RegistryImage.named(reference)
                .addCredentialRetriever(credentials.dockerConfig())
                .addCredentialRetriever(credentials.wellKnownCredentialHelpers()));
    }

    private static FileEntriesLayer layer(Path folder) throws IOException {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(folder.getFileName().toString());
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted().toList()) {
                if (!path.equals(folder)) {
                    AbsoluteUnixPath place = AbsoluteUnixPath.get("/" + folder.relativize(path));
                    boolean open = Files.isDirectory(path) || Files.isExecutable(path);
                    layer.addEntry(path, place, FilePermissions.fromOctalString(open ? "755" : "644"), TIME);
                }
            }
        }
        return layer.build();
    }
}
