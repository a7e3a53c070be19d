package dev.holdfast.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.engine.DataType;
import dev.holdfast.engine.InferenceResponse;
import dev.holdfast.engine.Shape;
import dev.holdfast.engine.Strings;
import dev.holdfast.engine.Tensor;
import dev.holdfast.engine.TensorData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class AnswerTest {
    private static JsonAnswer answer(Tensor output) {
        InferenceResponse response = new InferenceResponse("m", 1, "", List.of(output), 5, OptionalLong.empty());
        return new JsonAnswer(new AnswerDocument(response, tensor -> false, Optional.empty()));
    }

    private static Tensor floats(float... values) {
        return new Tensor("y", DataType.FP32, Shape.of(values.length), TensorData.ofFloats(values));
    }

    @Test
    void smallAnswerKnowsItsLength() throws IOException {
        JsonAnswer answer = answer(floats(1, 2));
        long size = answer.sizeBytes();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(answer.writeTo(out)).isTrue();
        assertThat(answer.writeTo(out)).isFalse();
        assertThat(out.size()).isEqualTo(size);
    }

    @Test
    void largeAnswerIsMadeInPiecesOfBoundedSize() throws IOException {
        JsonAnswer answer = answer(floats(new float[1_000_000]));
        assertThat(answer.sizeBytes()).isEqualTo(-1);
        ByteArrayOutputStream piece = new ByteArrayOutputStream();
        while (answer.writeTo(piece)) {
            assertThat(piece.size()).isLessThan(64 * 1024);
            piece.reset();
        }
    }

    @Test
    void nanIsRefusedBeforeAnythingIsWritten() {
        assertThatThrownBy(() -> answer(floats(1, Float.NaN)).sizeBytes())
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("binary_data");
    }

    @Test
    void bytesThatAreNotTextAreRefused() {
        Tensor output = new Tensor("y", DataType.BYTES, Shape.of(1), new Strings(List.of(new byte[] {(byte) 0xFF})));
        assertThatThrownBy(() -> answer(output).sizeBytes())
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("UTF-8");
    }
}
