package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.onnxruntime.OnnxRuntime;
import org.junit.jupiter.api.Test;

class NativeBufferTest {
    /** A run would write past the end of what a smaller one has. */
    @Test
    void moreThanABufferCanShowIsRefused() {
        OnnxRuntime runtime = OnnxRuntime.load();
        try (NativeBuffer buffer = new NativeBuffer(sizeBytes -> new HostStorage(runtime, sizeBytes))) {
            assertThatThrownBy(() -> buffer.require(3L << 30))
                    .isInstanceOf(InferenceFailedException.class)
                    .hasMessageContaining("3221225472 bytes", "2 GiB");
        }
    }
}
