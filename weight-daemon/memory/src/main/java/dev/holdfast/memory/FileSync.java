package dev.holdfast.memory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes a file's bytes, or the names in a directory, survive a crash of the machine: fsync(2). */
public final class FileSync {
    private FileSync() {}

    /**
     * Waits until the file's content, or the directory's entries, are on stable storage.
     *
     * <p>After a rename both directories must be synced. Windows can't sync a directory and does not need it: there the
     * call does nothing for one.
     *
     * @throws IOException if it can't be opened or written
     */
    public static void sync(Path fileOrDirectory) throws IOException {
        if (!LibC.isHere() && Files.isDirectory(fileOrDirectory)) {
            return;
        }
        StandardOpenOption access = LibC.isHere() ? StandardOpenOption.READ : StandardOpenOption.WRITE;
        try (FileChannel opened = FileChannel.open(fileOrDirectory, access)) {
            opened.force(true);
        }
    }
}
