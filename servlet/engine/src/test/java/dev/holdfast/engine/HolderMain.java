package dev.holdfast.engine;

import dev.holdfast.daemon.holder.Holder;
import dev.holdfast.daemon.holder.PlacementArgument;
import java.nio.file.Path;

/** A holder in a process of its own, to be killed. Says {@code serving} when its socket answers. */
public final class HolderMain {
    private HolderMain() {}

    /** Arguments: root directory as {@link TestHolder} lays it out; {@link PlacementArgument}. */
    public static void main(String[] arguments) throws Exception {
        Holder holder = new TestHolder(Path.of(arguments[0])).start(PlacementArgument.parse(arguments[1]));
        System.out.println("serving");
        System.out.flush();
        holder.awaitClosed();
    }
}
