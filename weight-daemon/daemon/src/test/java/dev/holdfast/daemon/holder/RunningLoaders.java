package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.loader.LoaderMain;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

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
        ServingHolder.await("a loader", () -> !of(holder).isEmpty());
        return of(holder).get(0);
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
