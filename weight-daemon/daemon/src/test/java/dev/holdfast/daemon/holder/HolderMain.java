package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;

/** A holder in a process of its own, to be killed. Says {@code serving} when its socket answers. */
public final class HolderMain {
    /** Before the UUID of a device whose memory is to be shared by CUDA IPC. */
    private static final String IPC = "ipc:";

    private HolderMain() {}

    /** Starts it, and returns when it serves. */
    static ChildJvm start(Path root, Placement placement) throws IOException, InterruptedException {
        String where =
                switch (placement.kind()) {
                    case HOST -> placement.layout().wireName();
                    case CUDA -> placement.device();
                    case CUDA_IPC -> IPC + placement.device();
                };
        ChildJvm holder = ChildJvm.start(HolderMain.class, root.toString(), where);
        assertThat(holder.readLine()).contains("serving");
        return holder;
    }

    /** Arguments: root directory as {@link HolderBase} lays it out; a layout or a device's UUID, after {@link #IPC} or not. */
    public static void main(String[] arguments) throws Exception {
        Holder holder = new HolderBase(Path.of(arguments[0])).start(placement(arguments[1]));
        System.out.println("serving");
        System.out.flush();
        holder.awaitClosed();
    }

    private static Placement placement(String where) {
        if (where.startsWith(IPC)) {
            return Placement.onCudaIpc(where.substring(IPC.length()));
        }
        return where.startsWith("GPU-") ? Placement.onCuda(where) : Placement.onHost(ArenaLayout.of(where));
    }
}
