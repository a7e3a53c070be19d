package dev.holdfast.protocol;

/**
 * Says no to a request.
 *
 * @param code the kind of refusal
 * @param reason one sentence that names the thing and the remedy
 */
public record Refused(RefusalCode code, String reason) implements Reply {}
