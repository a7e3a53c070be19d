package dev.holdfast.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares requests with what a version declares, before they may share a batch: whatever is wrong with one request fails
 * that request alone. Immutable.
 */
final class RequestCheck {
    /** A native buffer is seen as one Java buffer, which has at most this many bytes. */
    private static final long MOST_BYTES = Integer.MAX_VALUE;

    private final List<TensorMetadata> inputs;
    private final List<TensorMetadata> outputs;
    private final int maxBatchSize;

    RequestCheck(ModelVersion version) {
        this.inputs = version.inputs();
        this.outputs = version.outputs();
        this.maxBatchSize = version.config().maxBatchSize();
    }

    /** @throws InvalidTensorException if the request is not what the version declares */
    CheckedRequest check(InferenceRequest request) {
        List<Tensor> ordered = ordered(request.inputs());
        long sizeBytes = 0;
        for (int i = 0; i < ordered.size(); i++) {
            sizeBytes += sizeBytes(inputs.get(i), ordered.get(i));
        }
        List<TensorMetadata> wanted = wanted(request.outputs());
        if (maxBatchSize == 0) {
            return new CheckedRequest(ordered, wanted, 1, sizeBytes, BatchKey.NONE);
        }
        return new CheckedRequest(ordered, wanted, rows(ordered), sizeBytes, key(ordered, wanted));
    }

    private List<Tensor> ordered(List<Tensor> given) {
        Map<String, Tensor> byName = new HashMap<>();
        for (Tensor tensor : given) {
            if (byName.put(tensor.name(), tensor) != null) {
                throw new InvalidTensorException(tensor.name(), "one input of that name", "two");
            }
        }
        List<Tensor> ordered = new ArrayList<>(inputs.size());
        for (TensorMetadata input : inputs) {
            Tensor tensor = byName.remove(input.name());
            if (tensor == null) {
                throw new InvalidTensorException(input.name(), describe(input), "no such input");
            }
            ordered.add(tensor);
        }
        if (!byName.isEmpty()) {
            String unknown = byName.keySet().iterator().next();
            throw new InvalidTensorException(unknown, "one of the inputs " + names(inputs), "an unknown input");
        }
        return ordered;
    }

    private static long sizeBytes(TensorMetadata declared, Tensor tensor) {
        if (tensor.type() != declared.type()) {
            throw new InvalidTensorException(tensor.name(), "type " + declared.type(), "type " + tensor.type());
        }
        if (!declared.shape().admits(tensor.shape())) {
            throw new InvalidTensorException(tensor.name(), "shape " + declared.shape(), "shape " + tensor.shape());
        }
        return tensor.type() == DataType.BYTES ? sizeOfStrings(tensor) : sizeOfElements(tensor);
    }

    private static long sizeOfStrings(Tensor tensor) {
        if (!(tensor.data() instanceof Strings strings)) {
            throw new InvalidTensorException(tensor.name(), "byte strings", "elements of fixed width");
        }
        long count = elementCount(tensor);
        if (strings.values().size() != count) {
            throw new InvalidTensorException(
                    tensor.name(),
                    count + " elements for shape " + tensor.shape(),
                    strings.values().size() + " elements");
        }
        return strings.sizeBytes();
    }

    private static long sizeOfElements(Tensor tensor) {
        if (tensor.data() instanceof Strings) {
            throw new InvalidTensorException(tensor.name(), "elements of type " + tensor.type(), "byte strings");
        }
        long count = elementCount(tensor);
        int elementBytes = tensor.type().elementBytes();
        if (count > MOST_BYTES / elementBytes) {
            throw new InvalidTensorException(
                    tensor.name(), "less than 2 GiB", count + " elements of " + elementBytes + " bytes");
        }
        if (tensor.data().sizeBytes() != count * elementBytes) {
            throw new InvalidTensorException(
                    tensor.name(),
                    count * elementBytes + " bytes for " + tensor.type() + " " + tensor.shape(),
                    tensor.data().sizeBytes() + " bytes");
        }
        if (tensor.type() == DataType.BOOL) {
            requireTruthValues(tensor);
        }
        return count * elementBytes;
    }

    /** To the library a truth value of any other byte is undefined behaviour. */
    private static void requireTruthValues(Tensor tensor) {
        for (ByteBuffer buffer : TensorBytes.of(tensor.data())) {
            while (buffer.hasRemaining()) {
                byte value = buffer.get();
                if (value != 0 && value != 1) {
                    throw new InvalidTensorException(tensor.name(), "truth values of 0 or 1", "a byte of " + value);
                }
            }
        }
    }

    private static long elementCount(Tensor tensor) {
        try {
            return tensor.shape().elementCount();
        } catch (ArithmeticException e) {
            throw new InvalidTensorException(
                    tensor.name(), "dimensions of 0 or more with less than 2^63 elements", "shape " + tensor.shape());
        }
    }

    private long rows(List<Tensor> ordered) {
        long rows = ordered.get(0).shape().dimension(0);
        for (Tensor tensor : ordered) {
            long own = tensor.shape().dimension(0);
            if (own < 1 || own > maxBatchSize) {
                throw new InvalidTensorException(
                        tensor.name(), "a batch of 1 to " + maxBatchSize, "shape " + tensor.shape());
            }
            if (own != rows) {
                throw new InvalidTensorException(
                        tensor.name(), "a batch of " + rows + " as in the other inputs", "shape " + tensor.shape());
            }
        }
        return rows;
    }

    private static BatchKey key(List<Tensor> ordered, List<TensorMetadata> wanted) {
        return new BatchKey(
                names(wanted),
                ordered.stream().map(tensor -> tensor.shape().withOutermost(0)).toList());
    }

    private List<TensorMetadata> wanted(List<String> asked) {
        if (asked.isEmpty()) {
            return outputs;
        }
        Set<TensorMetadata> wanted = new LinkedHashSet<>();
        for (String name : asked) {
            TensorMetadata output = outputs.stream()
                    .filter(declared -> declared.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new InvalidTensorException(
                            name, "one of the outputs " + names(outputs), "an unknown output"));
            if (!wanted.add(output)) {
                throw new InvalidTensorException(name, "each output once", "the same output twice");
            }
        }
        return List.copyOf(wanted);
    }

    private static List<String> names(List<TensorMetadata> tensors) {
        return tensors.stream().map(TensorMetadata::name).toList();
    }

    private static String describe(TensorMetadata declared) {
        return declared.type() + " " + declared.shape();
    }
}
