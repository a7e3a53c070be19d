package dev.holdfast.inference;

import dev.holdfast.engine.BFloat16;
import dev.holdfast.engine.Elements;
import dev.holdfast.engine.Float16;
import dev.holdfast.engine.Strings;
import dev.holdfast.engine.Tensor;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import tools.jackson.core.JsonGenerator;

/** An output's elements as JSON values, a few at a time, after {@link #check}. One thread. */
final class ElementWriter {
    private static final int AT_ONCE = 1024;

    private final Tensor tensor;
    private final long count;
    private final ByteBuffer bytes;
    private long next;

    ElementWriter(Tensor tensor) {
        this.tensor = tensor;
        this.count = tensor.data() instanceof Strings strings
                ? strings.values().size()
                : tensor.data().sizeBytes() / tensor.type().elementBytes();
        this.bytes = tensor.data() instanceof Elements elements ? elements.bytes() : ByteBuffer.allocate(0);
    }

    /**
     * Writes some elements, or for byte strings one.
     *
     * @return whether some are left
     */
    boolean writeSome(JsonGenerator out) {
        if (tensor.data() instanceof Strings strings) {
            return writeString(strings, out);
        }
        for (int i = 0; i < AT_ONCE && next < count; i++, next++) {
            writeElement(out);
        }
        return next < count;
    }

    private boolean writeString(Strings strings, JsonGenerator out) {
        if (next < count) {
            byte[] value = strings.values().get((int) next++);
            out.writeUTF8String(value, 0, value.length);
        }
        return next < count;
    }

    private void writeElement(JsonGenerator out) {
        switch (tensor.type()) {
            case BOOL -> out.writeBoolean(bytes.get() != 0);
            case UINT8 -> out.writeNumber(bytes.get() & 0xFF);
            case INT8 -> out.writeNumber((int) bytes.get());
            case UINT16 -> out.writeNumber(bytes.getShort() & 0xFFFF);
            case INT16 -> out.writeNumber((int) bytes.getShort());
            case UINT32 -> out.writeNumber(bytes.getInt() & 0xFFFF_FFFFL);
            case INT32 -> out.writeNumber(bytes.getInt());
            case UINT64 -> writeUnsigned(out, bytes.getLong());
            case INT64 -> out.writeNumber(bytes.getLong());
            case FP16 -> out.writeNumber(Float16.toFloat(bytes.getShort()));
            case BF16 -> out.writeNumber(BFloat16.toFloat(bytes.getShort()));
            case FP32 -> out.writeNumber(bytes.getFloat());
            case FP64 -> out.writeNumber(bytes.getDouble());
            case BYTES -> throw new IllegalStateException("byte strings have no fixed width");
        }
    }

    private static void writeUnsigned(JsonGenerator out, long value) {
        if (value >= 0) {
            out.writeNumber(value);
        } else {
            out.writeNumber(new BigInteger(Long.toUnsignedString(value)));
        }
    }

    /**
     * Looks for what JSON can't hold before anything is written: an answer that has begun can't become an error.
     *
     * @throws RequestRefusedException with 400 if there is a NaN, an infinity, or a byte string that is not UTF-8
     */
    void check() {
        ByteBuffer view = bytes.duplicate().order(bytes.order());
        switch (tensor.type()) {
            case FP16 -> {
                while (view.hasRemaining()) {
                    requireFinite(Float16.toFloat(view.getShort()));
                }
            }
            case BF16 -> {
                while (view.hasRemaining()) {
                    requireFinite(BFloat16.toFloat(view.getShort()));
                }
            }
            case FP32 -> {
                while (view.hasRemaining()) {
                    requireFinite(view.getFloat());
                }
            }
            case FP64 -> {
                while (view.hasRemaining()) {
                    requireFinite(view.getDouble());
                }
            }
            case BYTES -> ((Strings) tensor.data()).values().forEach(this::requireText);
            default -> {}
        }
    }

    private void requireFinite(double value) {
        if (!Double.isFinite(value)) {
            throw unsuitable(Double.toString(value));
        }
    }

    private void requireText(byte[] value) {
        if (Utf8.decode(value).isEmpty()) {
            throw unsuitable("bytes that are not UTF-8");
        }
    }

    private RequestRefusedException unsuitable(String value) {
        return RequestRefusedException.malformed("output '" + tensor.name() + "' has " + value
                + ", which JSON can't hold; ask for it in binary with parameter \"binary_data\"");
    }
}
