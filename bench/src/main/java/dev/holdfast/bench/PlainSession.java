package dev.holdfast.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.holdfast.engine.DataType;
import dev.holdfast.engine.Elements;
import dev.holdfast.engine.Tensor;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A session of ONNX Runtime's official Java API on a model's own file, with a private copy of the weights. */
final class PlainSession implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    /** An input, and its elements as an array of their type. */
    private record Given(Tensor tensor, Object elements) {}

    private PlainSession(Path model, int threads) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            session = environment.createSession(model.toString(), options);
        }
    }

    /** @param threads that share one operator's work */
    static PlainSession open(Path model, int threads) {
        try {
            return new PlainSession(model, threads);
        } catch (OrtException e) {
            throw new IllegalStateException("can't open " + model, e);
        }
    }

    /**
     * A call that begins with elements on the heap and ends with elements on the heap, as the engine's do: tensors made,
     * computed, and copied out.
     */
    Runnable call(Workload workload) {
        List<Given> inputs = workload.inputs().stream()
                .map(input -> new Given(input, heapElements(input)))
                .toList();
        return () -> run(inputs);
    }

    private static Object heapElements(Tensor input) {
        ByteBuffer bytes = ((Elements) input.data()).bytes();
        if (input.type() == DataType.INT64) {
            long[] values = new long[bytes.remaining() / Long.BYTES];
            bytes.asLongBuffer().get(values);
            return values;
        }
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }

    private void run(List<Given> inputs) {
        Map<String, OnnxTensorLike> given = new HashMap<>();
        try {
            for (Given input : inputs) {
                given.put(input.tensor().name(), tensor(input));
            }
            try (OrtSession.Result result = session.run(given)) {
                FloatBuffer copy = ((OnnxTensor) result.get(0)).getFloatBuffer();
                if (!copy.hasRemaining()) {
                    throw new IllegalStateException("an empty output");
                }
            }
        } catch (OrtException e) {
            throw new IllegalStateException("the computation failed", e);
        } finally {
            given.values().forEach(OnnxTensorLike::close);
        }
    }

    /** The outputs, which the caller closes. Any thread. */
    OrtSession.Result run(Map<String, OnnxTensorLike> inputs) throws OrtException {
        return session.run(inputs);
    }

    private OnnxTensor tensor(Given input) throws OrtException {
        long[] shape = new long[input.tensor().shape().rank()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = input.tensor().shape().dimension(i);
        }
        return input.elements() instanceof long[] longs
                ? OnnxTensor.createTensor(environment, LongBuffer.wrap(longs), shape)
                : OnnxTensor.createTensor(environment, FloatBuffer.wrap((float[]) input.elements()), shape);
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("a session could not be closed", e);
        }
    }
}
