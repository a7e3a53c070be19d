package dev.holdfast.daemon.runtime;

import com.sun.jna.Platform;
import dev.holdfast.daemon.maven.ArtifactException;
import dev.holdfast.daemon.maven.MavenArtifact;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The builds that Holdfast knows of, from a resource that the build of Holdfast fills in. */
public final class PublishedRuntimes {
    private static final String RESOURCE = "runtimes.properties";

    private final Properties properties;

    private PublishedRuntimes(Properties properties) {
        this.properties = properties;
    }

    /** All of them. @throws IllegalStateException if the jar lacks its resource */
    public static PublishedRuntimes known() {
        try (InputStream resource = PublishedRuntimes.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException("the jar of Holdfast lacks its resource " + RESOURCE);
            }
            Properties properties = new Properties();
            properties.load(resource);
            return new PublishedRuntimes(properties);
        } catch (IOException e) {
            throw new IllegalStateException("the resource " + RESOURCE + " can't be read", e);
        }
    }

    /** The version of Maven's dependency plugin that fetches them. */
    public String dependencyPlugin() {
        return property("dependencyPlugin");
    }

    /**
     * The build for this system.
     *
     * @param cuda the major version of CUDA
     * @throws ArtifactException if there is none
     */
    public CudaRuntime forThisSystem(int cuda) {
        boolean known = Platform.ARCH.equals("x86-64") && (Platform.isLinux() || Platform.isWindows());
        if (!known) {
            throw new ArtifactException("there is no published build of ONNX Runtime for CUDA on "
                    + System.getProperty("os.name") + " on " + Platform.ARCH
                    + "; name one of your own with -Dholdfast.onnxruntime.path");
        }
        return of(cuda, Platform.isWindows() ? "windows" : "linux");
    }

    CudaRuntime of(int cuda, String system) {
        String prefix = cuda + "." + system + ".";
        if (!properties.containsKey(prefix + "artifact")) {
            throw new ArtifactException("there is no build of ONNX Runtime for CUDA " + cuda + "; known: 12, 13");
        }
        String[] names = property(prefix + "artifact").split(":", -1);
        MavenArtifact artifact = new MavenArtifact(names[0], names[1], names[2], names.length > 3 ? names[3] : "");
        return new CudaRuntime(cuda, artifact, property(prefix + "sha1"), property(prefix + "folder"));
    }

    private String property(String name) {
        String value = properties.getProperty(name);
        if (value == null) {
            throw new IllegalStateException(RESOURCE + " lacks " + name);
        }
        return value;
    }
}
