package dev.holdfast.protocol;

/** Answers {@link Reserve}: the bytes are set aside until the load ends. */
public record Reserved() implements Reply {}
