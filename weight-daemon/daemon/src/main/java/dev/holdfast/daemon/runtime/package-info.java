/**
 * Builds of ONNX Runtime for CUDA: which there are, how one gets into an installation, and where it lies there. Nothing
 * here loads a native library.
 */
@NullMarked
package dev.holdfast.daemon.runtime;

import org.jspecify.annotations.NullMarked;
