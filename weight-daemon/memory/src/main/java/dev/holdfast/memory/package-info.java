/**
 * Arenas: the physical bytes of one model version's weights, and everything native below them.
 *
 * <p>An <em>arena</em> here is a version's bytes; it is neither {@code java.lang.foreign.Arena} nor ONNX Runtime's
 * allocator. Nothing in this package assumes that the CPU can touch an arena's bytes: the operations on
 * {@link dev.holdfast.memory.WeightArena} are those that device memory offers as well. All native calls of the
 * package go through one package-private binding; outward go {@code long} byte counts and owners that are
 * {@link java.lang.AutoCloseable}. The package knows nothing of sockets, models or HTTP.
 *
 * <p>Types are immutable or, where they own something native, safe to close from any thread exactly once.
 */
@NullMarked
package dev.holdfast.memory;

import org.jspecify.annotations.NullMarked;
