package dev.holdfast.onnxruntime;

/**
 * What a session's runs read and write, given once for many runs. One thread at a time; it keeps the session from being
 * released.
 *
 * <p>Methods throw {@link IllegalStateException} once closed, and {@link OnnxRuntimeException} if ONNX Runtime refuses
 * a name or value.
 */
public sealed interface Binding extends AutoCloseable permits IoBinding, FeedBinding {
    /** Gives the input of that name; the binding shares the value, whose bytes must stay valid. */
    void input(String name, OrtValue value);

    /** Has the output of that name written into {@code value}; the binding shares it, and its bytes must stay valid. */
    void output(String name, OrtValue value);

    /** Has every run allocate the output of that name in host memory. */
    void output(String name);

    /** Computes; see {@link Session#run(java.util.Map, java.util.List, RunOptions)}. */
    void run(RunOptions options);

    /** The outputs of the last run that it allocated itself, which the caller closes; others may be among them. */
    Outputs outputs();

    /** Forgets all that is bound. */
    void clear();

    @Override
    void close();
}
