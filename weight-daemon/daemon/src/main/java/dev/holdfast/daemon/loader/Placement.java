package dev.holdfast.daemon.loader;

import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.onnxruntime.ExecutionProvider;
import dev.holdfast.protocol.ArenaDescription;

/**
 * Where an arena is to be, and how tensors are to lie in it.
 *
 * @param kind where its bytes live
 * @param layout how tensors lie in it; device memory has one only, sealed
 * @param device the device's UUID, or {@code "cpu"}
 */
public record Placement(ArenaKind kind, ArenaLayout layout, String device) {
    private static final String CPU = "cpu";

    /** @throws IllegalArgumentException if the three do not go together */
    public Placement {
        boolean onHost = kind == ArenaKind.HOST;
        if (onHost != device.equals(CPU) || (!onHost && layout == ArenaLayout.PACKED)) {
            throw new IllegalArgumentException(
                    "an arena of kind " + kind + " can't be " + layout + " on device '" + device + "'");
        }
    }

    /** In host memory. */
    public static Placement onHost(ArenaLayout layout) {
        return new Placement(ArenaKind.HOST, layout, CPU);
    }

    /** In the memory of the CUDA device of that UUID, shared by a descriptor. */
    public static Placement onCuda(String deviceUuid) {
        return new Placement(ArenaKind.CUDA, ArenaLayout.SEALED, deviceUuid);
    }

    /** In the memory of the CUDA device of that UUID, owned by its loader and shared by a legacy IPC handle. */
    public static Placement onCudaIpc(String deviceUuid) {
        return new Placement(ArenaKind.CUDA_IPC, ArenaLayout.SEALED, deviceUuid);
    }

    /** Where an arena is that a manifest describes. */
    public static Placement of(ArenaDescription arena) {
        return new Placement(arena.kind(), arena.layout(), arena.device());
    }

    /** ONNX Runtime's name of what computes on it. */
    public String executionProvider() {
        return kind == ArenaKind.HOST ? ExecutionProvider.CPU.name() : ExecutionProvider.CUDA_NAME;
    }

    /** Whether the process that makes the arena must go on living for as long as anybody is to map it. */
    public boolean isOwnedByProcess() {
        return kind == ArenaKind.CUDA_IPC;
    }

    /** Such as {@code packed on cpu}. */
    @Override
    public String toString() {
        return (kind == ArenaKind.HOST ? layout.toString() : kind.toString()) + " on " + device;
    }
}
