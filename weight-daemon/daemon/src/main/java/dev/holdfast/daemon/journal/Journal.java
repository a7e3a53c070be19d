package dev.holdfast.daemon.journal;

import dev.holdfast.daemon.state.ReadAccess;
import dev.holdfast.memory.FileSync;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An append-only file of {@link JournalRecord}s, mode 0600, synced at every append.
 *
 * <p>An append that fails leaves the file as it was and throws, so the caller can refuse the change. A record cut
 * short by a crash is dropped at the next start. A corrupt record is skipped; the damaged file is kept beside the
 * journal under {@code journal.corrupt-N} and named in the log.
 */
public final class Journal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    /** More records than live ones by this many, and the journal is rewritten at the next start. */
    private static final int COMPACT_SURPLUS = 1_000;

    private final Path file;
    private final RandomAccessFile out;
    private final JournalState state;
    private long validBytes;

    private Journal(Path file, RandomAccessFile out, JournalState state, long validBytes) {
        this.file = file;
        this.out = out;
        this.state = state;
        this.validBytes = validBytes;
    }

    /**
     * Reads the journal, creating it if missing, and repairs what a crash or damage left.
     *
     * @throws JournalException if it can't be read or, where a repair is needed, written
     */
    public static Journal open(Path file) {
        try {
            byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
            JournalReplay replay = JournalReplay.of(bytes);
            report(file, replay);
            boolean surplus = replay.records() > replay.state().snapshot().size() + COMPACT_SURPLUS;
            if (replay.corruptLines() > 0 || surplus || bytes.length == 0) {
                rewrite(file, replay.state().snapshot());
                long size = Files.size(file);
                return new Journal(file, openForAppend(file, size), replay.state(), size);
            }
            ReadAccess.ownerOnlyFile(file);
            return new Journal(file, openForAppend(file, replay.validBytes()), replay.state(), replay.validBytes());
        } catch (IOException e) {
            throw new JournalException(
                    "journal " + file + " can't be opened (" + e
                            + "); make room or mend its permissions, and start again",
                    e);
        }
    }

    private static void report(Path file, JournalReplay replay) throws IOException {
        if (replay.corruptLines() > 0) {
            Path kept = keepDamaged(file);
            LOG.error(
                    "journal {}: {} of its records are corrupt and skipped, {} were read; the damaged file is kept as {}",
                    file,
                    replay.corruptLines(),
                    replay.records(),
                    kept);
        } else if (replay.isTorn()) {
            LOG.warn(
                    "journal {}: its last {} bytes are a record cut short by a crash; dropped",
                    file,
                    replay.totalBytes() - replay.validBytes());
        }
    }

    private static Path keepDamaged(Path file) throws IOException {
        for (int i = 1; ; i++) {
            Path kept = file.resolveSibling(file.getFileName() + ".corrupt-" + i);
            if (Files.notExists(kept)) {
                return Files.copy(file, kept, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static void rewrite(Path file, List<JournalRecord> records) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (FileChannel out = create(fresh)) {
            for (JournalRecord record : records) {
                writeFully(out, JournalCodec.encode(record));
            }
            out.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        FileSync.sync(Objects.requireNonNull(file.toAbsolutePath().getParent()));
    }

    private static FileChannel create(Path file) throws IOException {
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return FileChannel.open(file, options);
        }
        return FileChannel.open(
                file, options, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /** A RandomAccessFile, because interrupting a thread that uses a FileChannel would close the journal. */
    private static RandomAccessFile openForAppend(Path file, long validBytes) throws IOException {
        RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw");
        try {
            out.setLength(validBytes);
            out.seek(validBytes);
            return out;
        } catch (IOException | RuntimeException e) {
            out.close();
            throw e;
        }
    }

    private static void writeFully(FileChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** What the journal added up to when it was opened, and what was appended since. */
    public JournalState state() {
        return state;
    }

    /**
     * Appends records together and syncs them.
     *
     * @throws JournalException if they could not be made durable; the file is then as it was before
     */
    public synchronized void append(JournalRecord... records) {
        try {
            // Also takes back what an earlier append left behind that failed and could not be taken back then.
            out.setLength(validBytes);
            out.seek(validBytes);
            for (JournalRecord record : records) {
                out.write(JournalCodec.encode(record));
            }
            out.getFD().sync();
            validBytes = out.getFilePointer();
        } catch (IOException e) {
            JournalException failure = new JournalException(
                    "journal " + file + " can't be written (" + e.getMessage()
                            + "); make room on its disk and try again",
                    e);
            takeBack(failure);
            throw failure;
        }
        for (JournalRecord record : records) {
            state.apply(record);
        }
    }

    private void takeBack(JournalException failure) {
        try {
            out.setLength(validBytes);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public synchronized void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new JournalException("journal " + file + " can't be closed: " + e.getMessage(), e);
        }
    }
}
