package dev.holdfast.memory;

/** The session and process group of this process: credentials(7). */
public final class ProcessSession {
    private ProcessSession() {}

    /**
     * Leaves those that this process was started in for new ones of its own: setsid(2). Signals to the former group, such
     * as a terminal's Ctrl-C, do not reach it from then on. A process that leads a group already stays as it is.
     *
     * @return whether it has left
     * @throws UnsupportedOperationException where there is no C library to call
     */
    public static boolean leave() {
        return LibC.newSession();
    }
}
