package dev.holdfast.protocol;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A daemon thread that reads a lease's connection, to know at once when the holder goes away. */
final class LeaseMonitor implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseMonitor.class);
    private static final Duration FRAME_LIMIT = Duration.ofSeconds(30);

    private final FrameConnection frames;
    private final String lease;
    private final CompletableFuture<Boolean> released = new CompletableFuture<>();
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

    private LeaseMonitor(FrameConnection frames, String lease) {
        this.frames = frames;
        this.lease = lease;
    }

    static LeaseMonitor start(FrameConnection frames, Granted granted) {
        String lease = "lease-" + granted.leaseId() + "-" + granted.manifest().model();
        LeaseMonitor monitor = new LeaseMonitor(frames, lease);
        Thread thread = new Thread(monitor, "holdfast-" + lease);
        thread.setDaemon(true);
        thread.start();
        return monitor;
    }

    @Override
    public void run() {
        try {
            readToTheEnd();
        } catch (IOException | ProtocolException e) {
            if (frames.isOpen()) {
                LOG.info("{}: the connection to the holder broke: {}", lease, e.getMessage());
            }
        } finally {
            released.complete(false);
            ended.complete(true);
        }
    }

    private void readToTheEnd() throws IOException {
        Optional<Frame> next = frames.receive(FrameConnection.UNLIMITED, FRAME_LIMIT);
        while (next.isPresent()) {
            try (Frame frame = next.get()) {
                ClientConnection.expect(frame, Released.class);
                released.complete(true);
            }
            next = frames.receive(FrameConnection.UNLIMITED, FRAME_LIMIT);
        }
    }

    boolean isConnected() {
        return !ended.isDone() && frames.isOpen();
    }

    void onDisconnect(Runnable action) {
        ended.thenRun(action).exceptionally(e -> {
            LOG.error("{}: what was to run after the connection's end failed", lease, e);
            return null;
        });
    }

    /** Whether the holder confirmed in time. */
    boolean release(ClientConnection connection, Duration limit) {
        try {
            connection.tell(new Release());
            return released.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ConnectionLostException | TimeoutException e) {
            LOG.debug("{}: the holder did not confirm the release", lease, e);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing completes this exceptionally", e);
        }
    }
}
