package dev.holdfast.daemon.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.memory.ContentDigest;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A state directory whose versions a group may read. Only root can give files to a group it is not in. */
class ReadersGroupTest {
    private static final String READERS = "daemon";
    private static final ContentDigest DIGEST = new ContentDigest("d".repeat(64));

    @TempDir
    Path parent;

    @BeforeEach
    void assumeRootAndGroup() throws IOException {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "only root can give files to a group");
        try {
            GroupPrincipal group =
                    FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByGroupName(READERS);
            Assumptions.assumeTrue(group != null, "no group named " + READERS);
        } catch (UserPrincipalNotFoundException e) {
            Assumptions.abort("this system has no group named " + READERS);
        }
    }

    private StateDirectory open(Optional<String> group) {
        return StateDirectory.open(parent.resolve("state"), new ReadAccess(group));
    }

    private static void publish(StateDirectory directory) throws IOException {
        Path finished = Files.createDirectory(directory.createTemporary("load").resolve("version"));
        for (String name : new String[] {StateLayout.GRAPH, StateLayout.WEIGHTS, StateLayout.MANIFEST}) {
            Files.writeString(finished.resolve(name), name);
        }
        directory.publish(finished, DIGEST);
        directory.protectVersion(DIGEST);
    }

    /** Mode and group of a path, as ls(1) shows them. */
    private static String access(Path path) throws IOException {
        PosixFileAttributes attributes = Files.readAttributes(path, PosixFileAttributes.class);
        return PosixFilePermissions.toString(attributes.permissions()) + " "
                + attributes.group().getName();
    }

    @Test
    void readersMayReadVersionsButNotChangeThem() throws IOException {
        try (StateDirectory directory = open(Optional.of(READERS))) {
            publish(directory);
            Path version = directory.layout().version(DIGEST);
            assertThat(access(directory.layout().root())).isEqualTo("rwxr-x--- daemon");
            assertThat(access(directory.layout().versions())).isEqualTo("rwxr-x--- daemon");
            assertThat(access(version)).isEqualTo("rwxr-x--- daemon");
            try (Stream<Path> files = Files.list(version)) {
                for (Path file : files.toList()) {
                    assertThat(access(file)).isEqualTo("r--r----- daemon");
                }
            }
        }
    }

    @Test
    void readersSeeNeitherCacheNorTemporariesNorLock() throws IOException {
        try (StateDirectory directory = open(Optional.of(READERS))) {
            assertThat(access(directory.layout().cache())).startsWith("rwx------");
            assertThat(access(directory.layout().temporaries())).startsWith("rwx------");
            assertThat(access(directory.createTemporary("load"))).startsWith("rwx------");
            assertThat(access(directory.layout().lockFile())).startsWith("rw-------");
        }
    }

    @Test
    void holderWithoutReadersTakesTheGroupsRightsBack() throws IOException {
        try (StateDirectory directory = open(Optional.of(READERS))) {
            publish(directory);
        }
        try (StateDirectory directory = open(Optional.empty())) {
            directory.protectVersion(DIGEST);
            assertThat(access(directory.layout().root())).startsWith("rwx------");
            assertThat(access(directory.layout().version(DIGEST))).startsWith("rwx------");
            assertThat(access(directory.layout().version(DIGEST).resolve(StateLayout.WEIGHTS)))
                    .startsWith("r--------");
        }
    }
}
