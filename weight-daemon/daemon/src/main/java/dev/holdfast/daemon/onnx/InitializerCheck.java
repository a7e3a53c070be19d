package dev.holdfast.daemon.onnx;

/** Checks that every initializer of the main graph is of a kind that can be shared, and has the bytes it claims. */
final class InitializerCheck {
    private InitializerCheck() {}

    /**
     * Checks all initializers.
     *
     * @throws UnsupportedModelException at the first whose type has no fixed width or is unknown
     * @throws OnnxFormatException at the first whose inline bytes don't suit its shape
     */
    static void check(OnnxModel model) {
        for (OnnxTensor initializer : model.initializers()) {
            long needed = initializer.byteLength();
            if (initializer.location() instanceof TensorLocation.Inline inline && inline.lengthBytes() != needed) {
                throw new OnnxFormatException(initializer.describe() + " has " + inline.lengthBytes()
                        + " bytes in the model file, but its shape " + initializer.shape() + " of " + initializer.type()
                        + " needs " + needed + "; export the model again");
            }
        }
    }
}
