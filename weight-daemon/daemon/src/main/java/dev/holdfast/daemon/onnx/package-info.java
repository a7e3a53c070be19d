/**
 * ONNX files as what they are on disk: protobuf messages and the external data files they name.
 *
 * <p>Reading costs memory by the number of tensors, never by their bytes: weights are located, checked and skipped.
 * Everything here runs before ONNX Runtime sees the model, so whatever is wrong with a source is said in one sentence
 * that names the file and the tensor. The records are immutable; readers and writers are used by one thread. Nothing
 * here owns native memory. The package knows nothing of sockets, leases or native code.
 */
@NullMarked
package dev.holdfast.daemon.onnx;

import org.jspecify.annotations.NullMarked;
