package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.loader.HostDigestMain;
import dev.holdfast.daemon.loader.HostLoaderMain;
import dev.holdfast.daemon.loader.HostMemory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/**
 * A holder whose versions live in their loaders' processes, in host memory. Says {@code serving} when its socket answers,
 * and stops cleanly on SIGTERM and SIGINT.
 */
public final class OwnedHolderMain {
    private OwnedHolderMain() {}

    /** Arguments: root directory as {@link HolderBase} lays it out; seconds of patience. */
    public static void main(String[] arguments) throws Exception {
        Holder holder = Holder.start(
                new HolderBase(Path.of(arguments[0]))
                        .config(HostMemory.placement())
                        .withOwnerPatience(Duration.ofSeconds(Long.parseLong(arguments[1]))),
                InstantSource.system(),
                new ChildPrograms(HostLoaderMain.class, HostDigestMain.class));
        Runtime.getRuntime().addShutdownHook(new Thread(holder::close));
        System.out.println("serving");
        System.out.flush();
        holder.awaitClosed();
    }
}
