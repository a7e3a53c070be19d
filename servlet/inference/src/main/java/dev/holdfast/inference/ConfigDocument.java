package dev.holdfast.inference;

import dev.holdfast.engine.ModelVersion;
import dev.holdfast.engine.TensorMetadata;
import dev.holdfast.protocol.ModelConfig;
import dev.holdfast.protocol.ModelConfig.DynamicBatching;
import dev.holdfast.protocol.ModelConfig.InstanceGroup;
import dev.holdfast.protocol.ModelConfig.QueuePolicy;
import dev.holdfast.protocol.ModelConfig.TensorConfig;
import dev.holdfast.protocol.VersionPolicy;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/**
 * {@code $model_configuration_response} (Triton's model configuration extension): {@code ModelConfig} of
 * {@code model_config.proto} in JSON, fields under the names they have there. What {@code config.pbtxt} leaves open is
 * filled in from the graph.
 */
final class ConfigDocument {
    private final ModelVersion version;
    private final ModelConfig config;

    ConfigDocument(ModelVersion version) {
        this.version = version;
        this.config = version.config();
    }

    void write(JsonGenerator out) {
        out.writeStartObject();
        out.writeStringProperty("name", version.model());
        out.writeStringProperty("platform", version.platform());
        out.writeStringProperty("backend", config.backend().isEmpty() ? "onnxruntime" : config.backend());
        writePolicy(out, config.versionPolicy());
        out.writeNumberProperty("max_batch_size", config.maxBatchSize());
        writeTensors(out, "input", config.inputs(), version.inputs());
        writeTensors(out, "output", config.outputs(), version.outputs());
        writeInstanceGroups(out);
        config.dynamicBatching().ifPresent(batching -> writeBatching(out, batching));
        writeParameters(out);
        out.writeEndObject();
    }

    private static void writePolicy(JsonGenerator out, VersionPolicy policy) {
        out.writeObjectPropertyStart("version_policy");
        switch (policy.kind()) {
            case LATEST -> {
                out.writeObjectPropertyStart("latest");
                out.writeNumberProperty("num_versions", policy.count());
            }
            case ALL -> out.writeObjectPropertyStart("all");
            case SPECIFIC -> {
                out.writeObjectPropertyStart("specific");
                Documents.writeShape(out, "versions", policy.versions());
            }
        }
        out.writeEndObject();
        out.writeEndObject();
    }

    private void writeTensors(
            JsonGenerator out, String name, List<TensorConfig> configured, List<TensorMetadata> declared) {
        out.writeArrayPropertyStart(name);
        if (configured.isEmpty()) {
            declared.forEach(
                    tensor -> writeTensor(out, tensor.name(), tensor.type().configName(), dims(tensor)));
        } else {
            configured.forEach(tensor -> writeTensor(out, tensor.name(), tensor.dataType(), tensor.dims()));
        }
        out.writeEndArray();
    }

    private static void writeTensor(JsonGenerator out, String name, String dataType, List<Long> dims) {
        out.writeStartObject();
        out.writeStringProperty("name", name);
        out.writeStringProperty("data_type", dataType);
        Documents.writeShape(out, "dims", dims);
        out.writeEndObject();
    }

    /** Without the batch dimension if the model batches. */
    private List<Long> dims(TensorMetadata tensor) {
        List<Long> all = tensor.shape().toList();
        return config.maxBatchSize() > 0 && !all.isEmpty() ? all.subList(1, all.size()) : all;
    }

    private void writeInstanceGroups(JsonGenerator out) {
        out.writeArrayPropertyStart("instance_group");
        for (InstanceGroup group : config.instanceGroups()) {
            out.writeStartObject();
            out.writeStringProperty("kind", group.kind());
            out.writeNumberProperty("count", group.count());
            out.writeArrayPropertyStart("gpus");
            group.gpus().forEach(out::writeNumber);
            out.writeEndArray();
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void writeBatching(JsonGenerator out, DynamicBatching batching) {
        QueuePolicy queue = batching.queuePolicy();
        out.writeObjectPropertyStart("dynamic_batching");
        out.writeArrayPropertyStart("preferred_batch_size");
        batching.preferredBatchSizes().forEach(out::writeNumber);
        out.writeEndArray();
        out.writeNumberProperty("max_queue_delay_microseconds", batching.maxQueueDelayMicroseconds());
        out.writeObjectPropertyStart("default_queue_policy");
        out.writeStringProperty("timeout_action", queue.timeoutAction().name());
        out.writeNumberProperty("default_timeout_microseconds", queue.defaultTimeoutMicroseconds());
        out.writeNumberProperty("max_queue_size", queue.maxQueueSize());
        out.writeEndObject();
        out.writeEndObject();
    }

    private void writeParameters(JsonGenerator out) {
        out.writeObjectPropertyStart("parameters");
        config.parameters().forEach((name, value) -> {
            out.writeObjectPropertyStart(name);
            out.writeStringProperty("string_value", value);
            out.writeEndObject();
        });
        out.writeEndObject();
    }
}
