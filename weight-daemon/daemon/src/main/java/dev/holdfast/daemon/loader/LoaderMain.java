package dev.holdfast.daemon.loader;

import dev.holdfast.daemon.state.Trees;
import dev.holdfast.memory.ProcessSession;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/**
 * The loader's entry. Exit codes: 0 published, 1 failed and reported to the holder, 2 no job, 3 the holder is gone.
 *
 * <p>Where memory lives only as long as the process that made it, the loader stays on as its owner once the version is
 * published, and ends with code 0 when nobody needs it any more. It leaves its process group at the start, so that what
 * ends the holder's group does not end it.
 */
public final class LoaderMain {
    private static final int FAILED = 1;
    private static final int NO_JOB = 2;
    private static final int HOLDER_GONE = 3;

    private LoaderMain() {}

    /**
     * Does one load.
     *
     * @param arguments none; the job is the first line of standard input
     */
    public static void main(String[] arguments) throws IOException {
        run(ArenaTarget::of);
    }

    /** Does one load into other memory. */
    static void run(ArenaTargets targets) throws IOException {
        FileChannel channel = new FileInputStream(FileDescriptor.in).getChannel();
        BufferedReader input =
                new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
        String line = input.readLine();
        if (line == null) {
            System.err.println("a loader is started by the holder, with its job on standard input");
            System.exit(NO_JOB);
        }
        LoadJob job = LoadJob.fromJson(line);
        if (job.placement().isOwnedByProcess()) {
            ProcessSession.leave();
        }
        Loader loader = new Loader(job, targets);
        Thread watch = new Thread(() -> endWithHolder(input, loader), "holder-watch");
        watch.setDaemon(true);
        watch.start();
        boolean published = loader.run();
        // Wakes the watch: the JVM would wait 0.3 s for a thread that it can't stop in a read (VM_Exit).
        channel.close();
        System.exit(published ? 0 : FAILED);
    }

    /** The holder never writes a second line; the end of its input is the holder's end. */
    private static void endWithHolder(BufferedReader input, Loader loader) {
        try {
            while (input.readLine() != null) {
                // Nothing else is expected, and nothing else matters.
            }
        } catch (ClosedChannelException e) {
            // The load is over.
            return;
        } catch (IOException e) {
            System.err.println("standard input broke: " + e);
        }
        if (loader.isOwner()) {
            return;
        }
        try {
            Trees.delete(loader.workDirectory());
        } catch (IOException e) {
            System.err.println("the next holder clears " + loader.workDirectory() + ": " + e);
        }
        Runtime.getRuntime().halt(HOLDER_GONE);
    }
}
