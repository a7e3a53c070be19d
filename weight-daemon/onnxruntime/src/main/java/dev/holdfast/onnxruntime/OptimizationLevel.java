package dev.holdfast.onnxruntime;

/** How far ONNX Runtime rewrites a graph: {@code GraphOptimizationLevel} of {@code onnxruntime_c_api.h}. */
public enum OptimizationLevel {
    /** Not at all: for graphs that were optimised offline. */
    NONE(0),
    /** Rewrites that keep to ONNX's own operators. */
    BASIC(1),
    /** Also fusions into ONNX Runtime's operators, for the execution providers in use. */
    EXTENDED(2),
    /** Also memory layouts made for this very processor. */
    ALL(99);

    private final int number;

    OptimizationLevel(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
