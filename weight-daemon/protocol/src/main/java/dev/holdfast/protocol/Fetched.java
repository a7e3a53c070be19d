package dev.holdfast.protocol;

/** Answers {@link FetchArena}. Carries the descriptors that the version travels by ({@link ArenaDescription#descriptorCount}). */
public record Fetched() implements Reply {}
