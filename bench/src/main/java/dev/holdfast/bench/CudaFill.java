package dev.holdfast.bench;

import dev.holdfast.memory.ArenaWriter;
import dev.holdfast.memory.Mapping;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.memory.cuda.CudaArena;
import dev.holdfast.memory.cuda.CudaDevice;
import dev.holdfast.memory.cuda.CudaDriver;
import dev.holdfast.memory.cuda.DeviceContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;

/**
 * How fast a file in the page cache becomes a CUDA arena, stage by stage; {@code bench/gpu/tests} starts it.
 *
 * <p>Workload: one file of random bytes in a tmpfs, written as one range; one of more than 64 GiB, for which machines have no
 * room beside the device's, is a hole, which is read as zeros without being anywhere: what it takes to fill counts for
 * nothing, what it takes to attach does. The first round warms up and is not counted.
 */
final class CudaFill {
    private static final int BLOCK_BYTES = 4 << 20;
    private static final long MOST_WRITTEN_BYTES = 64L << 30;
    private static final int ROUNDS = 4;

    private final CudaDevice device;
    private final Path source;
    private final long sizeBytes;
    private final Map<String, Samples> seconds = new LinkedHashMap<>();

    private CudaFill(CudaDevice device, Path source, long sizeBytes) {
        this.device = device;
        this.source = source;
        this.sizeBytes = sizeBytes;
    }

    /** Arguments: a tmpfs directory, then sizes in GiB. */
    public static void main(String[] arguments) throws IOException {
        Machine.describe("cuda-fill " + String.join(" ", arguments));
        CudaDevice device = CudaDriver.load().devices().get(0);
        System.out.printf(
                Locale.ROOT,
                "device: %s, compute capability %s, %d bytes (%d free), descriptors %s, IPC %s, MPS %s; driver %s%n",
                device,
                device.computeCapability(),
                device.totalBytes(),
                device.freeBytes(),
                device.supportsDescriptors(),
                device.supportsIpc(),
                device.isUnderMps(),
                CudaDriver.load().version());
        System.out.println("| GiB | stage | min s | median s | median GB/s |");
        System.out.println("|---|---|---|---|---|");
        for (int i = 1; i < arguments.length; i++) {
            measure(device, Path.of(arguments[0]), Long.parseLong(arguments[i]) << 30);
        }
    }

    private static void measure(CudaDevice device, Path directory, long sizeBytes) throws IOException {
        Path source = Files.createTempFile(directory, "holdfast-bench-", ".source");
        try (DeviceContext context = device.context()) {
            writeSource(source, sizeBytes);
            CudaFill fill = new CudaFill(device, source, sizeBytes);
            for (int i = 0; i < ROUNDS; i++) {
                fill.round();
                if (i == 0) {
                    fill.seconds.clear();
                }
            }
            fill.print();
        } finally {
            Files.delete(source);
        }
    }

    private static void writeSource(Path source, long sizeBytes) throws IOException {
        if (sizeBytes > MOST_WRITTEN_BYTES) {
            writeHole(source, sizeBytes);
            return;
        }
        byte[] block = new byte[BLOCK_BYTES];
        new Random(1).nextBytes(block);
        try (FileChannel channel = FileChannel.open(source, StandardOpenOption.WRITE)) {
            LongStream.range(0, sizeBytes / BLOCK_BYTES).parallel().forEach(index -> writeBlock(channel, block, index));
        }
    }

    private static void writeHole(Path source, long sizeBytes) throws IOException {
        try (FileChannel channel = FileChannel.open(source, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1), sizeBytes - 1);
        }
    }

    private static void writeBlock(FileChannel channel, byte[] block, long index) {
        ByteBuffer bytes = ByteBuffer.wrap(block.clone()).putLong(0, index);
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes, index * BLOCK_BYTES + bytes.position());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void round() throws IOException {
        long started = System.nanoTime();
        try (ArenaWriter writer = CudaArena.create(device, sizeBytes);
                FileChannel content = FileChannel.open(source)) {
            long created = stage("allocate and clear", started);
            writer.write(0, content, 0, sizeBytes);
            try (WeightArena arena = writer.finish()) {
                stage("fill", created);
                long handedOver = stage("all until handed over", started);
                arena.digest();
                long digested = stage("digest", handedOver);
                Mapping mapping = arena.map();
                long mapped = stage("map", digested);
                mapping.close();
                stage("unmap", mapped);
            }
        }
    }

    private long stage(String name, long since) {
        long now = System.nanoTime();
        seconds.computeIfAbsent(name, key -> new Samples()).add((now - since) / 1e9);
        return now;
    }

    private void print() {
        seconds.forEach((name, samples) -> System.out.printf(
                Locale.ROOT,
                "| %d | %s | %.4f | %.4f | %.1f |%n",
                sizeBytes >> 30,
                name,
                samples.min(),
                samples.median(),
                sizeBytes / samples.median() / 1e9));
    }
}
