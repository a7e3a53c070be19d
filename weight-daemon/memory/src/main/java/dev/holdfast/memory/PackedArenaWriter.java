package dev.holdfast.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** Fills a new file, which it deletes again unless it is finished. */
final class PackedArenaWriter extends HostArenaWriter {
    private static final Set<PosixFilePermission> UNDER_WAY =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final Path file;
    private final long sizeBytes;
    private final Set<PosixFilePermission> permissions;

    private PackedArenaWriter(FileChannel target, Path file, long sizeBytes, Set<PosixFilePermission> permissions) {
        super(target, sizeBytes, file.toString());
        this.file = file;
        this.sizeBytes = sizeBytes;
        this.permissions = Set.copyOf(permissions);
    }

    static PackedArenaWriter create(Path file, long sizeBytes, Set<PosixFilePermission> permissions)
            throws IOException {
        FileChannel target = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        PackedArenaWriter writer = new PackedArenaWriter(target, file, sizeBytes, permissions);
        try {
            writer.permit(UNDER_WAY);
            extend(target, sizeBytes);
        } catch (IOException e) {
            writer.close();
            throw new IOException(
                    "can't make " + file + " " + sizeBytes + " bytes long: " + e.getMessage() + "; " + writer.remedy(),
                    e);
        }
        return writer;
    }

    /** The file gets its length by its last byte alone: what is not written stays a hole. */
    private static void extend(FileChannel target, long sizeBytes) throws IOException {
        if (sizeBytes > 0) {
            target.write(ByteBuffer.allocate(1), sizeBytes - 1);
        }
    }

    private void permit(Set<PosixFilePermission> allowed) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view != null) {
            view.setPermissions(allowed);
        }
    }

    @Override
    WeightArena complete(FileChannel written) throws IOException {
        written.force(true);
        written.close();
        permit(permissions);
        return PackedArena.open(file, sizeBytes);
    }

    @Override
    void discard() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new ArenaException("can't delete the unfinished " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    String remedy() {
        try {
            FileStore store = Files.getFileStore(file);
            return "its file system (" + store.name() + ") has " + store.getUsableSpace()
                    + " bytes free: free some, or choose another state directory";
        } catch (IOException e) {
            return "its file system does not tell its free space (" + e.getMessage() + ")";
        }
    }
}
