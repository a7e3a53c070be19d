package dev.holdfast.control;

/** What an operator asks of the arbiter; each has a signal that does the same, except {@link #STATUS}. */
public enum Action {
    /** One worker more; SIGTTIN. */
    ADD,
    /** One worker less, which finishes its requests first; SIGTTOU. */
    REMOVE,
    /** Replace all workers one after the other; SIGHUP. */
    ROLL,
    /** End after the requests under way; SIGTERM. */
    STOP,
    /** End at once; SIGINT. */
    QUIT,
    /** Tell about the workers. */
    STATUS
}
