package dev.holdfast.memory;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * An arena seen from this process, read-only.
 *
 * <p>The owner keeps a mapping strongly referenced and open for as long as anything uses {@link #address()}: a session
 * whose mapping is gone crashes the JVM. Methods may be called from any thread; {@code close} must not race with users
 * of the address.
 */
public interface Mapping extends AutoCloseable {
    /**
     * The first byte's address in this process, or in the device's address space for device memory; 0 if the arena is
     * empty.
     *
     * @throws IllegalStateException if the mapping is closed
     */
    long address();

    /** The mapped length in bytes. */
    long sizeBytes();

    /**
     * Copies bytes of the arena out to the host, whatever memory they live in.
     *
     * @param offsetBytes from the start of the arena
     * @param target filled from its position to its limit
     * @throws IndexOutOfBoundsException if the range leaves the arena
     * @throws IllegalStateException if the mapping is closed
     */
    void copyOut(long offsetBytes, ByteBuffer target);

    /**
     * Counts the values that are infinite or not a number, where the bytes are: device memory by the device.
     *
     * @return a number for each range, in their order
     * @throws IndexOutOfBoundsException if a range leaves the arena
     * @throws IllegalArgumentException if an offset in device memory is not a multiple of the format's bytes
     * @throws IllegalStateException if the mapping is closed
     */
    default List<Long> countNonFinite(List<FloatRange> ranges) {
        return NonFiniteCount.of(this, ranges);
    }

    /** Unmaps; further calls do nothing. */
    @Override
    void close();
}
