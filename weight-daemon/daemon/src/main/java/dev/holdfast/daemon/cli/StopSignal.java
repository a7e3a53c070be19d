package dev.holdfast.daemon.cli;

/** Turns SIGTERM, SIGINT and SIGHUP into a clean stop with exit code 0. */
final class StopSignal {
    private StopSignal() {}

    /**
     * Runs {@code stop} when the JVM is told to end.
     *
     * <p>A JVM that a signal ends exits with 128 + the signal's number even if its hooks did all there was to do, and a
     * supervisor would take that for a failure; so after a clean stop the hook ends the process itself. If the stop
     * throws, the signal's code stays.
     */
    static void closes(Runnable stop) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> run(stop), "holdfast-stop"));
    }

    private static void run(Runnable stop) {
        stop.run();
        System.out.flush();
        System.err.flush();
        Runtime.getRuntime().halt(ExitCode.DONE);
    }
}
