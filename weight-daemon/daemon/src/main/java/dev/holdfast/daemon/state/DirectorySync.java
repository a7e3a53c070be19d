package dev.holdfast.daemon.state;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes names in a directory durable: a rename survives a power loss only once its directory is synced. */
public final class DirectorySync {
    private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");

    private DirectorySync() {}

    /**
     * fsync(2) on a directory. Windows has no such call, and its renames need none.
     *
     * @throws IOException if the directory can't be opened or synced
     */
    public static void sync(Path directory) throws IOException {
        if (WINDOWS) {
            return;
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
