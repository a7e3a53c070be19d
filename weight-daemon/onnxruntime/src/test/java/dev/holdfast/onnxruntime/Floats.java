package dev.holdfast.onnxruntime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Float tensors over direct memory of their own. */
final class Floats {
    private Floats() {}

    static OrtValue value(OnnxRuntime runtime, List<Long> shape, float... elements) {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(elements.length * Float.BYTES).order(ByteOrder.nativeOrder());
        bytes.asFloatBuffer().put(elements);
        return OrtValue.over(runtime, bytes, OnnxFile.FLOAT, shape);
    }
}
