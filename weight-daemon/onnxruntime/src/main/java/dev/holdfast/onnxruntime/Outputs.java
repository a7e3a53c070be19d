package dev.holdfast.onnxruntime;

import com.sun.jna.Pointer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a run computed, by output name in the order asked for; closing it closes every value. One thread at a time. */
public final class Outputs implements AutoCloseable {
    private final Map<String, OrtValue> values;

    private Outputs(Map<String, OrtValue> values) {
        this.values = Collections.unmodifiableMap(values);
    }

    static Outputs of(OrtApi api, List<String> names, Pointer[] handles) {
        Map<String, OrtValue> values = new LinkedHashMap<>();
        for (int i = 0; i < handles.length; i++) {
            values.put(names.get(i), new OrtValue(api, handles[i], null));
        }
        return new Outputs(values);
    }

    /**
     * The output of that name.
     *
     * @throws IllegalArgumentException if it was not asked for
     */
    public OrtValue get(String name) {
        OrtValue value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no output '" + name + "' was computed, only " + values.keySet());
        }
        return value;
    }

    /** All of them. */
    public Map<String, OrtValue> values() {
        return values;
    }

    @Override
    public void close() {
        values.values().forEach(OrtValue::close);
    }
}
