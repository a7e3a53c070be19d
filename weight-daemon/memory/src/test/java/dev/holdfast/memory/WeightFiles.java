package dev.holdfast.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/** Files that stand for weights in tests. */
public final class WeightFiles {
    private WeightFiles() {}

    /** Writes a file of reproducible random bytes. */
    public static Path random(Path file, int sizeBytes, long seed) throws IOException {
        return Files.write(file, randomBytes(sizeBytes, seed));
    }

    /** Reproducible random bytes. */
    public static byte[] randomBytes(int sizeBytes, long seed) {
        byte[] bytes = new byte[sizeBytes];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Makes a file of zeros that occupies next to nothing on disk, with some bytes at one place. */
    public static Path sparse(Path file, long sizeBytes, long position, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1), sizeBytes - 1);
            channel.write(ByteBuffer.wrap(bytes), position);
        }
        return file;
    }
}
