package dev.holdfast.onnxruntime;

import com.sun.jna.Memory;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A provider's settings as the C API takes them, two arrays of C strings; they live until this is closed. */
final class ProviderEntries implements AutoCloseable {
    private final List<Memory> keyTexts;
    private final List<Memory> valueTexts;
    private final Memory keys;
    private final Memory values;

    ProviderEntries(Map<String, String> options) {
        List<Map.Entry<String, String>> entries = List.copyOf(options.entrySet());
        keyTexts = entries.stream().map(e -> NativeText.copyOf(e.getKey())).collect(Collectors.toList());
        valueTexts = entries.stream().map(e -> NativeText.copyOf(e.getValue())).collect(Collectors.toList());
        keys = NativeText.arrayOf(keyTexts);
        values = NativeText.arrayOf(valueTexts);
    }

    Memory keys() {
        return keys;
    }

    Memory values() {
        return values;
    }

    /** As {@code size_t}. */
    long count() {
        return keyTexts.size();
    }

    @Override
    public void close() {
        keyTexts.forEach(Memory::close);
        valueTexts.forEach(Memory::close);
    }
}
