package dev.holdfast.onnxruntime;

/**
 * Where a tensor's bytes live, in ONNX Runtime's words.
 *
 * @param name the allocator's name as {@code CreateMemoryInfo} knows it: {@code Cpu}, {@code Cuda}, {@code CudaPinned}
 * @param id the device's number as the execution provider counts; 0 for host memory
 */
public record Device(String name, int id) {
    /** Host memory. */
    public static final Device CPU = new Device("Cpu", 0);

    /** Memory of a CUDA device. */
    public static Device cuda(int id) {
        return new Device("Cuda", id);
    }

    /** Host memory that a CUDA device copies to and from without the processor. */
    public static Device cudaPinned(int id) {
        return new Device("CudaPinned", id);
    }

    /** Whether the processor can read and write it. */
    public boolean isHost() {
        return name.equals(CPU.name) || isPinned();
    }

    /** Whether it is host memory that a device reaches by itself. */
    boolean isPinned() {
        return name.endsWith("Pinned");
    }
}
