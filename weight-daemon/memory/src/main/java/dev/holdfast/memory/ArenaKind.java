package dev.holdfast.memory;

/** Where an arena's bytes live, and so what a process needs to map them. */
public enum ArenaKind {
    /** Main memory of this machine, as a file or a sealed memfd. */
    HOST("host"),
    /** Memory of a CUDA device, named by a POSIX descriptor. */
    CUDA("cuda"),
    /** Memory of a CUDA device, named by a legacy IPC handle; lives only as long as its exporting process. */
    CUDA_IPC("cuda-ipc");

    private final String wireName;

    ArenaKind(String wireName) {
        this.wireName = wireName;
    }

    /** The name used in manifests, messages and on the command line. */
    public String wireName() {
        return wireName;
    }

    /**
     * The kind of that name.
     *
     * @throws IllegalArgumentException if no kind has it; the message lists those there are
     */
    public static ArenaKind of(String wireName) {
        for (ArenaKind kind : values()) {
            if (kind.wireName.equals(wireName)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("unknown arena kind '" + wireName + "'; known: host, cuda, cuda-ipc");
    }

    @Override
    public String toString() {
        return wireName;
    }
}
