package dev.holdfast.memory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A {@code FileChannel} lock, for Windows, where the system releases it when the process dies but it can't travel.
 *
 * <p>A directory can't be opened there, so a file named {@code .lock} in it stands for it. Holds of one process exclude
 * each other even when shared. Written to the Java specification; not tested on Windows.
 */
final class ChannelHold implements LockHold {
    private static final String IN_DIRECTORY = ".lock";

    private final FileChannel opened;
    private final Path file;

    private ChannelHold(FileChannel opened, Path file) {
        this.opened = opened;
        this.file = file;
    }

    static Optional<ChannelHold> tryOn(Path path, boolean shared) throws IOException {
        boolean directory = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
        Path file = directory ? path.resolve(IN_DIRECTORY) : path;
        FileChannel opened = open(file, directory, shared);
        boolean locked = false;
        try {
            locked = lock(opened, shared);
        } finally {
            if (!locked) {
                opened.close();
            }
        }
        return locked ? Optional.of(new ChannelHold(opened, file)) : Optional.empty();
    }

    private static FileChannel open(Path file, boolean create, boolean shared) throws IOException {
        if (create) {
            return FileChannel.open(
                    file,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    LinkOption.NOFOLLOW_LINKS);
        }
        StandardOpenOption access = shared ? StandardOpenOption.READ : StandardOpenOption.WRITE;
        return FileChannel.open(file, access, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean lock(FileChannel opened, boolean shared) throws IOException {
        try {
            FileLock lock = opened.tryLock(0, Long.MAX_VALUE, shared);
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // held by this very process
        }
    }

    @Override
    public OwnedDescriptor descriptor() {
        throw new UnsupportedOperationException(
                "on this platform a lock can't be sent to another process; lock " + file + " there");
    }

    @Override
    public void close() {
        try {
            opened.close();
        } catch (IOException e) {
            throw new NativeCallException("close", file.toString(), e);
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
