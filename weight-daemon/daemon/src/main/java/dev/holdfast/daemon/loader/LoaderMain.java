package dev.holdfast.daemon.loader;

import dev.holdfast.daemon.state.Trees;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The loader's entry. Exit codes: 0 published, 1 failed and reported to the holder, 2 no job, 3 the holder is gone.
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
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line = input.readLine();
        if (line == null) {
            System.err.println("a loader is started by the holder, with its job on standard input");
            System.exit(NO_JOB);
        }
        LoadJob job = LoadJob.fromJson(line);
        Thread watch = new Thread(() -> endWithHolder(input, Path.of(job.workDirectory())), "holder-watch");
        watch.setDaemon(true);
        watch.start();
        System.exit(new Loader(job).run() ? 0 : FAILED);
    }

    /** The holder never writes a second line; the end of its input is the holder's end. */
    private static void endWithHolder(BufferedReader input, Path workDirectory) {
        try {
            while (input.readLine() != null) {
                // Nothing else is expected, and nothing else matters.
            }
        } catch (IOException e) {
            System.err.println("standard input broke: " + e);
        }
        try {
            Trees.delete(workDirectory);
        } catch (IOException e) {
            System.err.println("the next holder clears " + workDirectory + ": " + e);
        }
        Runtime.getRuntime().halt(HOLDER_GONE);
    }
}
