package dev.holdfast.daemon.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Optional;
import java.util.Set;

/**
 * Who may read what lies in a state directory: its owner alone, or a group as well. Nobody else can, and nobody but
 * the owner can write, except to counters.
 *
 * <p>On file systems without POSIX permissions the platform's defaults stay.
 *
 * @param group the group whose members may lease, if one is configured
 */
public record ReadAccess(Optional<String> group) {
    /** The owner alone. */
    public static final ReadAccess OWNER_ONLY = new ReadAccess(Optional.empty());

    /** Permissions of immutable files: graphs, weights, manifests. */
    public Set<PosixFilePermission> filePermissions() {
        return PosixFilePermissions.fromString(group.isPresent() ? "r--r-----" : "r--------");
    }

    /** Permissions of counters, which readers increment. */
    public Set<PosixFilePermission> counterPermissions() {
        return PosixFilePermissions.fromString(group.isPresent() ? "rw-rw----" : "rw-------");
    }

    /** Makes a finished file immutable by its permissions and readable to the group. */
    public void protectFile(Path file) throws IOException {
        apply(file, filePermissions());
    }

    /** Lets readers increment a counter. */
    public void protectCounter(Path file) throws IOException {
        apply(file, counterPermissions());
    }

    /** Lets readers enter and list a directory. */
    public void protectDirectory(Path directory) throws IOException {
        apply(directory, PosixFilePermissions.fromString(group.isPresent() ? "rwxr-x---" : "rwx------"));
    }

    /** Keeps a directory to its owner, whatever group is configured. */
    static void ownerOnly(Path directory) throws IOException {
        OWNER_ONLY.protectDirectory(directory);
    }

    /** Keeps a file to its owner, who may write it, whatever group is configured. */
    public static void ownerOnlyFile(Path file) throws IOException {
        OWNER_ONLY.apply(file, PosixFilePermissions.fromString("rw-------"));
    }

    private void apply(Path path, Set<PosixFilePermission> permissions) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view == null) {
            return;
        }
        if (group.isPresent()) {
            view.setGroup(principal(path));
        }
        // NOFOLLOW_LINKS makes setPermissions itself fail on Linux (no lchmod), so this goes through the plain path.
        Files.setPosixFilePermissions(path, permissions);
    }

    private GroupPrincipal principal(Path path) throws IOException {
        String name = group.orElseThrow();
        try {
            return path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(name);
        } catch (UserPrincipalNotFoundException e) {
            throw new StateDirectoryException(
                    "there is no group '" + name + "'; create it, or give --readers-group one that exists", e);
        }
    }
}
