package dev.holdfast.daemon.loader;

import dev.holdfast.memory.FileSync;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives a cached file a second name where that is possible and safe, and copies it elsewhere. */
final class HardLink {
    private static final Logger LOG = LoggerFactory.getLogger(HardLink.class);

    private HardLink() {}

    /**
     * Makes {@code target} the same file as {@code source}, or a synced copy of it.
     *
     * <p>A file that another version has as a link already is copied: locks belong to files, not names, and the leases of
     * one version must not look like those of another with the same content.
     */
    static void linkOrCopy(Path source, Path target) throws IOException {
        if (linkCount(source) == 1 && link(source, target)) {
            return;
        }
        Files.copy(source, target);
        FileSync.sync(target);
    }

    private static boolean link(Path source, Path target) throws IOException {
        try {
            Files.createLink(target, source);
            if (linkCount(source) == 2) {
                return true;
            }
            // Another loader linked it in the same moment.
            Files.delete(target);
            return false;
        } catch (UnsupportedOperationException | IOException e) {
            if (Files.exists(target)) {
                throw new IOException(target + " is there already", e);
            }
            LOG.info("{} can't be linked and is copied: {}", source, e.toString());
            return false;
        }
    }

    /** From stat(2); more than one where the file system does not tell. */
    private static int linkCount(Path file) throws IOException {
        boolean known = file.getFileSystem().supportedFileAttributeViews().contains("unix");
        return known ? ((Number) Files.getAttribute(file, "unix:nlink")).intValue() : 2;
    }
}
