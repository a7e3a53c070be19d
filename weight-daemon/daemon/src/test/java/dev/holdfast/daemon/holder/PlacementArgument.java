package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.memory.ArenaLayout;

/** A placement as one argument of a process: a layout on the host, or a device's UUID, after {@code ipc:} or not. */
public final class PlacementArgument {
    private static final String IPC = "ipc:";

    private PlacementArgument() {}

    /** As {@link #parse} reads it. */
    public static String of(Placement placement) {
        return switch (placement.kind()) {
            case HOST -> placement.layout().wireName();
            case CUDA -> placement.device();
            case CUDA_IPC -> IPC + placement.device();
        };
    }

    /** What {@link #of} wrote. */
    public static Placement parse(String argument) {
        if (argument.startsWith(IPC)) {
            return Placement.onCudaIpc(argument.substring(IPC.length()));
        }
        return argument.startsWith("GPU-") ? Placement.onCuda(argument) : Placement.onHost(ArenaLayout.of(argument));
    }
}
