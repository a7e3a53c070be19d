package dev.holdfast.daemon.maven;

import java.nio.file.Path;

/**
 * A jar as Maven names it.
 *
 * @param classifier empty if it has none
 */
public record MavenArtifact(String groupId, String artifactId, String version, String classifier) {
    /** As the dependency plugin reads it: {@code group:artifact:version[:jar:classifier]}. */
    public String coordinates() {
        return groupId + ":" + artifactId + ":" + version + (classifier.isEmpty() ? "" : ":jar:" + classifier);
    }

    /** What the jar is called in every repository. */
    public String fileName() {
        return artifactId + "-" + version + (classifier.isEmpty() ? "" : "-" + classifier) + ".jar";
    }

    /** Where a local repository keeps it. */
    public Path in(Path repository) {
        return repository
                .resolve(groupId.replace('.', '/'))
                .resolve(artifactId)
                .resolve(version)
                .resolve(fileName());
    }
}
