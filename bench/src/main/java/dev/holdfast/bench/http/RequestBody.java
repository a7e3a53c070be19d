package dev.holdfast.bench.http;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/** A request's content and the header fields that describe it, but for {@code Content-Length}. */
public final class RequestBody {
    /** No content. */
    static final RequestBody NONE = new RequestBody(Map.of(), ByteBuffer.allocate(0));

    private final Map<String, String> fields;
    private final ByteBuffer content;

    private RequestBody(Map<String, String> fields, ByteBuffer content) {
        this.fields = Map.copyOf(fields);
        this.content = content.asReadOnlyBuffer();
    }

    /**
     * Any bytes.
     *
     * @param content from position to limit; must not change afterwards
     * @param fields more header fields
     */
    public static RequestBody of(String contentType, ByteBuffer content, Map<String, String> fields) {
        Map<String, String> all = new TreeMap<>(fields);
        all.put("Content-Type", contentType);
        return new RequestBody(all, content);
    }

    Map<String, String> fields() {
        return fields;
    }

    int sizeBytes() {
        return content.remaining();
    }

    /** From position to limit; read-only. */
    ByteBuffer content() {
        return content.duplicate();
    }
}
