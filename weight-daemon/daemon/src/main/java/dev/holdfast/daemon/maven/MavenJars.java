package dev.holdfast.daemon.maven;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Finds jars: in local repositories, else through Maven.
 *
 * @param localRepositories searched in this order
 */
public record MavenJars(List<Path> localRepositories, MavenFetch maven) {
    public MavenJars {
        localRepositories = List.copyOf(localRepositories);
    }

    /**
     * Looks where the user who runs this process keeps such things.
     *
     * @param dependencyPlugin version of {@code maven-dependency-plugin}
     */
    public static MavenJars ofThisUser(String dependencyPlugin) {
        return new MavenJars(LocalRepositories.ofThisUser(), new MavenFetch("mvn", dependencyPlugin));
    }

    /**
     * The artifact's jar, which the caller closes.
     *
     * @throws ArtifactException if it is nowhere and can't be fetched
     */
    public MavenJar find(MavenArtifact artifact) throws IOException {
        Optional<Path> here = localRepositories.stream()
                .map(artifact::in)
                .filter(Files::isRegularFile)
                .findFirst();
        return here.isPresent() ? MavenJar.existing(here.get()) : fetched(artifact);
    }

    private MavenJar fetched(MavenArtifact artifact) throws IOException {
        Path directory = Files.createTempDirectory("holdfast-maven-");
        MavenJar jar = new MavenJar(directory.resolve(artifact.fileName()), Optional.of(directory));
        try {
            maven.copy(artifact.coordinates(), directory);
            MavenJar.existing(jar.path());
            return jar;
        } catch (IOException | RuntimeException failed) {
            jar.close();
            throw failed;
        }
    }
}
