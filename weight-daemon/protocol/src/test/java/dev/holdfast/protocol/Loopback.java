package dev.holdfast.protocol;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Both ends of one connection over a real socket. */
final class Loopback implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(20);

    private final HolderSocket listener;
    final FrameConnection client;
    final FrameConnection holder;

    Loopback(Path directory) throws IOException {
        listener = HolderSocket.bind(directory.resolve("h.sock"));
        client = SocketConnector.connect(listener.path(), Deadline.after(SOON));
        holder = listener.accept();
    }

    @Override
    public void close() throws IOException {
        holder.close();
        client.close();
        listener.close();
    }
}
