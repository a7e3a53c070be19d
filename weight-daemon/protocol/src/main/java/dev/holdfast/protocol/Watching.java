package dev.holdfast.protocol;

/**
 * Answers {@link Watch}; events follow.
 *
 * @param instance the holder's instance
 * @param lastEvent number of the newest event when the watch began; 0 if there was none
 * @param missed whether events after the client's last one can't be sent again, so that it must ask for the state
 */
public record Watching(String instance, long lastEvent, boolean missed) implements Reply {}
