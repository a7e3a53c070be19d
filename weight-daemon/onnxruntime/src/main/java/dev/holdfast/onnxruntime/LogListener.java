package dev.holdfast.onnxruntime;

/** Receives ONNX Runtime's log as it is written, on whichever thread writes it, several at once. */
@FunctionalInterface
public interface LogListener {
    /** A listener for those who need none: the log goes to SLF4J in any case. */
    LogListener NONE = line -> {};

    /** Takes one line; must be quick, and must not call ONNX Runtime. */
    void line(LogLine line);
}
