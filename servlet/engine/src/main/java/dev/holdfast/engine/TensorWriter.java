package dev.holdfast.engine;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes a tensor's elements one by one, straight into the buffer of their own type: for parsers that read numbers from a
 * stream. One thread.
 *
 * <p>Grows as elements come, so memory follows what was really sent, whatever shape was announced.
 */
public final class TensorWriter {
    private static final int FIRST_BYTES = 1024;
    private static final BigInteger UINT64_END = BigInteger.ONE.shiftLeft(Long.SIZE);

    private final String name;
    private final DataType type;
    private final long limitElements;
    private final List<byte[]> strings = new ArrayList<>();
    private ByteBuffer bytes;
    private long count;

    /**
     * Begins a tensor.
     *
     * @param name for messages
     * @param limitElements most elements it may have
     */
    public TensorWriter(String name, DataType type, long limitElements) {
        this.name = name;
        this.type = type;
        this.limitElements = limitElements;
        this.bytes =
                ByteBuffer.allocate(type == DataType.BYTES ? 0 : FIRST_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Elements so far. */
    public long count() {
        return count;
    }

    /**
     * Adds a truth value.
     *
     * @throws InvalidTensorException if the type is not BOOL, or there are too many elements
     */
    public void put(boolean value) {
        if (type != DataType.BOOL) {
            throw unsuitable(Boolean.toString(value));
        }
        room(1).put((byte) (value ? 1 : 0));
    }

    /**
     * Adds a whole number.
     *
     * @throws InvalidTensorException if it is not one of the type's, or there are too many elements. BOOL takes 0 and 1
     */
    public void put(long value) {
        switch (type) {
            case BOOL -> room(1).put((byte) within(value, 0, 1));
            case UINT8 -> room(1).put((byte) within(value, 0, 0xFF));
            case INT8 -> room(1).put((byte) within(value, Byte.MIN_VALUE, Byte.MAX_VALUE));
            case UINT16 -> room(2).putShort((short) within(value, 0, 0xFFFF));
            case INT16 -> room(2).putShort((short) within(value, Short.MIN_VALUE, Short.MAX_VALUE));
            case UINT32 -> room(4).putInt((int) within(value, 0, 0xFFFF_FFFFL));
            case INT32 -> room(4).putInt((int) within(value, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case UINT64 -> room(8).putLong(within(value, 0, Long.MAX_VALUE));
            case INT64 -> room(8).putLong(value);
            case FP16, BF16, FP32, FP64 -> put((double) value);
            case BYTES -> throw unsuitable(Long.toString(value));
        }
    }

    /**
     * Adds a whole number of any size, for UINT64 above 2^63 - 1.
     *
     * @throws InvalidTensorException if it is not one of the type's, or there are too many elements
     */
    public void put(BigInteger value) {
        if (value.bitLength() < Long.SIZE) {
            put(value.longValue());
        } else if (type == DataType.UINT64 && value.signum() > 0 && value.compareTo(UINT64_END) < 0) {
            room(8).putLong(value.longValue());
        } else if (type.name().startsWith("FP") || type == DataType.BF16) {
            put(value.doubleValue());
        } else {
            throw unsuitable(value.toString());
        }
    }

    /**
     * Adds a number, rounded to the nearest of the type's.
     *
     * @throws InvalidTensorException if the type has no fractions and the number has one, if a finite number exceeds the
     *     type's range, or there are too many elements
     */
    public void put(double value) {
        switch (type) {
            case FP64 -> room(8).putDouble(value);
            case FP32 -> room(4).putFloat((float) finite(value, (float) value));
            case FP16 -> {
                short half = Float16.of((float) value);
                finite(value, Float16.toFloat(half));
                room(2).putShort(half);
            }
            case BF16 -> {
                short brain = BFloat16.of((float) value);
                finite(value, BFloat16.toFloat(brain));
                room(2).putShort(brain);
            }
            default -> {
                if (value != Math.rint(value) || Math.abs(value) >= 0x1p63) {
                    throw unsuitable(Double.toString(value));
                }
                put((long) value);
            }
        }
    }

    /**
     * Adds a byte string.
     *
     * @param value kept, not copied
     * @throws InvalidTensorException if the type is not BYTES, or there are too many elements
     */
    public void put(byte[] value) {
        if (type != DataType.BYTES) {
            throw unsuitable("a string");
        }
        counted();
        strings.add(value);
    }

    /** The elements; the writer is of no further use. */
    public TensorData finish() {
        return type == DataType.BYTES ? new Strings(strings) : new Elements(bytes.flip());
    }

    private ByteBuffer room(int elementBytes) {
        counted();
        if (bytes.remaining() < elementBytes) {
            ByteBuffer larger = Elements.allocate(Math.min(2L * bytes.capacity(), Integer.MAX_VALUE - Long.BYTES));
            if (larger.capacity() - bytes.position() < elementBytes) {
                throw new InvalidTensorException(name, "less than 2 GiB", "more");
            }
            bytes = larger.put(bytes.flip());
        }
        return bytes;
    }

    private void counted() {
        if (count == limitElements) {
            throw new InvalidTensorException(name, limitElements + " elements", "more");
        }
        count++;
    }

    private long within(long value, long least, long most) {
        if (value < least || value > most) {
            throw unsuitable(Long.toString(value));
        }
        return value;
    }

    private double finite(double given, double rounded) {
        if (Double.isInfinite(rounded) && !Double.isInfinite(given)) {
            throw unsuitable(Double.toString(given));
        }
        return rounded;
    }

    private InvalidTensorException unsuitable(String value) {
        return new InvalidTensorException(name, "elements of type " + type, value);
    }
}
