package dev.holdfast.daemon.loader;

/** What placements come to in this process; {@link ArenaTarget#of} unless a test has other memory. */
@FunctionalInterface
interface ArenaTargets {
    /** See {@link ArenaTarget#of}. */
    ArenaTarget of(Placement placement);
}
