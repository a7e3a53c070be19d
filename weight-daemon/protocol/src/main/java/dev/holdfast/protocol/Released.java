package dev.holdfast.protocol;

/** Answers {@link Release}: the holder has counted the lease out. */
public record Released() implements Reply {}
