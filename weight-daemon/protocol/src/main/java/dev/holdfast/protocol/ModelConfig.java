package dev.holdfast.protocol;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a model's {@code config.pbtxt} says, reduced to the fields Holdfast uses; names and defaults are those of
 * Triton's {@code model_config.proto}.
 *
 * @param name the model's name; empty if the file does not say
 * @param platform such as {@code onnxruntime_onnx}; may be empty
 * @param backend such as {@code onnxruntime}; may be empty
 * @param maxBatchSize the largest batch; 0 if the model does not batch
 * @param inputs declared inputs; empty to take the graph's
 * @param outputs declared outputs; empty to take the graph's
 * @param dynamicBatching settings of the dynamic batcher, if it is on
 * @param instanceGroups instances that run at once
 * @param versionPolicy which versions serve
 * @param parameters free parameters by name
 */
public record ModelConfig(
        String name,
        String platform,
        String backend,
        int maxBatchSize,
        List<TensorConfig> inputs,
        List<TensorConfig> outputs,
        Optional<DynamicBatching> dynamicBatching,
        List<InstanceGroup> instanceGroups,
        VersionPolicy versionPolicy,
        Map<String, String> parameters) {
    /** What a model without {@code config.pbtxt} has. */
    public static final ModelConfig DEFAULT = new ModelConfig(
            "", "", "", 0, List.of(), List.of(), Optional.empty(), List.of(), VersionPolicy.DEFAULT, Map.of());

    /** @throws IllegalArgumentException if the batch size is negative */
    public ModelConfig {
        if (maxBatchSize < 0) {
            throw new IllegalArgumentException("max_batch_size can't be negative, but is " + maxBatchSize);
        }
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        instanceGroups = List.copyOf(instanceGroups);
        parameters = Map.copyOf(parameters);
    }

    /**
     * A declared input or output.
     *
     * @param name its name in the graph
     * @param dataType Triton's name for the type, such as {@code TYPE_FP32}
     * @param dims dimensions without the batch dimension if the model batches; -1 for any size
     */
    public record TensorConfig(String name, String dataType, List<Long> dims) {
        public TensorConfig {
            dims = List.copyOf(dims);
        }
    }

    /**
     * Settings of the dynamic batcher.
     *
     * @param preferredBatchSizes batch sizes to run at once when reached
     * @param maxQueueDelayMicroseconds longest wait for a preferred size; 0 does not wait
     * @param queuePolicy limits of the queue
     */
    public record DynamicBatching(
            List<Integer> preferredBatchSizes, long maxQueueDelayMicroseconds, QueuePolicy queuePolicy) {
        public DynamicBatching {
            preferredBatchSizes = List.copyOf(preferredBatchSizes);
        }
    }

    /**
     * Limits of a request queue.
     *
     * @param maxQueueSize most requests waiting; 0 for no limit
     * @param defaultTimeoutMicroseconds longest wait of a request; 0 for no limit
     * @param timeoutAction what happens to a request that waited too long
     */
    public record QueuePolicy(int maxQueueSize, long defaultTimeoutMicroseconds, TimeoutAction timeoutAction) {
        /** No limits. */
        public static final QueuePolicy DEFAULT = new QueuePolicy(0, 0, TimeoutAction.REJECT);
    }

    /** What happens to a request whose time in the queue is over. */
    public enum TimeoutAction {
        REJECT,
        DELAY
    }

    /**
     * A group of instances.
     *
     * @param count instances in it
     * @param kind Triton's kind, such as {@code KIND_CPU}
     * @param gpus device numbers for {@code KIND_GPU}
     */
    public record InstanceGroup(int count, String kind, List<Integer> gpus) {
        public InstanceGroup {
            gpus = List.copyOf(gpus);
        }
    }
}
