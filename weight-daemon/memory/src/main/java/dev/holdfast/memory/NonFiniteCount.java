package dev.holdfast.memory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.LongStream;

/** Counts the values of a mapping that are infinite or not a number, by the processor and with all its cores. */
final class NonFiniteCount {
    /** A whole number of values of any format, and little enough for a core's own cache. */
    private static final int CHUNK_BYTES = 1 << 18;

    private NonFiniteCount() {}

    static List<Long> of(Mapping mapping, List<FloatRange> ranges) {
        return ranges.stream().map(range -> of(mapping, range)).toList();
    }

    private static long of(Mapping mapping, FloatRange range) {
        long chunks = (range.lengthBytes() + CHUNK_BYTES - 1) / CHUNK_BYTES;
        return LongStream.range(0, chunks)
                .parallel()
                .map(chunk -> ofChunk(mapping, range, chunk * CHUNK_BYTES))
                .sum();
    }

    private static long ofChunk(Mapping mapping, FloatRange range, long start) {
        int length = (int) Math.min(CHUNK_BYTES, range.lengthBytes() - start);
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        mapping.copyOut(range.offsetBytes() + start, bytes);
        int exponent = range.format().exponentMask();
        bytes.flip();
        return range.format().bytes() == Integer.BYTES ? ofInts(bytes, exponent) : ofShorts(bytes, exponent);
    }

    private static int ofInts(ByteBuffer bytes, int exponent) {
        int[] values = new int[bytes.remaining() / Integer.BYTES];
        bytes.asIntBuffer().get(values);
        int found = 0;
        for (int value : values) {
            found += (value & exponent) == exponent ? 1 : 0;
        }
        return found;
    }

    private static int ofShorts(ByteBuffer bytes, int exponent) {
        short[] values = new short[bytes.remaining() / Short.BYTES];
        bytes.asShortBuffer().get(values);
        int found = 0;
        for (short value : values) {
            found += (value & exponent) == exponent ? 1 : 0;
        }
        return found;
    }
}
