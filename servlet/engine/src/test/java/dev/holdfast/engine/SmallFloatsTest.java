package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Numbers on their way into a tensor's own type. */
@Tag("core")
class SmallFloatsTest {
    @Test
    void everyHalfSurvivesTheWayThere() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = Float16.toFloat((short) bits);
            if (!Float.isNaN(value)) {
                assertThat(Float16.of(value)).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void halvesRoundToTheNearestTiesToEven() {
        assertThat(Float16.of(1 + 0x1p-11f)).isEqualTo(Float16.of(1));
        assertThat(Float16.of(1 + 3 * 0x1p-11f)).isEqualTo(Float16.of(1 + 0x1p-9f));
        assertThat(Float16.of(65519)).isEqualTo(Float16.of(65504));
        assertThat(Float16.toFloat(Float16.of(65520))).isInfinite();
        assertThat(Float16.toFloat(Float16.of(0x1p-25f))).isZero();
        assertThat(Float16.toFloat(Float16.of(3 * 0x1p-25f))).isEqualTo(0x1p-23f);
        assertThat(Float16.toFloat(Float16.of(Float.NaN))).isNaN();
    }

    @Test
    void everyBrainFloatSurvivesTheWayThere() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = BFloat16.toFloat((short) bits);
            if (!Float.isNaN(value)) {
                assertThat(BFloat16.of(value)).isEqualTo((short) bits);
            }
        }
        assertThat(BFloat16.of(1 + 0x1p-8f)).isEqualTo(BFloat16.of(1));
    }

    @Test
    void unsignedNumbersReachTheirEnd() {
        TensorWriter writer = new TensorWriter("x", DataType.UINT64, 1);
        writer.put(BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE));
        assertThat(((Elements) writer.finish()).bytes().getLong()).isEqualTo(-1);
    }

    @Test
    void numbersOutOfTheTypesRangeAreRefused() {
        refused(DataType.UINT8, 256);
        refused(DataType.INT8, -129);
        refused(DataType.UINT32, -1);
        refused(DataType.BOOL, 2);
        assertThatThrownBy(() -> writer(DataType.FP16).put(70_000.0)).hasMessageContaining("elements of type FP16");
        assertThatThrownBy(() -> writer(DataType.FP32).put(1e39)).hasMessageContaining("elements of type FP32");
        assertThatThrownBy(() -> writer(DataType.INT32).put(1.5)).hasMessageContaining("elements of type INT32");
        assertThatThrownBy(() -> writer(DataType.UINT64).put(BigInteger.ONE.shiftLeft(64)))
                .hasMessageContaining("elements of type UINT64");
        assertThatThrownBy(() -> writer(DataType.FP32).put(new byte[1])).hasMessageContaining("a string");
    }

    private static void refused(DataType type, long value) {
        assertThatThrownBy(() -> writer(type).put(value))
                .isInstanceOf(InvalidTensorException.class)
                .hasMessageContaining("elements of type " + type + ", received " + value);
    }

    private static TensorWriter writer(DataType type) {
        return new TensorWriter("x", type, 10);
    }

    @Test
    void moreElementsThanAnnouncedAreRefused() {
        TensorWriter writer = new TensorWriter("x", DataType.INT16, 2);
        writer.put(1L);
        writer.put(2L);
        assertThatThrownBy(() -> writer.put(3L)).hasMessageContaining("expected 2 elements, received more");
    }

    @Test
    void writersGrowWithWhatComes() {
        TensorWriter writer = new TensorWriter("x", DataType.INT32, Long.MAX_VALUE);
        for (int i = 0; i < 10_000; i++) {
            writer.put((long) i);
        }
        ByteBuffer bytes = ((Elements) writer.finish()).bytes();
        assertThat(bytes.remaining()).isEqualTo(40_000);
        assertThat(bytes.getInt(4 * 9_999)).isEqualTo(9_999);
    }
}
