package dev.holdfast.protocol;

/**
 * Something that happened in the holder, pushed to whoever watches.
 *
 * @param number consecutive from 1, across restarts of the holder; a gap means that events were lost
 * @param eventType what happened; {@code type} is the message's own field on the wire
 * @param model to which model
 * @param version to which of its versions
 * @param text one sentence about it
 * @param doneBytes for {@link EventType#PROGRESS}, bytes of the stage that are done; otherwise 0
 * @param totalBytes for {@link EventType#PROGRESS}, all bytes of the stage; otherwise 0
 */
public record Event(
        long number, EventType eventType, String model, long version, String text, long doneBytes, long totalBytes)
        implements Reply {}
