package dev.holdfast.onnxruntime;

/** What kind of failure a native status stands for: {@code OrtErrorCode} of {@code onnxruntime_c_api.h}, in its order. */
public enum ErrorCode {
    OK,
    FAIL,
    INVALID_ARGUMENT,
    NO_SUCHFILE,
    NO_MODEL,
    ENGINE_ERROR,
    RUNTIME_EXCEPTION,
    INVALID_PROTOBUF,
    MODEL_LOADED,
    NOT_IMPLEMENTED,
    INVALID_GRAPH,
    EP_FAIL,
    MODEL_LOAD_CANCELED,
    MODEL_REQUIRES_COMPILATION,
    NOT_FOUND;

    /** The code with that number; {@link #FAIL} for one that a later release added. */
    static ErrorCode of(int number) {
        return number >= 0 && number < values().length ? values()[number] : FAIL;
    }
}
