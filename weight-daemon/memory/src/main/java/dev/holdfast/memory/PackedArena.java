package dev.holdfast.memory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/**
 * An arena that is a named file: ONNX Runtime's external-data file with prepacked weights.
 *
 * <p>The file's directory owns the bytes, so they outlive every process; whoever uses them holds a shared
 * {@link AdvisoryLock} on the file. What is guaranteed: nobody changes the bytes through a mapping made here, nor can a
 * user who is neither the file's owner nor root. The arena holds the file open, so it stays readable after deletion.
 */
public final class PackedArena implements WeightArena {
    private final WeightsFile opened;
    private final Path file;
    private final long sizeBytes;

    private PackedArena(WeightsFile opened, Path file, long sizeBytes) {
        this.opened = opened;
        this.file = file;
        this.sizeBytes = sizeBytes;
    }

    /**
     * Opens a finished file for reading.
     *
     * @param weightsFile a regular file; a symbolic link is refused
     * @param expectedSizeBytes what the manifest says; 0 is allowed
     * @throws ArenaException if the file can't be opened, is not a regular file or has another size
     */
    public static PackedArena open(Path weightsFile, long expectedSizeBytes) {
        WeightsFile opened = openToRead(weightsFile);
        try {
            requireComplete(opened, weightsFile, expectedSizeBytes);
            return new PackedArena(opened, weightsFile, expectedSizeBytes);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private static WeightsFile openToRead(Path file) {
        try {
            return WeightsFile.open(file);
        } catch (IOException e) {
            throw new ArenaException(
                    "can't open the weights file " + file + ": " + reason(e)
                            + "; it must be a regular file (no symbolic link) that this user may read",
                    e);
        }
    }

    private static String reason(IOException failure) {
        return failure instanceof NoSuchFileException ? "there is no such file" : String.valueOf(failure.getMessage());
    }

    private static void requireComplete(WeightsFile opened, Path file, long expectedSizeBytes) {
        try {
            if (!opened.isRegular()) {
                throw new ArenaException(
                        "the weights file " + file + " is not a regular file; build the version again");
            }
            if (opened.sizeBytes() != expectedSizeBytes) {
                throw new ArenaException("the weights file " + file + " has " + opened.sizeBytes()
                        + " bytes, but its manifest says " + expectedSizeBytes
                        + "; it is truncated or not this version's: build the version again");
            }
        } catch (IOException e) {
            throw new ArenaException("can't read type and size of the weights file " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Creates the file of a new arena; unwritten bytes are zero and take no space where the file system has holes.
     * {@link ArenaWriter#finish()} syncs the file, sets its permissions and opens it; a writer that is closed without
     * it deletes the file.
     *
     * @param weightsFile must not exist; its directory must
     * @param sizeBytes exact length, 0 or more
     * @param finalPermissions of the finished file, such as {@code r--------} or {@code r--r-----}; ignored where the
     *     file system has none
     * @throws IOException if the file exists, can't be created or can't have this size
     */
    public static ArenaWriter create(Path weightsFile, long sizeBytes, Set<PosixFilePermission> finalPermissions)
            throws IOException {
        return PackedArenaWriter.create(weightsFile, requireSize(sizeBytes), finalPermissions);
    }

    static long requireSize(long sizeBytes) {
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("an arena can't have " + sizeBytes + " bytes");
        }
        return sizeBytes;
    }

    @Override
    public ArenaKind kind() {
        return ArenaKind.HOST;
    }

    @Override
    public ArenaLayout layout() {
        return ArenaLayout.PACKED;
    }

    @Override
    public String device() {
        return "cpu";
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    /** The file as it was opened; ONNX Runtime maps it by this name. */
    public Path file() {
        return file;
    }

    /** None: this kind travels by its path. */
    @Override
    public Optional<OwnedDescriptor> descriptor() {
        return Optional.empty();
    }

    @Override
    public Mapping map() {
        return opened.map(sizeBytes);
    }

    @Override
    public ContentDigest digest() {
        try (FileChannel bytes = opened.openChannel()) {
            return TreeDigest.of(bytes, sizeBytes);
        } catch (IOException e) {
            throw new NativeCallException("read", file.toString(), e);
        }
    }

    @Override
    public void close() {
        opened.close();
    }

    @Override
    public String toString() {
        return "packed arena " + file + " (" + sizeBytes + " bytes)";
    }
}
