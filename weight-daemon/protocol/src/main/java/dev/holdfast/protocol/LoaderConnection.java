package dev.holdfast.protocol;

import dev.holdfast.memory.OwnedDescriptor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A loader's connection to the holder that started it.
 *
 * <p>Used by one thread. Throws as {@link HolderClient} does.
 */
public final class LoaderConnection implements AutoCloseable {
    private final ClientConnection connection;
    private final String loadToken;

    private LoaderConnection(ClientConnection connection, String loadToken) {
        this.connection = connection;
        this.loadToken = loadToken;
    }

    /**
     * Connects and shakes hands.
     *
     * @param socket the holder's socket
     * @param timeout for connecting
     * @param loadToken the secret of the load
     * @throws HolderUnreachableException if the holder does not accept in time
     */
    public static LoaderConnection connect(Path socket, Duration timeout, String loadToken) {
        return new LoaderConnection(ClientConnection.open(socket, timeout), loadToken);
    }

    /**
     * Sets bytes of the memory budget aside for the arena.
     *
     * @throws RefusedException with {@link RefusalCode#OVER_BUDGET} if they don't fit
     */
    public void reserve(long sizeBytes) {
        Reserve request = new Reserve(loadToken, sizeBytes);
        Reserved unused = connection.ask(request, Reserved.class, ClientConnection.ANSWER_LIMIT);
    }

    /** Tells how far the load is; {@code totalBytes} is 0 if not known. */
    public void progress(String stage, long doneBytes, long totalBytes) {
        connection.tell(new Progress(loadToken, stage, doneBytes, totalBytes));
    }

    /** Gives up. Returns once the holder knows why, so that the process may end. */
    public void failed(RefusalCode code, String reason) {
        Done unused =
                connection.ask(new LoadFailed(loadToken, code, reason), Done.class, ClientConnection.ANSWER_LIMIT);
    }

    /**
     * Hands the finished version over.
     *
     * @param manifest the version
     * @param descriptors what it travels by ({@link ArenaDescription#descriptorCount}); they stay the caller's
     * @return what the holder says once the version is published
     * @throws RefusedException with {@link RefusalCode#OFFER_REFUSED} if it is not what it should be
     */
    public Done offer(Manifest manifest, List<OwnedDescriptor> descriptors) {
        Offer offer = new Offer(manifest, Optional.of(loadToken));
        try (Frame frame = connection.ask(offer, descriptors, FrameConnection.UNLIMITED)) {
            ClientConnection.expectDescriptors(frame, 0);
            return ClientConnection.expect(frame, Done.class);
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
