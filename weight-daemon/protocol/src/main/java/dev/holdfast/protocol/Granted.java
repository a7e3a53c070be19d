package dev.holdfast.protocol;

/**
 * Grants a lease. Carries the descriptors [lock], [lock, arena] or [lock, arena, counter]: the version's locked
 * {@code weights} file, then those that the version travels by ({@link ArenaDescription#descriptorCount}).
 *
 * @param leaseId its number, unique within one instance of the holder
 * @param manifest the version
 * @param directory the version's directory, with {@code graph} and {@code weights}
 * @param counterFile the model's shared counter, a file of 8 bytes
 * @param lastEvent number of the newest event when the lease was granted; watch from there to miss none
 */
public record Granted(long leaseId, Manifest manifest, String directory, String counterFile, long lastEvent)
        implements Reply {}
