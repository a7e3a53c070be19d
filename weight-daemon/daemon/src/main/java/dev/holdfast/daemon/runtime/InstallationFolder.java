package dev.holdfast.daemon.runtime;

import dev.holdfast.natives.NativesDirectory;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;

/** Where an installation keeps builds of ONNX Runtime for CUDA. */
public final class InstallationFolder {
    private static final String NATIVES = "natives";

    private InstallationFolder() {}

    /**
     * The folder named by {@code holdfast.natives.dir}, else {@code natives} of the installation that this class was
     * loaded from, else, where there is no installation, the user's own (see {@link NativesDirectory}). It need not be
     * there.
     *
     * @throws dev.holdfast.natives.NativesException if it is the user's own and not safe
     */
    public static Path natives() {
        String named = System.getProperty(NativesDirectory.PROPERTY);
        if (named != null) {
            return Path.of(named).toAbsolutePath();
        }
        return location()
                .flatMap(InstallationFolder::home)
                .map(home -> home.resolve(NATIVES))
                .orElseGet(NativesDirectory::locate);
    }

    /** An installation has its jars in {@code lib}, beside {@code bin/holdfast}. */
    static Optional<Path> home(Path jar) {
        return Optional.ofNullable(jar.toAbsolutePath().getParent())
                .filter(folder -> folder.endsWith("lib"))
                .map(Path::getParent)
                .filter(home -> Files.isRegularFile(home.resolve("bin").resolve("holdfast")));
    }

    private static Optional<Path> location() {
        CodeSource source = InstallationFolder.class.getProtectionDomain().getCodeSource();
        URL url = source == null ? null : source.getLocation();
        try {
            return url == null ? Optional.empty() : Optional.of(Path.of(url.toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the location of Holdfast's jar can't be read: " + url, e);
        }
    }
}
