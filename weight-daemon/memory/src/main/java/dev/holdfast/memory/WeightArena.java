package dev.holdfast.memory;

import java.util.Optional;

/**
 * The immutable bytes of one model version, held by this process through whatever names them (an open file, a
 * descriptor).
 *
 * <p>Closing an arena gives up this process's hold on it; mappings made from it stay valid until they are closed
 * themselves. Methods may be called from any thread.
 */
public sealed interface WeightArena extends AutoCloseable permits PackedArena, SealedArena, DeviceArena {
    /** Where the bytes live. */
    ArenaKind kind();

    /** How tensors lie in it. */
    ArenaLayout layout();

    /** The device's UUID for device memory; {@code "cpu"} for host memory. */
    String device();

    /** The exact length in bytes; may be 0, and may exceed 2 GiB. */
    long sizeBytes();

    /**
     * The descriptor that names the bytes to other processes, if this kind travels by descriptor. It stays owned by
     * this arena: sending it over a socket duplicates it.
     */
    Optional<OwnedDescriptor> descriptor();

    /**
     * Maps all of it read-only into this process.
     *
     * @return a mapping that the caller owns
     * @throws NativeCallException if the operating system or driver refuses
     * @throws IllegalStateException if the arena is closed
     */
    Mapping map();

    /**
     * Recomputes the digest of the bytes as they are now ({@link TreeDigest}).
     *
     * @throws NativeCallException if they can't be read
     */
    ContentDigest digest();

    /** Gives up this process's hold; further calls do nothing. */
    @Override
    void close();
}
