package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.memory.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A holder in a process of its own, to be killed. Says {@code serving} when its socket answers. */
public final class HolderMain {
    private HolderMain() {}

    /** Starts it, and returns when it serves. */
    static ChildJvm start(Path root, Placement placement) throws IOException, InterruptedException {
        return start(root, placement, Duration.ZERO);
    }

    /** @param patience of those who own memory of its versions */
    static ChildJvm start(Path root, Placement placement, Duration patience) throws IOException, InterruptedException {
        ChildJvm holder = ChildJvm.start(
                HolderMain.class,
                root.toString(),
                PlacementArgument.of(placement),
                Long.toString(patience.toSeconds()));
        assertThat(holder.readLine()).contains("serving");
        return holder;
    }

    /** Arguments: root directory as {@link HolderBase} lays it out; {@link PlacementArgument}; owners' patience in seconds, or none. */
    public static void main(String[] arguments) throws Exception {
        Duration patience = Duration.ofSeconds(arguments.length > 2 ? Long.parseLong(arguments[2]) : 0);
        Holder holder = new HolderBase(Path.of(arguments[0]))
                .start(PlacementArgument.parse(arguments[1]), config -> config.withOwnerPatience(patience));
        System.out.println("serving");
        System.out.flush();
        holder.awaitClosed();
    }
}
