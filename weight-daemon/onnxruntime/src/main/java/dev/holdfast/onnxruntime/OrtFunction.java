package dev.holdfast.onnxruntime;

import com.sun.jna.Native;

/**
 * The functions used of {@code struct OrtApi}, with their positions in it.
 *
 * <p>Source: {@code include/onnxruntime/core/session/onnxruntime_c_api.h}. Members are only ever appended to the
 * struct, and the header's implementation asserts the positions of the last member of each release. Every position here
 * is at most that of {@link #GET_TENSOR_SIZE_IN_BYTES}, which came with API version {@value OrtApi#VERSION}.
 */
enum OrtFunction {
    GET_ERROR_CODE(1),
    GET_ERROR_MESSAGE(2),
    CREATE_ENV_WITH_CUSTOM_LOGGER(4),
    DISABLE_TELEMETRY_EVENTS(6),
    CREATE_SESSION(7),
    RUN(9),
    CREATE_SESSION_OPTIONS(10),
    SET_OPTIMIZED_MODEL_FILE_PATH(11),
    CLONE_SESSION_OPTIONS(12),
    SET_SESSION_LOG_SEVERITY_LEVEL(22),
    SET_SESSION_GRAPH_OPTIMIZATION_LEVEL(23),
    SET_INTRA_OP_NUM_THREADS(24),
    SET_INTER_OP_NUM_THREADS(25),
    SESSION_GET_INPUT_COUNT(30),
    SESSION_GET_OUTPUT_COUNT(31),
    SESSION_GET_INPUT_TYPE_INFO(33),
    SESSION_GET_OUTPUT_TYPE_INFO(34),
    SESSION_GET_INPUT_NAME(36),
    SESSION_GET_OUTPUT_NAME(37),
    CREATE_RUN_OPTIONS(39),
    RUN_OPTIONS_SET_RUN_LOG_SEVERITY_LEVEL(41),
    RUN_OPTIONS_SET_TERMINATE(46),
    RUN_OPTIONS_UNSET_TERMINATE(47),
    CREATE_TENSOR_AS_ORT_VALUE(48),
    CREATE_TENSOR_WITH_DATA_AS_ORT_VALUE(49),
    GET_TENSOR_MUTABLE_DATA(51),
    CAST_TYPE_INFO_TO_TENSOR_INFO(55),
    GET_TENSOR_ELEMENT_TYPE(60),
    GET_DIMENSIONS_COUNT(61),
    GET_DIMENSIONS(62),
    GET_TENSOR_TYPE_AND_SHAPE(65),
    CREATE_MEMORY_INFO(68),
    MEMORY_INFO_GET_NAME(71),
    MEMORY_INFO_GET_ID(72),
    ALLOCATOR_FREE(76),
    GET_ALLOCATOR_WITH_DEFAULT_OPTIONS(78),
    RELEASE_ENV(92),
    RELEASE_STATUS(93),
    RELEASE_MEMORY_INFO(94),
    RELEASE_SESSION(95),
    RELEASE_VALUE(96),
    RELEASE_RUN_OPTIONS(97),
    RELEASE_TYPE_INFO(98),
    RELEASE_TENSOR_TYPE_AND_SHAPE_INFO(99),
    RELEASE_SESSION_OPTIONS(100),
    ADD_SESSION_CONFIG_ENTRY(130),
    RUN_WITH_BINDING(133),
    CREATE_IO_BINDING(134),
    RELEASE_IO_BINDING(135),
    BIND_INPUT(136),
    BIND_OUTPUT(137),
    BIND_OUTPUT_TO_DEVICE(138),
    GET_BOUND_OUTPUT_VALUES(140),
    CLEAR_BOUND_INPUTS(141),
    CLEAR_BOUND_OUTPUTS(142),
    ADD_INITIALIZER(150),
    GET_TENSOR_MEMORY_INFO(194),
    SESSION_OPTIONS_APPEND_EXECUTION_PROVIDER(216),
    SET_USER_LOGGING_FUNCTION(266),
    GET_TENSOR_SIZE_IN_BYTES(318);

    private final int index;

    OrtFunction(int index) {
        this.index = index;
    }

    /** Byte offset in the struct, whose members are all pointers. */
    long offsetBytes() {
        return (long) index * Native.POINTER_SIZE;
    }
}
