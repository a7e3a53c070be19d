package dev.holdfast.daemon.state;

import dev.holdfast.memory.AdvisoryLock;
import dev.holdfast.memory.ContentDigest;
import dev.holdfast.memory.FileSync;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A state directory owned by this process: the exclusive lock on it, and the only code that publishes or deletes a
 * version.
 *
 * <p>Methods may be called from any thread; the caller keeps two of them from working on one digest at once. Closing
 * releases the lock and leaves every file.
 */
public final class StateDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateDirectory.class);

    private final StateLayout layout;
    private final ReadAccess access;
    private final AdvisoryLock lock;

    private StateDirectory(StateLayout layout, ReadAccess access, AdvisoryLock lock) {
        this.layout = layout;
        this.access = access;
        this.lock = lock;
    }

    /**
     * Creates what is missing and takes the directory.
     *
     * @param root created if missing
     * @param access who may read what is published
     * @throws StateDirectoryException if another holder has it, somebody else could write to it, or it can't be created
     */
    public static StateDirectory open(Path root, ReadAccess access) {
        StateLayout layout = new StateLayout(root);
        try {
            createDirectories(layout, access);
            return new StateDirectory(layout, access, takeLock(layout));
        } catch (IOException e) {
            throw new StateDirectoryException(
                    "state directory " + layout.root() + " can't be prepared (" + e
                            + "); give --state a directory that this user can write",
                    e);
        }
    }

    private static void createDirectories(StateLayout layout, ReadAccess access) throws IOException {
        Files.createDirectories(layout.root());
        requireOwned(layout.root());
        for (Path shared : List.of(layout.root(), layout.versions(), layout.counters())) {
            Files.createDirectories(shared);
            access.protectDirectory(shared);
        }
        for (Path own : List.of(layout.cache(), layout.temporaries())) {
            Files.createDirectories(own);
            ReadAccess.ownerOnly(own);
        }
    }

    /** A directory that others can write to would let them swap a version's files under the holder. */
    private static void requireOwned(Path root) throws IOException {
        if (!Files.getFileStore(root).supportsFileAttributeView("posix")) {
            return;
        }
        PosixFileAttributes attributes = Files.readAttributes(root, PosixFileAttributes.class);
        if (!Files.isWritable(root)) {
            throw new StateDirectoryException("state directory " + root + " belongs to "
                    + attributes.owner().getName() + " and can't be written; give --state one of this user's own");
        }
        if (attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new StateDirectoryException("state directory " + root
                    + " can be written by everyone; give --state a directory of this user's own, or chmod o-w it");
        }
    }

    private static AdvisoryLock takeLock(StateLayout layout) throws IOException {
        Path file = layout.lockFile();
        if (Files.notExists(file)) {
            Files.createFile(file);
        }
        // Whoever can open a file can lock it, and so keep every holder from starting.
        ReadAccess.ownerOnlyFile(file);
        Optional<AdvisoryLock> lock = AdvisoryLock.tryExclusiveOn(file);
        if (lock.isEmpty()) {
            throw new StateDirectoryException("state directory " + layout.root() + " is in use by another holder (pid "
                    + Files.readString(file).strip() + "); stop it or give --state another directory");
        }
        try {
            Files.writeString(file, Long.toString(ProcessHandle.current().pid()));
            return lock.get();
        } catch (IOException e) {
            lock.get().close();
            throw e;
        }
    }

    public StateLayout layout() {
        return layout;
    }

    public ReadAccess access() {
        return access;
    }

    /** A new empty directory for one load, named after nothing but chance. */
    public Path createTemporary(String prefix) {
        Path directory = layout.temporaries().resolve(prefix + "-" + UUID.randomUUID());
        try {
            Files.createDirectory(directory);
            ReadAccess.ownerOnly(directory);
            return directory;
        } catch (IOException e) {
            throw new StateDirectoryException("can't create " + directory + ": " + e, e);
        }
    }

    /**
     * Makes a finished directory appear as a version, by one rename.
     *
     * @param finished holds graph, weights and manifest, all synced
     * @throws StateDirectoryException if that version's directory is there already and in use, or the rename fails
     */
    public void publish(Path finished, ContentDigest digest) {
        Path target = layout.version(digest);
        try {
            // A directory of this digest that the journal does not know holds the same content; unused, it may go.
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS) && !retire(digest)) {
                throw new StateDirectoryException(target + " is there already and still locked by a process that "
                        + "leases it; stop that process and load again");
            }
            access.protectDirectory(finished);
            Files.move(finished, target, StandardCopyOption.ATOMIC_MOVE);
            FileSync.sync(layout.versions());
        } catch (IOException e) {
            throw new StateDirectoryException("can't publish " + target + ": " + e, e);
        }
    }

    /**
     * Removes a version's directory if no process leases it any more.
     *
     * <p>It is moved out of {@code versions} while its lock is held exclusively, and deleted there: nobody ever sees a
     * version without some of its files.
     *
     * @return whether it is gone; {@code false} if its lock is held
     */
    public boolean retire(ContentDigest digest) {
        Path directory = layout.version(digest);
        Path weights = directory.resolve(StateLayout.WEIGHTS);
        try {
            if (Files.notExists(weights, LinkOption.NOFOLLOW_LINKS)) {
                moveAside(directory);
                return true;
            }
            Optional<AdvisoryLock> won = AdvisoryLock.tryExclusiveOn(weights);
            if (won.isEmpty()) {
                return false;
            }
            try (AdvisoryLock held = won.get()) {
                moveAside(directory);
                return true;
            }
        } catch (IOException e) {
            throw new StateDirectoryException("can't remove " + directory + ": " + e, e);
        }
    }

    private void moveAside(Path directory) throws IOException {
        if (Files.notExists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Path aside = layout.temporaries().resolve("retired-" + UUID.randomUUID());
        Files.move(directory, aside, StandardCopyOption.ATOMIC_MOVE);
        FileSync.sync(layout.versions());
        Trees.delete(aside);
    }

    /** Whether some process, leasing through this holder or an earlier one, still has the version. */
    public boolean isLeased(ContentDigest digest) {
        Path weights = layout.version(digest).resolve(StateLayout.WEIGHTS);
        try {
            return Files.exists(weights, LinkOption.NOFOLLOW_LINKS) && AdvisoryLock.isHeldByAnyone(weights);
        } catch (IOException e) {
            throw new StateDirectoryException("can't look at the lock on " + weights + ": " + e, e);
        }
    }

    /** Gives an adopted version's files to today's readers, who may be others than when it was loaded. */
    public void protectVersion(ContentDigest digest) throws IOException {
        Path directory = layout.version(digest);
        access.protectDirectory(directory);
        for (String file : List.of(StateLayout.GRAPH, StateLayout.WEIGHTS, StateLayout.MANIFEST)) {
            access.protectFile(directory.resolve(file));
        }
    }

    /** Digests of the directories in {@code versions} that are complete, that is, have a manifest. */
    public List<ContentDigest> completeVersions() {
        List<ContentDigest> complete = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(layout.versions())) {
            for (Path entry : entries) {
                digestNamed(entry)
                        .filter(digest -> Files.isRegularFile(entry.resolve(StateLayout.MANIFEST)))
                        .ifPresent(complete::add);
            }
            return complete;
        } catch (IOException e) {
            throw new StateDirectoryException("can't list " + layout.versions() + ": " + e, e);
        }
    }

    private static Optional<ContentDigest> digestNamed(Path entry) {
        try {
            return Optional.of(new ContentDigest(entry.getFileName().toString()));
        } catch (IllegalArgumentException e) {
            LOG.warn("{} is not named like a version and is left alone", entry);
            return Optional.empty();
        }
    }

    /** Deletes the temporaries of loaders that are gone, told by their lock; those of live ones stay. */
    public void clearTemporaries() {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(layout.temporaries())) {
            for (Path entry : entries) {
                removeTemporary(entry);
            }
        } catch (IOException e) {
            throw new StateDirectoryException("can't clear " + layout.temporaries() + ": " + e, e);
        }
    }

    /**
     * Deletes one temporary unless its loader still holds the lock on it.
     *
     * @return whether it is gone
     */
    public boolean removeTemporary(Path directory) {
        try {
            if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                // No loader's: they lock directories. Opening a link or a pipe to lock it would fail.
                Trees.delete(directory);
                return true;
            }
            Optional<AdvisoryLock> won = AdvisoryLock.tryExclusiveOn(directory);
            if (won.isEmpty()) {
                LOG.warn("{} is locked by a loader that still runs; it is left alone", directory);
                return false;
            }
            try (AdvisoryLock held = won.get()) {
                Trees.delete(directory);
                return true;
            }
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            throw new StateDirectoryException("can't delete " + directory + ": " + e, e);
        }
    }

    @Override
    public void close() {
        lock.close();
    }
}
