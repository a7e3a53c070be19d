/**
 * Arenas in the memory of CUDA devices: the one place where the CUDA driver is called.
 *
 * <p>{@link dev.holdfast.memory.cuda.CudaDriver} is the way in; it says what is missing where there is no usable
 * driver, and nothing is loaded before it is asked. Most calls go through JCuda; those that JCuda gets wrong, and the
 * virtual memory calls beside them, go through JNA to the same library, and both use the device's primary context, as
 * ONNX Runtime does. Driver types, constants (each citing {@code cuda.h}) and result codes stay in this package;
 * outward go {@code long} addresses and byte counts, UUIDs, and owners that are {@link java.lang.AutoCloseable}.
 *
 * <p>Public types may be used from any thread unless they say otherwise. The kernels are in {@code src/main/cuda}.
 */
@NullMarked
package dev.holdfast.memory.cuda;

import org.jspecify.annotations.NullMarked;
