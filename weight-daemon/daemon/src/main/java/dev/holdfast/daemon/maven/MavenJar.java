package dev.holdfast.daemon.maven;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A jar to read from; closing deletes what was fetched only for this.
 *
 * @param fetchedInto the temporary directory that it alone is in, if it was fetched
 */
public record MavenJar(Path path, Optional<Path> fetchedInto) implements AutoCloseable {
    /** A jar that stays where it is. @throws ArtifactException if it is not there */
    public static MavenJar existing(Path jar) {
        if (!Files.isRegularFile(jar)) {
            throw new ArtifactException("there is no jar " + jar);
        }
        return new MavenJar(jar, Optional.empty());
    }

    @Override
    public void close() throws IOException {
        if (fetchedInto.isPresent()) {
            Files.deleteIfExists(path);
            Files.delete(fetchedInto.get());
        }
    }
}
