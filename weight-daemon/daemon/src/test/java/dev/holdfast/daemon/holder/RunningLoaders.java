package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.loader.LoaderMain;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Loader processes as the operating system shows them, and signals to them. */
final class RunningLoaders {
    private RunningLoaders() {}

    /** Those that a holder's process has started. */
    static List<ProcessHandle> of(ProcessHandle holder) {
        return holder.children()
                .filter(child -> child.info()
                        .arguments()
                        .filter(arguments -> List.of(arguments).contains(LoaderMain.class.getName()))
                        .isPresent())
                .toList();
    }

    /** Waits until a holder in this process has started one. */
    static ProcessHandle await() {
        return await(ProcessHandle.current());
    }

    static ProcessHandle await(ProcessHandle holder) {
        return awaitBeside(holder, List.of());
    }

    /** Waits until a holder has started one that is not among those, such as owners of what they have loaded. */
    static ProcessHandle awaitBeside(ProcessHandle holder, Collection<ProcessHandle> others) {
        ServingHolder.await("a loader", () -> beside(holder, others).findFirst().isPresent());
        return beside(holder, others).findFirst().orElseThrow();
    }

    private static Stream<ProcessHandle> beside(ProcessHandle holder, Collection<ProcessHandle> others) {
        return of(holder).stream().filter(loader -> !others.contains(loader));
    }

    /** Waits until none that a holder in this process has started is left. */
    static void awaitNone() {
        ServingHolder.await(
                "the loaders' end", () -> of(ProcessHandle.current()).isEmpty());
    }

    /** @param name without {@code SIG} */
    static void signal(ProcessHandle process, String name) throws IOException, InterruptedException {
        // The shell has it built in; as a program it is not everywhere.
        Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                .inheritIO()
                .start();
        assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(kill.exitValue()).isZero();
    }
}
