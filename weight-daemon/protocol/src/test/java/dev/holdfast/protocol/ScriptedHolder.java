package dev.holdfast.protocol;

import dev.holdfast.memory.OwnedDescriptor;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The least that can stand in for a holder: real socket, real frames, answers given by the test. */
final class ScriptedHolder implements AutoCloseable {
    /** Answers one frame after the handshake; may send several replies, or none. */
    interface Script {
        void answer(FrameConnection connection, Frame frame) throws IOException;
    }

    final Queue<Message> heard = new ConcurrentLinkedQueue<>();
    private final Queue<FrameConnection> connections = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final HolderSocket socket;
    private final Script script;
    private final Thread accepter = new Thread(this::acceptAll);

    ScriptedHolder(Path path, Script script) throws IOException {
        this.socket = HolderSocket.bind(path);
        this.script = script;
        accepter.start();
    }

    static void reply(FrameConnection connection, Reply reply, OwnedDescriptor... descriptors) throws IOException {
        connection.send(reply, List.of(descriptors), Loopback.SOON);
    }

    private void acceptAll() {
        try {
            while (true) {
                FrameConnection connection = socket.accept();
                connection.limitBody(FrameConnection.LARGEST_BODY_BYTES);
                connections.add(connection);
                new Thread(() -> serve(connection)).start();
            }
        } catch (ClosedChannelException e) {
            // The test is over.
        } catch (IOException e) {
            failures.add(e);
        }
    }

    private void serve(FrameConnection connection) {
        try (connection) {
            var next = connection.receive(FrameConnection.UNLIMITED, Loopback.SOON);
            while (next.isPresent()) {
                try (Frame frame = next.get()) {
                    heard.add(frame.message());
                    answer(connection, frame);
                }
                next = connection.receive(FrameConnection.UNLIMITED, Loopback.SOON);
            }
        } catch (IOException e) {
            // Connections end in the middle of things in these tests.
        } catch (RuntimeException | Error e) {
            failures.add(e);
        }
    }

    private void answer(FrameConnection connection, Frame frame) throws IOException {
        if (frame.message() instanceof Hello) {
            reply(connection, Samples.welcome());
        } else {
            script.answer(connection, frame);
        }
    }

    /** Drops every connection, as the kernel does for a holder that was killed. */
    void dropConnections() throws IOException {
        for (FrameConnection connection : connections) {
            connection.close();
        }
    }

    @Override
    public void close() throws Exception {
        socket.close();
        accepter.join();
        dropConnections();
        for (Throwable failure : failures) {
            throw new AssertionError("the scripted holder failed", failure);
        }
    }
}
