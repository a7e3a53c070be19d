package dev.holdfast.protocol;

import java.util.List;
import tools.jackson.core.JacksonException;

/**
 * Turns messages into JSON in UTF-8 and back.
 *
 * <p>Safe for any thread.
 */
public final class MessageCodec {
    /** In the order in which a worker needs them. */
    private static final List<Class<?>> READ_FIRST =
            List.of(Message.class, Welcome.class, Watching.class, Listing.class, Granted.class, Manifest.class);

    private static final List<Class<?>> WRITTEN_FIRST =
            List.of(Message.class, Hello.class, Watch.class, ListRequest.class, LeaseRequest.class);

    private MessageCodec() {}

    /** Makes ready what a client's first messages need, which takes far longer than they do. */
    static void prepare() {
        READ_FIRST.forEach(WireJson.MAPPER::readerFor);
        WRITTEN_FIRST.forEach(WireJson.MAPPER::writerFor);
    }

    /** Makes ready what a message needs to be written, by writing it. */
    static void prepare(Message message) {
        WireJson.MAPPER.writerFor(Message.class).writeValueAsBytes(message);
    }

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
