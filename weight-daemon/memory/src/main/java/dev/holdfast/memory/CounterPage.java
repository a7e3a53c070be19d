package dev.holdfast.memory;

import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The file of a {@link SharedCounter} mapped read-write: mmap(2), and so really gone once closed.
 *
 * <p>Windows maps it through {@code FileChannel} instead, where it stays mapped until the buffer is collected; that is
 * not tested.
 */
final class CounterPage {
    private final ByteBuffer bytes;
    private final Runnable unmap;

    private CounterPage(ByteBuffer bytes, Runnable unmap) {
        this.bytes = bytes;
        this.unmap = unmap;
    }

    static CounterPage map(Path file) {
        try {
            return LibC.isHere() ? mapByDescriptor(file) : mapByChannel(file);
        } catch (IOException | NativeCallException e) {
            throw new ArenaException(
                    "can't open the counter " + file + ": " + e.getMessage()
                            + "; it must be a regular file that this user may read and write",
                    e);
        }
    }

    private static CounterPage mapByDescriptor(Path file) throws IOException {
        try (OwnedDescriptor opened = OwnedDescriptor.owning(LibC.open(file, LibC.O_RDWR))) {
            BasicFileAttributes attributes = opened.attributes();
            requireCounter(attributes.isRegularFile(), attributes.size(), file);
            long address = LibC.map(
                    opened.value(), SharedCounter.FILE_BYTES, LibC.PROT_READ | LibC.PROT_WRITE, file.toString());
            return new CounterPage(
                    new Pointer(address).getByteBuffer(0, SharedCounter.FILE_BYTES),
                    () -> LibC.unmap(address, SharedCounter.FILE_BYTES));
        }
    }

    private static CounterPage mapByChannel(Path file) throws IOException {
        try (FileChannel opened =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            requireCounter(true, opened.size(), file);
            return new CounterPage(opened.map(FileChannel.MapMode.READ_WRITE, 0, SharedCounter.FILE_BYTES), () -> {});
        }
    }

    private static void requireCounter(boolean regularFile, long sizeBytes, Path file) {
        if (!regularFile || sizeBytes != SharedCounter.FILE_BYTES) {
            throw new ArenaException("the counter " + file + " is not a regular file of " + SharedCounter.FILE_BYTES
                    + " bytes; delete it, and the holder makes a new one from its journal");
        }
    }

    ByteBuffer bytes() {
        return bytes;
    }

    void close() {
        unmap.run();
    }
}
