package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class OutputCheckTest {
    private final OutputCheck check = new OutputCheck();

    private static ByteBuffer answer(String extra, float... outputs) {
        byte[] json = ("{" + extra + "\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data_size\":"
                        + 4 * outputs.length + "}}]}")
                .getBytes(StandardCharsets.UTF_8);
        ByteBuffer body = ByteBuffer.allocate(json.length + 4 * outputs.length).order(ByteOrder.LITTLE_ENDIAN);
        body.put(json);
        for (float output : outputs) {
            body.putFloat(output);
        }
        return body.flip().asReadOnlyBuffer();
    }

    @Test
    void sameNumbersAreRightWhateverTheJsonSaysBesides() {
        assertThat(check.accepts(answer("", 1, -2))).isTrue();
        assertThat(check.accepts(answer("\"model_name\":\"linear\",", 1.00001f, -2)))
                .isTrue();
    }

    @Test
    void otherNumbersAreWrong() {
        assertThat(check.accepts(answer("", 1, -2))).isTrue();
        assertThat(check.accepts(answer("", 1, -2.01f))).isFalse();
        assertThat(check.accepts(answer("", 1, Float.NaN))).isFalse();
        assertThat(check.accepts(answer("", 1))).isFalse();
    }

    @Test
    void answerWithoutOutputsIsWrong() {
        assertThat(check.accepts(ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_8))))
                .isFalse();
        assertThat(check.accepts(ByteBuffer.allocate(0))).isFalse();
    }

    @Test
    void answerShorterThanItSaysIsWrong() {
        ByteBuffer whole = answer("", new float[100]);
        assertThat(check.accepts(whole.slice(0, whole.limit() - 100 * Float.BYTES)))
                .isFalse();
    }
}
