package dev.holdfast.inference;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/**
 * An answer.
 *
 * @param status HTTP's
 * @param headers by name
 * @param body made as it is written
 */
record Reply(int status, Map<String, String> headers, ReplyBody body) {
    Reply {
        headers = Map.copyOf(headers);
    }

    /** A JSON document with status 200. */
    static Reply json(Consumer<JsonGenerator> content) {
        return json(200, Map.of(), content);
    }

    /** A JSON document. */
    static Reply json(int status, Map<String, String> headers, Consumer<JsonGenerator> content) {
        return of(status, headers, Headers.JSON, new BytesBody(Json.document(content)));
    }

    /** An answer of some media type. */
    static Reply of(int status, Map<String, String> headers, String type, ReplyBody body) {
        Map<String, String> all = new HashMap<>(headers);
        all.put(Headers.CONTENT_TYPE, type);
        return new Reply(status, all, body);
    }

    /** Nothing but status 200. */
    static Reply empty() {
        return new Reply(200, Map.of(), new BytesBody(new byte[0]));
    }
}
