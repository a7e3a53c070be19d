package dev.holdfast.engine;

import dev.holdfast.onnxruntime.OnnxRuntimeException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a version on zeros of the smallest shapes, so that its first request finds pages and kernels in place. */
final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final long MOST_BYTES = 64L << 20;

    private WarmUp() {}

    /**
     * A model that can't compute zeros, or finds no memory for the largest batch, is none the worse for it, so that is only
     * logged.
     *
     * @param largestBatch how many requests to run together first: memory that is taken for the largest batch serves all
     *     others, while memory that grows from batch to batch is taken again and again
     * @throws InferenceFailedException if a device failed, on which nothing may be computed any more; in the driver's words
     */
    static void run(ModelVersion version, List<Instance> instances, int largestBatch) {
        try {
            InferenceRequest request = InferenceRequest.of(zeros(version));
            CheckedRequest checked = new RequestCheck(version).check(request);
            for (Instance instance : instances) {
                int together = (int) Math.min(largestBatch, RequestQueue.MOST_BATCH_BYTES / size(checked));
                if (together > 1) {
                    instance.compute(Collections.nCopies(together, checked));
                }
                instance.compute(List.of(checked));
            }
        } catch (OnnxRuntimeException | InferenceException e) {
            if (FailureKind.of(e) == FailureKind.FAULT) {
                throw new InferenceFailedException("the device failed at the warm-up: " + words(e), e);
            }
            LOG.info(
                    "event=warmup-skipped model={} version={} reason={}",
                    version.model(),
                    version.version(),
                    LogValue.quoted(String.valueOf(e.getMessage())));
        }
    }

    /** What was suppressed is what the device said when it was waited for. */
    private static String words(Throwable failure) {
        return Stream.concat(Stream.of(failure), Stream.of(failure.getSuppressed()))
                .map(Throwable::getMessage)
                .distinct()
                .collect(Collectors.joining("; "));
    }

    private static long size(CheckedRequest request) {
        return Math.max(1, request.sizeBytes());
    }

    private static List<Tensor> zeros(ModelVersion version) {
        List<Tensor> tensors = new ArrayList<>();
        for (TensorMetadata input : version.inputs()) {
            long[] dimensions = new long[input.shape().rank()];
            for (int i = 0; i < dimensions.length; i++) {
                dimensions[i] =
                        Math.max(input.shape().dimension(i), input.shape().dimension(i) < 0 ? 1 : 0);
            }
            Shape shape = Shape.of(dimensions);
            tensors.add(new Tensor(input.name(), input.type(), shape, zeros(input, shape)));
        }
        return tensors;
    }

    private static TensorData zeros(TensorMetadata input, Shape shape) {
        long count = shape.elementCount();
        if (count * Math.max(1, input.type().elementBytes()) > MOST_BYTES) {
            throw new InvalidTensorException(input.name(), "less than 64 MiB to warm up with", "shape " + shape);
        }
        if (input.type() == DataType.BYTES) {
            return new Strings(Collections.nCopies((int) count, new byte[0]));
        }
        return new Elements(ByteBuffer.allocate((int) count * input.type().elementBytes()));
    }
}
