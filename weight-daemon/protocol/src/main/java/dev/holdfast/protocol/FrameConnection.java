package dev.holdfast.protocol;

import dev.holdfast.memory.OwnedDescriptor;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.newsclub.net.unix.AFUNIXSocketChannel;

/**
 * A connection that carries {@link Message}s and descriptors.
 *
 * <p>A frame is a header of 8 bytes (big-endian: u32 length of the body, u8 number of descriptors, u8 zero, u16
 * {@code 0x4846}) and the body, a message as JSON in UTF-8. Descriptors ride with the first byte of the header
 * ({@code SCM_RIGHTS}, unix(7)): when the header is complete, exactly as many must have come as it announces, at most 4;
 * otherwise all are closed and the frame is refused.
 *
 * <p>One thread receives; sends may come from any thread and are serialised. {@link #close()} may be called from any
 * thread and wakes the others. After a {@link ProtocolException} nothing more can be received, but a last message can
 * be sent to say why; a send that fails closes the connection, unless the other side has closed it: what that said before
 * can still be received.
 */
public final class FrameConnection implements AutoCloseable {
    /** The largest body there is: manifests of very large models. */
    public static final int LARGEST_BODY_BYTES = 16 * 1024 * 1024;

    /** The largest body of a message that carries no manifest. */
    public static final int SMALL_BODY_BYTES = 64 * 1024;

    /** No limit, where a limit is asked for. */
    public static final Duration UNLIMITED = Duration.ofSeconds(Long.MAX_VALUE);

    private final DescriptorSocket socket;
    private final FrameDecoder decoder;
    private final PeerCredentials peer;
    private final ReentrantLock sending = new ReentrantLock();
    private volatile boolean outOfStep;

    private FrameConnection(DescriptorSocket socket, PeerCredentials peer, int mostBodyBytes) {
        this.socket = socket;
        this.peer = peer;
        this.decoder = new FrameDecoder(socket, mostBodyBytes);
    }

    /** Takes ownership of a connected channel, also if this throws. */
    static FrameConnection over(AFUNIXSocketChannel channel, int mostBodyBytes) throws IOException {
        DescriptorSocket socket = new DescriptorSocket(channel);
        try {
            return new FrameConnection(socket, PeerCredentials.of(channel), mostBodyBytes);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Who is on the other side, as the kernel noted when the connection was made. */
    public PeerCredentials peer() {
        return peer;
    }

    /**
     * Sets the largest body to be received from the next frame on.
     *
     * @throws IllegalArgumentException if it is not within 1 and {@link #LARGEST_BODY_BYTES}
     */
    public void limitBody(int bytes) {
        if (bytes < 1 || bytes > LARGEST_BODY_BYTES) {
            throw new IllegalArgumentException("a body's limit is 1 to " + LARGEST_BODY_BYTES + " bytes, not " + bytes);
        }
        decoder.limitBody(bytes);
    }

    /** Counts the large bodies of this connection against a budget shared with others. */
    public void shareBodies(BodyBudget budget) {
        decoder.shareBodies(budget);
    }

    /**
     * Receives the next frame.
     *
     * @param idle how long to wait for its first byte; {@link #UNLIMITED} if need be
     * @param frame how long the rest of it may take, however it trickles in
     * @return the frame, whose descriptors the caller owns; empty if the other side closed between frames
     * @throws SocketTimeoutException if no first byte came in time; receiving may be tried again
     * @throws ProtocolException if what came breaks the rules or is not complete in time
     * @throws IOException if the connection is broken, or closed by this side
     */
    public Optional<Frame> receive(Duration idle, Duration frame) throws IOException {
        if (outOfStep) {
            throw new IOException("nothing can be received after a bad frame");
        }
        try {
            return decoder.next(idle, frame);
        } catch (ProtocolException e) {
            outOfStep = true;
            throw e;
        }
    }

    /**
     * Sends a message.
     *
     * @param message what to say
     * @param descriptors sent with it, at most 4; they stay the caller's, who keeps them open until this returns
     * @param limit how long the other side may take to accept it
     * @throws IllegalArgumentException if the message is larger than {@link #LARGEST_BODY_BYTES} or there are more than
     *     4 descriptors; nothing is sent
     * @throws SocketTimeoutException if it was not accepted in time; the connection is closed, since part of the frame
     *     may be on its way. Or if another thread's message took all that time; then nothing is sent
     * @throws IOException if the connection is broken or closed
     */
    public void send(Message message, List<OwnedDescriptor> descriptors, Duration limit) throws IOException {
        byte[] frame = encode(message, descriptors);
        Deadline deadline = Deadline.after(limit);
        lock(deadline);
        try {
            socket.write(frame, descriptors, deadline);
        } catch (SocketCallException e) {
            if (!e.isPeerGone()) {
                socket.close();
            }
            throw e;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        } finally {
            sending.unlock();
        }
    }

    private static byte[] encode(Message message, List<OwnedDescriptor> descriptors) {
        if (descriptors.size() > FrameHeader.MOST_DESCRIPTORS) {
            throw new IllegalArgumentException("a frame carries at most " + FrameHeader.MOST_DESCRIPTORS
                    + " descriptors, not " + descriptors.size());
        }
        byte[] body = MessageCodec.write(message);
        if (body.length > LARGEST_BODY_BYTES) {
            throw new IllegalArgumentException(
                    "a message of " + body.length + " bytes is too large for a frame of " + LARGEST_BODY_BYTES);
        }
        return FrameHeader.frame(body, descriptors.size());
    }

    private void lock(Deadline deadline) throws IOException {
        try {
            if (!sending.tryLock(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                throw new SocketTimeoutException("an earlier message is still on its way");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted before a message could be sent", e);
        }
    }

    /** Whether {@link #close()} has not been called; says nothing of the other side. */
    public boolean isOpen() {
        return socket.isOpen();
    }

    /** Ends the connection and wakes whoever receives or sends; further calls do nothing. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
