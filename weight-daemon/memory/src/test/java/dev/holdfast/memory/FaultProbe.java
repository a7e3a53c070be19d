package dev.holdfast.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A process of its own that provokes what could crash a JVM, and prints what it got instead. */
final class FaultProbe {
    private FaultProbe() {}

    /** Arguments: {@code truncated} or {@code unloadable}, and a file of at least one page. */
    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[1]);
        try {
            if (arguments[0].equals("truncated")) {
                readTruncated(file);
            } else {
                PackedArena.open(file, 0).close();
            }
            System.out.println("nothing");
        } catch (RuntimeException e) {
            System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    private static void readTruncated(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                WeightArena arena = PackedArena.open(file, channel.size());
                Mapping mapping = arena.map()) {
            channel.truncate(0);
            mapping.copyOut(0, ByteBuffer.allocate(4096));
        }
    }
}
