package dev.holdfast.protocol;

import dev.holdfast.memory.OwnedDescriptor;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A client's connection to the holder after the handshake: one question, one answer.
 *
 * <p>Used by one thread at a time. A question that fails in any other way than by a refusal ends the connection.
 */
final class ClientConnection implements AutoCloseable {
    /** How long the holder may take to accept a message or to answer what needs no waiting. */
    static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

    private static final Duration FRAME_LIMIT = Duration.ofSeconds(30);

    private static final Hello HELLO = new Hello(ProtocolVersion.OLDEST, ProtocolVersion.NEWEST, ClientName.get());

    private final FrameConnection frames;
    private final Welcome welcome;

    private ClientConnection(FrameConnection frames, Duration limit) {
        this.frames = frames;
        this.welcome = ask(HELLO, Welcome.class, limit);
        if (welcome.protocol() < ProtocolVersion.OLDEST || welcome.protocol() > ProtocolVersion.NEWEST) {
            throw new ProtocolException(
                    "the holder chose protocol version " + welcome.protocol() + ", which this client did not offer");
        }
    }

    /**
     * Connects and shakes hands.
     *
     * @throws HolderUnreachableException if there is no holder, or it does not accept within {@code limit}
     * @throws RefusedException if the holder refuses this client
     */
    static ClientConnection open(Path socket, Duration limit) {
        makeReadyToGreet();
        Deadline deadline = Deadline.after(limit);
        FrameConnection frames = SocketConnector.connect(socket, deadline);
        try {
            return new ClientConnection(frames, Duration.ofNanos(deadline.remainingNanos()));
        } catch (RuntimeException e) {
            closeAfter(frames, e);
            throw e;
        }
    }

    /**
     * A holder waits only so long for the greeting of who has connected, and the code that says it takes a new JVM longer than
     * that to load, where many processes are busy.
     */
    private static void makeReadyToGreet() {
        SocketCalls.prepare();
        MessageCodec.prepare(HELLO);
    }

    private static void closeAfter(FrameConnection frames, RuntimeException failure) {
        try {
            frames.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    Welcome welcome() {
        return welcome;
    }

    FrameConnection frames() {
        return frames;
    }

    /** Asks what is answered without descriptors. */
    <T extends Reply> T ask(Request request, Class<T> answer, Duration limit) {
        try (Frame frame = ask(request, List.of(), limit)) {
            expectDescriptors(frame, 0);
            return expect(frame, answer);
        } catch (ProtocolException e) {
            closeAfter(frames, e);
            throw e;
        }
    }

    /**
     * Asks, sending descriptors along.
     *
     * @return the answer, no refusal; the caller closes it
     * @throws RefusedException if the holder refuses
     * @throws ConnectionLostException if the holder went away or did not answer in time
     */
    Frame ask(Request request, List<OwnedDescriptor> descriptors, Duration limit) {
        try {
            return accepted(exchange(request, descriptors, limit));
        } catch (SocketTimeoutException e) {
            throw lost(new ConnectionLostException("the holder did not answer within " + limit.toMillis() + " ms", e));
        } catch (IOException e) {
            throw broke(e);
        } catch (ProtocolException e) {
            throw lost(e);
        }
    }

    /** A holder that refuses a client says so and closes, maybe before the client could send its first word. */
    private Optional<Frame> exchange(Request request, List<OwnedDescriptor> descriptors, Duration limit)
            throws IOException {
        try {
            frames.send(request, descriptors, ANSWER_LIMIT);
        } catch (SocketCallException e) {
            Optional<Frame> lastWord = lastWord(e);
            if (lastWord.isEmpty()) {
                throw e;
            }
            return lastWord;
        }
        return frames.receive(limit, FRAME_LIMIT);
    }

    private Optional<Frame> lastWord(IOException failure) {
        try {
            return frames.receive(Duration.ZERO, FRAME_LIMIT);
        } catch (IOException e) {
            failure.addSuppressed(e);
            return Optional.empty();
        }
    }

    private Frame accepted(Optional<Frame> answer) {
        Frame frame = answer.orElseThrow(() -> lost(new ConnectionLostException(
                "the holder closed the connection without an answer; its log says why, if it still runs")));
        if (frame.message() instanceof Refused refused) {
            frame.close();
            throw new RefusedException(refused);
        }
        return frame;
    }

    /** Sends what is not answered. */
    void tell(Request request) {
        try {
            frames.send(request, List.of(), ANSWER_LIMIT);
        } catch (IOException e) {
            throw broke(e);
        }
    }

    private ConnectionLostException broke(IOException e) {
        return lost(new ConnectionLostException(
                "the connection to the holder broke: " + e.getMessage()
                        + "; try again, and see the holder's log for why it disconnected",
                e));
    }

    private <E extends RuntimeException> E lost(E failure) {
        closeAfter(frames, failure);
        return failure;
    }

    /** The frame's message as the one that must come here. */
    static <T extends Message> T expect(Frame frame, Class<T> type) {
        if (!type.isInstance(frame.message())) {
            throw new ProtocolException("expected " + type.getSimpleName() + ", but "
                    + frame.message().getClass().getSimpleName() + " came");
        }
        return type.cast(frame.message());
    }

    static void expectDescriptors(Frame frame, int count) {
        if (frame.descriptorCount() != count) {
            throw new ProtocolException(frame.message().getClass().getSimpleName() + " comes with " + count
                    + " descriptors, not " + frame.descriptorCount());
        }
    }

    @Override
    public void close() {
        try {
            frames.close();
        } catch (IOException e) {
            throw new ConnectionLostException("the connection to the holder could not be closed", e);
        }
    }
}
