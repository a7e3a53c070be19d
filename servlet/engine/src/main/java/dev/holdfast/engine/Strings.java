package dev.holdfast.engine;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;

/**
 * Elements of type {@link DataType#BYTES}: byte strings of any length and content, zero bytes included.
 *
 * @param values one array an element, not copied and not to be changed
 */
public record Strings(List<byte[]> values) implements TensorData {
    public Strings {
        values = Collections.unmodifiableList(values);
    }

    /** The texts in UTF-8. */
    public static Strings of(String... texts) {
        return new Strings(java.util.Arrays.stream(texts)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList());
    }

    @Override
    public long sizeBytes() {
        return values.stream().mapToLong(value -> value.length).sum();
    }
}
