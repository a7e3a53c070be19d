package dev.holdfast.daemon.repository;

import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type.TYPE_ENUM;
import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type.TYPE_INT32;
import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type.TYPE_INT64;
import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type.TYPE_MESSAGE;
import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type.TYPE_STRING;
import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type.TYPE_UINT32;
import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type.TYPE_UINT64;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MessageOptions;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;

/**
 * The part of Triton's {@code model_config.proto} that Holdfast reads: same field names, numbers and types. Described
 * here rather than in a {@code .proto} file, so that the build needs no protocol compiler; whatever is not described is
 * reported as unknown by the parser, which is what its readers want.
 */
final class ConfigSchema {
    /** {@code inference.ModelConfig}. */
    static final Descriptor MODEL_CONFIG = build();

    private ConfigSchema() {}

    private static Descriptor build() {
        FileDescriptorProto file = FileDescriptorProto.newBuilder()
                .setName("model_config.proto")
                .setPackage("inference")
                .setSyntax("proto3")
                .addEnumType(dataType())
                .addMessageType(modelConfig())
                .addMessageType(tensor("ModelInput", 4))
                .addMessageType(tensor("ModelOutput", 3))
                .addMessageType(dynamicBatching())
                .addMessageType(queuePolicy())
                .addMessageType(instanceGroup())
                .addMessageType(versionPolicy())
                .addMessageType(message("ModelParameter", field("string_value", 1, TYPE_STRING)))
                .build();
        try {
            return FileDescriptor.buildFrom(file, new FileDescriptor[0]).findMessageTypeByName("ModelConfig");
        } catch (DescriptorValidationException wrongHere) {
            throw new IllegalStateException("the schema of config.pbtxt contradicts itself", wrongHere);
        }
    }

    private static DescriptorProto.Builder modelConfig() {
        return message(
                        "ModelConfig",
                        field("name", 1, TYPE_STRING),
                        field("platform", 2, TYPE_STRING),
                        of("ModelVersionPolicy", field("version_policy", 3, TYPE_MESSAGE)),
                        field("max_batch_size", 4, TYPE_INT32),
                        repeated(of("ModelInput", field("input", 5, TYPE_MESSAGE))),
                        repeated(of("ModelOutput", field("output", 6, TYPE_MESSAGE))),
                        repeated(of("ModelInstanceGroup", field("instance_group", 7, TYPE_MESSAGE))),
                        field("default_model_filename", 8, TYPE_STRING),
                        of("ModelDynamicBatching", field("dynamic_batching", 11, TYPE_MESSAGE)),
                        repeated(of("ModelConfig.ParametersEntry", field("parameters", 14, TYPE_MESSAGE))),
                        field("backend", 17, TYPE_STRING))
                .addNestedType(message(
                                "ParametersEntry",
                                field("key", 1, TYPE_STRING),
                                of("ModelParameter", field("value", 2, TYPE_MESSAGE)))
                        .setOptions(MessageOptions.newBuilder().setMapEntry(true)));
    }

    private static DescriptorProto.Builder tensor(String name, int dimsNumber) {
        return message(
                name,
                field("name", 1, TYPE_STRING),
                of("DataType", field("data_type", 2, TYPE_ENUM)),
                repeated(field("dims", dimsNumber, TYPE_INT64)));
    }

    private static DescriptorProto.Builder dynamicBatching() {
        return message(
                "ModelDynamicBatching",
                repeated(field("preferred_batch_size", 1, TYPE_INT32)),
                field("max_queue_delay_microseconds", 2, TYPE_UINT64),
                of("ModelQueuePolicy", field("default_queue_policy", 6, TYPE_MESSAGE)));
    }

    private static DescriptorProto.Builder queuePolicy() {
        return message(
                        "ModelQueuePolicy",
                        of("ModelQueuePolicy.TimeoutAction", field("timeout_action", 1, TYPE_ENUM)),
                        field("default_timeout_microseconds", 2, TYPE_UINT64),
                        field("max_queue_size", 4, TYPE_UINT32))
                .addEnumType(choice("TimeoutAction", "REJECT", "DELAY"));
    }

    private static DescriptorProto.Builder instanceGroup() {
        return message(
                        "ModelInstanceGroup",
                        field("name", 1, TYPE_STRING),
                        field("count", 2, TYPE_INT32),
                        repeated(field("gpus", 3, TYPE_INT32)),
                        of("ModelInstanceGroup.Kind", field("kind", 4, TYPE_ENUM)))
                .addEnumType(choice("Kind", "KIND_AUTO", "KIND_GPU", "KIND_CPU", "KIND_MODEL"));
    }

    private static DescriptorProto.Builder versionPolicy() {
        return message(
                        "ModelVersionPolicy",
                        oneOf(of("ModelVersionPolicy.Latest", field("latest", 1, TYPE_MESSAGE))),
                        oneOf(of("ModelVersionPolicy.All", field("all", 2, TYPE_MESSAGE))),
                        oneOf(of("ModelVersionPolicy.Specific", field("specific", 3, TYPE_MESSAGE))))
                .addOneofDecl(OneofDescriptorProto.newBuilder().setName("policy_choice"))
                .addNestedType(message("Latest", field("num_versions", 1, TYPE_UINT32)))
                .addNestedType(message("All"))
                .addNestedType(message("Specific", repeated(field("versions", 1, TYPE_INT64))));
    }

    private static EnumDescriptorProto.Builder dataType() {
        return choice(
                "DataType",
                "TYPE_INVALID",
                "TYPE_BOOL",
                "TYPE_UINT8",
                "TYPE_UINT16",
                "TYPE_UINT32",
                "TYPE_UINT64",
                "TYPE_INT8",
                "TYPE_INT16",
                "TYPE_INT32",
                "TYPE_INT64",
                "TYPE_FP16",
                "TYPE_FP32",
                "TYPE_FP64",
                "TYPE_STRING",
                "TYPE_BF16");
    }

    /** An enum whose values are numbered from 0. */
    private static EnumDescriptorProto.Builder choice(String name, String... values) {
        EnumDescriptorProto.Builder choice = EnumDescriptorProto.newBuilder().setName(name);
        for (String value : values) {
            choice.addValue(EnumValueDescriptorProto.newBuilder().setName(value).setNumber(choice.getValueCount()));
        }
        return choice;
    }

    private static DescriptorProto.Builder message(String name, FieldDescriptorProto.Builder... fields) {
        DescriptorProto.Builder message = DescriptorProto.newBuilder().setName(name);
        for (FieldDescriptorProto.Builder field : fields) {
            message.addField(field);
        }
        return message;
    }

    private static FieldDescriptorProto.Builder field(String name, int number, FieldDescriptorProto.Type type) {
        return FieldDescriptorProto.newBuilder()
                .setName(name)
                .setNumber(number)
                .setType(type)
                .setLabel(Label.LABEL_OPTIONAL);
    }

    private static FieldDescriptorProto.Builder of(String typeName, FieldDescriptorProto.Builder field) {
        return field.setTypeName(".inference." + typeName);
    }

    private static FieldDescriptorProto.Builder repeated(FieldDescriptorProto.Builder field) {
        return field.setLabel(Label.LABEL_REPEATED);
    }

    private static FieldDescriptorProto.Builder oneOf(FieldDescriptorProto.Builder field) {
        return field.setOneofIndex(0);
    }
}
