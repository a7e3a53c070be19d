package dev.holdfast.control;

/**
 * What is said on the arbiter's control socket. A connection's first message is a hello; a worker's then carries stages and
 * beats to the arbiter and {@link Retire} or {@link Stop} back, an operator's carries one {@link Command} and its
 * {@link Answer}.
 */
public sealed interface ControlMessage {
    /** The version of these messages; both sides must have the same, as they are of one installation. */
    int VERSION = 1;

    /**
     * A worker introduces itself.
     *
     * @param version its {@link #VERSION}
     * @param token the secret that the arbiter gave it
     * @param pid its process id
     */
    record WorkerHello(int version, String token, long pid) implements ControlMessage {}

    /**
     * An operator's command introduces itself.
     *
     * @param version its {@link #VERSION}
     */
    record OperatorHello(int version) implements ControlMessage {}

    /**
     * A worker has come to a stage of its start.
     *
     * @param stage which
     * @param millis since its process was started
     */
    record StageReached(StartStage stage, long millis) implements ControlMessage {}

    /**
     * A worker's thread pool still runs tasks.
     *
     * @param requests answered since its start, or begun
     * @param inFlight requests begun and not answered
     * @param connections open now
     * @param ready whether every model wanted serves
     * @param reason what is missing, if not ready
     */
    record Beat(long requests, long inFlight, int connections, boolean ready, String reason)
            implements ControlMessage {}

    /**
     * Accept no more connections, answer what comes on those there are, then end.
     *
     * @param graceMillis longest time for that
     */
    record Retire(long graceMillis) implements ControlMessage {}

    /** End at once. */
    record Stop() implements ControlMessage {}

    /**
     * An operator's wish.
     *
     * @param action what to do
     */
    record Command(Action action) implements ControlMessage {}

    /**
     * What came of a command.
     *
     * @param done whether it is done, or under way
     * @param text a sentence, or the status as JSON
     */
    record Answer(boolean done, String text) implements ControlMessage {}
}
