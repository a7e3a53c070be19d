package dev.holdfast.bench;

import dev.holdfast.daemon.sample.MiniLmSample;
import dev.holdfast.engine.DataType;
import dev.holdfast.engine.InferenceRequest;
import dev.holdfast.engine.Shape;
import dev.holdfast.engine.Tensor;
import dev.holdfast.engine.TensorData;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * One request, asked again and again.
 *
 * @param model the model's name
 * @param label what its input is, in words
 * @param inputs of one request
 */
record Workload(String model, String label, List<Tensor> inputs) {
    /** So many texts of so many tokens each, nothing padded. */
    static Workload miniLm(int texts, int tokens) {
        Shape shape = Shape.of(texts, tokens);
        long[] ids = LongStream.range(0, (long) texts * tokens)
                .map(i -> 1000 + 37 * i % 20_000)
                .toArray();
        long[] ones = LongStream.range(0, ids.length).map(i -> 1).toArray();
        List<Tensor> inputs = Stream.of("input_ids", "attention_mask", "token_type_ids")
                .map(name -> new Tensor(name, DataType.INT64, shape, TensorData.ofLongs(values(name, ids, ones))))
                .toList();
        return new Workload(MiniLmSample.NAME, texts + "x" + tokens + " tokens", inputs);
    }

    private static long[] values(String name, long[] ids, long[] ones) {
        return switch (name) {
            case "input_ids" -> ids;
            case "attention_mask" -> ones;
            default -> new long[ids.length];
        };
    }

    /** One input {@code x} of so many rows. */
    static Workload rows(String model, int rows, int width) {
        float[] values = new float[rows * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i);
        }
        Tensor x = new Tensor("x", DataType.FP32, Shape.of(rows, width), TensorData.ofFloats(values));
        return new Workload(model, rows + "x" + width + " floats", List.of(x));
    }

    InferenceRequest request() {
        return InferenceRequest.of(inputs);
    }
}
