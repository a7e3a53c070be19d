package dev.holdfast.daemon.repository;

import dev.holdfast.protocol.ModelConfig;
import dev.holdfast.protocol.ModelConfig.DynamicBatching;
import dev.holdfast.protocol.ModelConfig.InstanceGroup;
import dev.holdfast.protocol.ModelConfig.QueuePolicy;
import dev.holdfast.protocol.ModelConfig.TensorConfig;
import dev.holdfast.protocol.ModelConfig.TimeoutAction;
import dev.holdfast.protocol.VersionPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns the parsed message into a {@link ModelConfig}, with Triton's rules for values. Each method throws
 * {@link IllegalArgumentException} with a message that names the field.
 */
final class ConfigReading {
    private ConfigReading() {}

    static ModelConfig modelConfig(ConfigMessage message, String name) {
        int maxBatchSize = message.signed("max_batch_size");
        return new ModelConfig(
                name,
                message.text("platform"),
                message.text("backend"),
                maxBatchSize,
                tensors(message, "input"),
                tensors(message, "output"),
                message.child("dynamic_batching").map(batching -> dynamicBatching(batching, maxBatchSize)),
                message.children("instance_group").stream()
                        .map(ConfigReading::instanceGroup)
                        .toList(),
                message.child("version_policy")
                        .map(ConfigReading::versionPolicy)
                        .orElse(VersionPolicy.DEFAULT),
                parameters(message));
    }

    private static List<TensorConfig> tensors(ConfigMessage message, String role) {
        Set<String> names = new HashSet<>();
        List<TensorConfig> tensors = new ArrayList<>();
        for (ConfigMessage tensor : message.children(role)) {
            String name = tensor.text("name");
            require(!name.isEmpty(), "an " + role + " has no name");
            require(names.add(name), role + " '" + name + "' is declared twice");
            tensors.add(tensor(tensor, role + " '" + name + "'", name));
        }
        return tensors;
    }

    private static TensorConfig tensor(ConfigMessage tensor, String what, String name) {
        String type = tensor.choice("data_type");
        require(!type.equals("TYPE_INVALID"), what + " has no data_type");
        List<Long> dims = tensor.list("dims", Long.class);
        for (long dim : dims) {
            require(
                    dim == -1 || dim > 0,
                    what + " has the dimension " + dim + "; dims are positive, or -1 for any size");
        }
        return new TensorConfig(name, type, dims);
    }

    private static DynamicBatching dynamicBatching(ConfigMessage batching, int maxBatchSize) {
        List<Integer> preferred = batching.list("preferred_batch_size", Integer.class);
        for (int size : preferred) {
            require(
                    size > 0 && size <= maxBatchSize,
                    "preferred_batch_size " + size + " is not between 1 and max_batch_size, which is " + maxBatchSize);
        }
        return new DynamicBatching(
                preferred,
                batching.unsignedLong("max_queue_delay_microseconds"),
                batching.child("default_queue_policy")
                        .map(ConfigReading::queuePolicy)
                        .orElse(QueuePolicy.DEFAULT));
    }

    private static QueuePolicy queuePolicy(ConfigMessage policy) {
        return new QueuePolicy(
                policy.unsigned("max_queue_size"),
                policy.unsignedLong("default_timeout_microseconds"),
                TimeoutAction.valueOf(policy.choice("timeout_action")));
    }

    private static InstanceGroup instanceGroup(ConfigMessage group) {
        int count = group.signed("count");
        require(count >= 0, "instance_group has the count " + count + "; it is 1 or more");
        List<Integer> gpus = group.list("gpus", Integer.class);
        for (int gpu : gpus) {
            require(gpu >= 0, "instance_group names the GPU " + gpu + "; GPUs are numbered from 0");
        }
        return new InstanceGroup(Math.max(count, 1), group.choice("kind"), gpus);
    }

    private static VersionPolicy versionPolicy(ConfigMessage policy) {
        if (policy.child("all").isPresent()) {
            return VersionPolicy.all();
        }
        return policy.child("specific")
                .map(specific -> VersionPolicy.specific(specific.list("versions", Long.class)))
                .or(() -> policy.child("latest")
                        .map(latest -> VersionPolicy.latest(Math.max(latest.unsigned("num_versions"), 1))))
                .orElse(VersionPolicy.DEFAULT);
    }

    private static Map<String, String> parameters(ConfigMessage message) {
        Map<String, String> parameters = new HashMap<>();
        for (ConfigMessage entry : message.children("parameters")) {
            String value =
                    entry.child("value").map(held -> held.text("string_value")).orElse("");
            parameters.put(entry.text("key"), value);
        }
        return parameters;
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
