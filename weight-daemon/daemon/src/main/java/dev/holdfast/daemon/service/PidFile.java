package dev.holdfast.daemon.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file with this process's id, for scripts; removed by {@link #close}. */
public final class PidFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PidFile.class);

    private final Path file;

    private PidFile(Path file) {
        this.file = file;
    }

    /**
     * Writes this process's id; a file that is there is replaced.
     *
     * @throws IOException if it can't be written
     */
    public static PidFile write(Path file) throws IOException {
        try {
            Files.writeString(file, ProcessHandle.current().pid() + "\n");
            return new PidFile(file.toAbsolutePath());
        } catch (IOException e) {
            throw new IOException(
                    "the pid file " + file + " can't be written (" + e + "); give --pid-file another path", e);
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("the pid file {} could not be removed: {}", file, e.toString());
        }
    }
}
