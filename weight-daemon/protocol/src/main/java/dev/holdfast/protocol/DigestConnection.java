package dev.holdfast.protocol;

import dev.holdfast.memory.ContentDigest;
import dev.holdfast.memory.OwnedDescriptor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A digesting child's connection to the holder that started it.
 *
 * <p>Used by one thread. Throws as {@link HolderClient} does.
 */
public final class DigestConnection implements AutoCloseable {
    private final ClientConnection connection;
    private final String token;

    private DigestConnection(ClientConnection connection, String token) {
        this.connection = connection;
        this.token = token;
    }

    /**
     * Connects and shakes hands.
     *
     * @param socket the holder's socket
     * @param timeout for connecting
     * @param token the secret of the job
     * @throws HolderUnreachableException if the holder does not accept in time
     */
    public static DigestConnection connect(Path socket, Duration timeout, String token) {
        return new DigestConnection(ClientConnection.open(socket, timeout), token);
    }

    /**
     * The descriptors of the version: the arena's, and after it the counter's.
     *
     * @param count how many there must be
     * @return owned by the caller
     */
    public List<OwnedDescriptor> fetch(int count) {
        try (Frame frame = connection.ask(new FetchArena(token), List.of(), ClientConnection.ANSWER_LIMIT)) {
            Fetched unused = ClientConnection.expect(frame, Fetched.class);
            ClientConnection.expectDescriptors(frame, count);
            return IntStream.range(0, count).mapToObj(frame::takeDescriptor).toList();
        }
    }

    /** Tells the digest. Returns once the holder has it, so that the process may end. */
    public void digested(ContentDigest digest) {
        tell(new Digested(token, Optional.of(digest), Optional.empty()));
    }

    /** Tells why there is none, in one sentence; likewise. */
    public void failed(String reason) {
        tell(new Digested(token, Optional.empty(), Optional.of(reason)));
    }

    private void tell(Digested digested) {
        Done unused = connection.ask(digested, Done.class, ClientConnection.ANSWER_LIMIT);
    }

    @Override
    public void close() {
        connection.close();
    }
}
