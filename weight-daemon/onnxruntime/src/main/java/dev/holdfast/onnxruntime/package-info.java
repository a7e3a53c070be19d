/**
 * The one binding to ONNX Runtime's C API: sessions over weights that other processes share.
 *
 * <p>{@link dev.holdfast.onnxruntime.OnnxRuntime} finds the library and is the root of everything. Functions are called
 * through JNA on the function table that {@code OrtGetApiBase()->GetApi(version)} returns; the table only ever grows at
 * its end, so an index once right stays right. C types, indexes and status codes appear in this package only; outward
 * go {@code long} addresses and byte counts, and owners that are {@link java.lang.AutoCloseable}. The package knows
 * nothing of sockets, HTTP or how weights come to lie at an address.
 *
 * <p>Every owner holds one native object, may be used from any thread and is closed exactly once; use after that is an
 * {@link java.lang.IllegalStateException}. A native object that others still need (an environment with open sessions, a
 * session in the middle of a run) is released when the last of them is done, so the order of closing is free.
 */
@NullMarked
package dev.holdfast.onnxruntime;

import org.jspecify.annotations.NullMarked;
