package dev.holdfast.daemon.cli;

import dev.holdfast.protocol.Frame;
import dev.holdfast.protocol.FrameConnection;
import dev.holdfast.protocol.HolderSocket;
import dev.holdfast.protocol.Message;
import dev.holdfast.protocol.Right;
import dev.holdfast.protocol.StatusReport;
import dev.holdfast.protocol.Welcome;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Answers on a holder's socket, to one client after the other, with a report that no holder here could give. */
final class ReportedHolder implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final HolderSocket socket;
    private final StatusReport report;
    private final Thread accepter = new Thread(this::acceptAll, "reported-holder");

    ReportedHolder(Path path, StatusReport report) throws IOException {
        this.socket = HolderSocket.bind(path);
        this.report = report;
        accepter.start();
    }

    private void acceptAll() {
        try {
            while (true) {
                serve(socket.accept());
            }
        } catch (ClosedChannelException e) {
            // The test is over.
        } catch (IOException e) {
            throw new IllegalStateException("the client was not answered", e);
        }
    }

    private void serve(FrameConnection accepted) throws IOException {
        try (FrameConnection connection = accepted) {
            Message answer = new Welcome(1, "1.0", "i", report.pid(), Set.of(Right.READ), 1, Optional.empty());
            Optional<Frame> next = connection.receive(LIMIT, LIMIT);
            while (next.isPresent()) {
                next.get().close();
                connection.send(answer, List.of(), LIMIT);
                answer = report;
                next = connection.receive(LIMIT, LIMIT);
            }
        }
    }

    @Override
    public void close() throws Exception {
        socket.close();
        accepter.join();
    }
}
