package dev.holdfast.protocol;

import tools.jackson.core.JacksonException;

/**
 * Turns messages into JSON in UTF-8 and back.
 *
 * <p>Safe for any thread.
 */
public final class MessageCodec {
    private MessageCodec() {}

    /** The message as JSON. */
    public static byte[] write(Message message) {
        return WireJson.MAPPER.writerFor(Message.class).writeValueAsBytes(message);
    }

    /**
     * The message in a frame's body.
     *
     * @param body all of it
     * @throws ProtocolException if it is not one message in JSON within the limits; names the field. Unknown fields
     *     are ignored
     */
    public static Message read(byte[] body) {
        Message message;
        try {
            message = WireJson.MAPPER.readValue(body, Message.class);
        } catch (JacksonException e) {
            throw new ProtocolException("not a message of Holdfast's protocol: " + WireJson.describe(e), e);
        }
        if (message == null) {
            throw new ProtocolException("not a message of Holdfast's protocol: null");
        }
        return message;
    }
}
