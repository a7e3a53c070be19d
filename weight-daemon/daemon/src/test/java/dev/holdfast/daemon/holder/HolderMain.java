package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.memory.ArenaLayout;
import java.nio.file.Path;

/** A holder in a process of its own, to be killed. Says {@code serving} when its socket answers. */
public final class HolderMain {
    private HolderMain() {}

    /** Arguments: root directory as {@link HolderBase} lays it out; a layout, or the UUID of a CUDA device. */
    public static void main(String[] arguments) throws Exception {
        Holder holder = new HolderBase(Path.of(arguments[0])).start(placement(arguments[1]));
        System.out.println("serving");
        System.out.flush();
        holder.awaitClosed();
    }

    private static Placement placement(String where) {
        return where.startsWith("GPU-") ? Placement.onCuda(where) : Placement.onHost(ArenaLayout.of(where));
    }
}
