package dev.holdfast.protocol;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The holder's events, as they happen.
 *
 * <p>Used by one thread; any may close, which wakes it.
 */
public final class HolderEvents implements AutoCloseable {
    private static final Duration FRAME_LIMIT = Duration.ofSeconds(30);

    private final ClientConnection connection;
    private final Watching watching;

    private HolderEvents(ClientConnection connection, Watching watching) {
        this.connection = connection;
        this.watching = watching;
    }

    static HolderEvents open(Path socket, Duration timeout, Watch watch) {
        ClientConnection connection = ClientConnection.open(socket, timeout);
        try {
            return new HolderEvents(connection, connection.ask(watch, Watching.class, ClientConnection.ANSWER_LIMIT));
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** Where the watch began, and whether events before that are lost to this client. */
    public Watching watching() {
        return watching;
    }

    /**
     * Waits for the next event, without limit.
     *
     * @throws ConnectionLostException if the holder goes away or this is closed
     */
    public Event next() {
        return next(FrameConnection.UNLIMITED)
                .orElseThrow(() -> new ConnectionLostException("the holder sent no event"));
    }

    /**
     * Waits for the next event.
     *
     * @return empty if none came in time
     * @throws ConnectionLostException if the holder goes away or this is closed
     */
    public Optional<Event> next(Duration limit) {
        try {
            Optional<Frame> next = connection.frames().receive(limit, FRAME_LIMIT);
            try (Frame frame = next.orElseThrow(() -> new ConnectionLostException("the holder ended the watch"))) {
                ClientConnection.expectDescriptors(frame, 0);
                return Optional.of(ClientConnection.expect(frame, Event.class));
            }
        } catch (SocketTimeoutException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new ConnectionLostException("the watch broke: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
