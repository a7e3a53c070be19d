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

    /** Whether the processor can read and write it; also if a device reaches it by itself. */
    public boolean isHost() {
        return name.equals(CPU.name) || name.endsWith("Pinned");
    }
}
