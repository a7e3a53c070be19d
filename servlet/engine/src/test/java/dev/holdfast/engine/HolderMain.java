package dev.holdfast.engine;

import dev.holdfast.daemon.holder.Holder;
import dev.holdfast.memory.ArenaLayout;
import java.nio.file.Path;

/** A holder in a process of its own, to be killed. Says {@code serving} when its socket answers. */
public final class HolderMain {
    private HolderMain() {}

    /** Arguments: root directory as {@link TestHolder} lays it out, layout. */
    public static void main(String[] arguments) throws Exception {
        Holder holder = new TestHolder(Path.of(arguments[0])).start(ArenaLayout.of(arguments[1]));
        System.out.println("serving");
        System.out.flush();
        holder.awaitClosed();
    }
}
