package dev.holdfast.onnxruntime;

/** ONNX Runtime would compute on weights of its own instead of the shared ones it was given. */
public class WeightsNotSharedException extends RuntimeException {
    WeightsNotSharedException(String message) {
        super(message);
    }
}
