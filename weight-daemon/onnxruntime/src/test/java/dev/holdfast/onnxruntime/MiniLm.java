package dev.holdfast.onnxruntime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** all-MiniLM-L6-v2: 90 MB of weights; token ids in, embeddings out. */
final class MiniLm {
    private static final int TOKENS = 16;

    private MiniLm() {}

    static Path in(Path directory) throws IOException {
        Path model = directory.resolve("model.onnx");
        try (InputStream resource = MiniLm.class.getResourceAsStream("/all-minilm-l6-v2.onnx")) {
            Files.copy(resource, model);
        }
        return model;
    }

    /** The first output for a fixed sentence. */
    static float[] embed(OnnxRuntime runtime, Session session) {
        Map<String, OrtValue> inputs = new HashMap<>();
        try {
            for (TensorInfo input : session.inputs()) {
                inputs.put(input.name(), OrtValue.over(runtime, ids(input.name()), OnnxFile.INT64, List.of(1L, (long)
                        TOKENS)));
            }
            try (Outputs outputs = session.run(inputs)) {
                return floats(outputs.get(session.outputs().get(0).name()));
            }
        } finally {
            inputs.values().forEach(OrtValue::close);
        }
    }

    static float[] floats(OrtValue value) {
        FloatBuffer buffer = value.bytes().asFloatBuffer();
        float[] floats = new float[buffer.remaining()];
        buffer.get(floats);
        return floats;
    }

    private static ByteBuffer ids(String input) {
        ByteBuffer ids = ByteBuffer.allocateDirect(TOKENS * Long.BYTES).order(ByteOrder.nativeOrder());
        for (int i = 0; i < TOKENS; i++) {
            ids.putLong(
                    switch (input) {
                        case "input_ids" -> 1000 + 37L * i;
                        case "attention_mask" -> 1;
                        default -> 0;
                    });
        }
        return ids.flip();
    }
}
