package dev.holdfast.protocol;

/** What an {@link Event} reports. */
public enum EventType {
    /** A version can be leased. */
    PUBLISHED,
    /** Unversioned requests mean this version from now on. */
    ACTIVATED,
    /** No new leases of the version; it is freed when the last one closes. */
    DRAINING,
    /** The version is freed. */
    RETIRED,
    /** The version's bytes no longer have their digest. */
    CORRUPT,
    /** The process that owned the version's memory has ended; no new leases of it. */
    LOST,
    /** A load has begun. */
    LOADING,
    /** A load has come further; not journalled, and so not sent again. */
    PROGRESS,
    /** A load has failed; the text says why. */
    LOAD_FAILED
}
