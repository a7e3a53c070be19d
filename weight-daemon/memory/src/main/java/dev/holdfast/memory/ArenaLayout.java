package dev.holdfast.memory;

/** How weights lie in an arena, and so how an inference session comes to use them without copying. */
public enum ArenaLayout {
    /** ONNX Runtime's own external-data file with prepacked weights; ONNX Runtime maps the named file itself. */
    PACKED("packed"),
    /** Plain aligned tensors in immutable memory; each is handed to ONNX Runtime by its address. */
    SEALED("sealed");

    private final String wireName;

    ArenaLayout(String wireName) {
        this.wireName = wireName;
    }

    /** The name used in manifests, messages and on the command line. */
    public String wireName() {
        return wireName;
    }

    /**
     * The layout of that name.
     *
     * @throws IllegalArgumentException if no layout has it; the message lists those there are
     */
    public static ArenaLayout of(String wireName) {
        for (ArenaLayout layout : values()) {
            if (layout.wireName.equals(wireName)) {
                return layout;
            }
        }
        throw new IllegalArgumentException("unknown arena layout '" + wireName + "'; known: packed, sealed");
    }

    @Override
    public String toString() {
        return wireName;
    }
}
