package dev.holdfast.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Takes one output of a batch apart into that of each request, copied to the Java heap. */
final class BatchOutput {
    private final TensorMetadata declared;
    private final Shape shape;
    private final List<CheckedRequest> requests;
    private final boolean batches;

    /**
     * @param shape what the run answered
     * @throws InferenceFailedException if it has not the batch's rows, so that nobody knows whose they are
     */
    BatchOutput(TensorMetadata declared, Shape shape, List<CheckedRequest> requests, boolean batches) {
        this.declared = declared;
        this.shape = shape;
        this.requests = requests;
        this.batches = batches;
        long rows = requests.stream().mapToLong(CheckedRequest::rows).sum();
        if (requests.size() > 1 && (shape.rank() == 0 || shape.dimension(0) != rows)) {
            throw new InferenceFailedException(
                    "output '" + declared.name() + "' has shape " + shape + " for a batch of " + rows
                            + "; set max_batch_size to 0",
                    null);
        }
    }

    /** Takes elements of fixed width. */
    List<Tensor> take(ByteBuffer bytes) {
        List<Tensor> parts = new ArrayList<>(requests.size());
        long rowBytes = requests.size() == 1 ? 0 : bytes.remaining() / shape.dimension(0);
        for (CheckedRequest request : requests) {
            int sizeBytes = requests.size() == 1 ? bytes.remaining() : (int) (rowBytes * request.rows());
            ByteBuffer part = ByteBuffer.allocate(sizeBytes).order(ByteOrder.LITTLE_ENDIAN);
            part.put(bytes.slice(bytes.position(), sizeBytes)).flip();
            bytes.position(bytes.position() + sizeBytes);
            parts.add(tensor(request, new Elements(part)));
        }
        return parts;
    }

    /** Takes byte strings. */
    List<Tensor> take(List<byte[]> values) {
        List<Tensor> parts = new ArrayList<>(requests.size());
        long perRow = requests.size() == 1 ? 0 : values.size() / shape.dimension(0);
        int start = 0;
        for (CheckedRequest request : requests) {
            int count = requests.size() == 1 ? values.size() : (int) (perRow * request.rows());
            parts.add(tensor(request, new Strings(List.copyOf(values.subList(start, start + count)))));
            start += count;
        }
        return parts;
    }

    private Tensor tensor(CheckedRequest request, TensorData data) {
        Shape own = batches && requests.size() > 1 ? shape.withOutermost(request.rows()) : shape;
        return new Tensor(declared.name(), declared.type(), own, data);
    }
}
