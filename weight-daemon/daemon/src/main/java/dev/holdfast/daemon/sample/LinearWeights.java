package dev.holdfast.daemon.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.LongStream;

/**
 * The weights of {@link LinearSample} as one file of {@code float}s, little-endian: the matrix row by row, then the
 * biases. Each value depends on its index alone, so that the file is written in parallel, chunk by chunk, and any
 * value can be computed without it.
 */
record LinearWeights(String path, long inputs, long outputs) implements SampleFile {
    private static final int CHUNK_BYTES = 1 << 20;

    /** Step of SplitMix64: 2^64 divided by the golden ratio (Steele, Lea, Flood, OOPSLA 2014, figure 17). */
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    /** Bits of a {@code float}'s significand. */
    private static final int SIGNIFICAND_BITS = 24;

    float weight(long row, long column) {
        return value(Math.addExact(Math.multiplyExact(row, inputs), column));
    }

    float bias(long row) {
        return value(Math.addExact(Math.multiplyExact(outputs, inputs), row));
    }

    long matrixBytes() {
        return Math.multiplyExact(Math.multiplyExact(outputs, inputs), (long) Float.BYTES);
    }

    long biasBytes() {
        return Math.multiplyExact(outputs, (long) Float.BYTES);
    }

    long sizeBytes() {
        return Math.addExact(matrixBytes(), biasBytes());
    }

    @Override
    public void write(Path target) throws IOException {
        try (FileChannel file = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            chunks().forEach(chunk -> writeChunk(file, chunk));
        } catch (UncheckedIOException failed) {
            throw new IOException("can't write " + target + ": " + failed.getCause(), failed.getCause());
        }
    }

    @Override
    public boolean sameAs(Path existing) throws IOException {
        try (FileChannel file = FileChannel.open(existing, StandardOpenOption.READ)) {
            return file.size() == sizeBytes() && chunks().allMatch(chunk -> sameChunk(file, chunk));
        } catch (UncheckedIOException failed) {
            throw new IOException("can't read " + existing + ": " + failed.getCause(), failed.getCause());
        }
    }

    private LongStream chunks() {
        return LongStream.range(0, (sizeBytes() + CHUNK_BYTES - 1) / CHUNK_BYTES)
                .parallel();
    }

    private void writeChunk(FileChannel file, long chunk) {
        ByteBuffer bytes = values(chunk);
        long position = chunk * CHUNK_BYTES;
        try {
            while (bytes.hasRemaining()) {
                position += file.write(bytes, position);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private boolean sameChunk(FileChannel file, long chunk) {
        ByteBuffer wanted = values(chunk);
        ByteBuffer found = ByteBuffer.allocate(wanted.remaining());
        long position = chunk * CHUNK_BYTES;
        try {
            while (found.hasRemaining()) {
                int read = file.read(found, position + found.position());
                if (read < 0) {
                    return false;
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return wanted.equals(found.flip());
    }

    private ByteBuffer values(long chunk) {
        long start = chunk * CHUNK_BYTES;
        int length = (int) Math.min(CHUNK_BYTES, sizeBytes() - start);
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        FloatBuffer floats = bytes.asFloatBuffer();
        long first = start / Float.BYTES;
        while (floats.hasRemaining()) {
            floats.put(value(first + floats.position()));
        }
        return bytes;
    }

    /** Uniform in [-1/sqrt(K), 1/sqrt(K)), as torch.nn.Linear starts out; K is the number of inputs. */
    private float value(long index) {
        float unit = (mix((index + 1) * GOLDEN_GAMMA) >>> (Long.SIZE - SIGNIFICAND_BITS)) * 0x1p-24f;
        return (float) ((2.0 * unit - 1.0) / Math.sqrt((double) inputs));
    }

    /** The output function of SplitMix64. */
    private static long mix(long state) {
        long z = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
