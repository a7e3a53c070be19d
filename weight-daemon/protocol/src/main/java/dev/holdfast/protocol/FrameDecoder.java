package dev.holdfast.protocol;

import dev.holdfast.memory.OwnedDescriptor;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Cuts frames out of a {@link ByteSource}; used by one thread.
 *
 * <p>The body's buffer grows as bytes arrive, so a header alone costs no memory.
 */
final class FrameDecoder {
    private static final int FIRST_BUFFER_BYTES = 4096;

    private final ByteSource source;
    private volatile int mostBodyBytes;
    private volatile BodyBudget budget = new BodyBudget(FrameConnection.LARGEST_BODY_BYTES);

    FrameDecoder(ByteSource source, int mostBodyBytes) {
        this.source = source;
        this.mostBodyBytes = mostBodyBytes;
    }

    void limitBody(int bytes) {
        mostBodyBytes = bytes;
    }

    void shareBodies(BodyBudget shared) {
        budget = shared;
    }

    /**
     * Reads one frame; whatever descriptors came with a frame that is not returned are closed.
     *
     * @param idle how long to wait for its first byte
     * @param rest how long all others may take from then on, however they trickle
     * @return empty if the stream ended before the first byte
     * @throws SocketTimeoutException if no first byte came in time
     * @throws ProtocolException if what came is not a frame that was expected here
     */
    Optional<Frame> next(Duration idle, Duration rest) throws IOException {
        List<OwnedDescriptor> descriptors = new ArrayList<>();
        try {
            byte[] header = new byte[FrameHeader.BYTES];
            int read = source.read(header, 0, header.length, descriptors, Deadline.after(idle));
            if (read < 0) {
                return Optional.empty();
            }
            Message message = read(header, read, descriptors, rest);
            return Optional.of(new Frame(message, descriptors));
        } catch (IOException | RuntimeException | Error e) {
            Frame.closeAll(descriptors, e);
            throw e;
        }
    }

    private Message read(byte[] headerBytes, int read, List<OwnedDescriptor> descriptors, Duration rest)
            throws IOException {
        Deadline deadline = Deadline.after(rest);
        try {
            fill(headerBytes, read, headerBytes.length, descriptors, deadline);
            FrameHeader header = FrameHeader.decode(headerBytes, mostBodyBytes);
            checkCount(header, descriptors);
            return readMessage(header, descriptors, deadline);
        } catch (SocketTimeoutException e) {
            throw new ProtocolException("a frame was begun, but not complete after " + rest.toMillis() + " ms", e);
        }
    }

    private Message readMessage(FrameHeader header, List<OwnedDescriptor> descriptors, Deadline deadline)
            throws IOException {
        BodyBudget shared = budget;
        shared.take(header.bodyBytes(), deadline);
        try {
            byte[] body = readBody(header, descriptors, deadline);
            checkCount(header, descriptors);
            return MessageCodec.read(body);
        } finally {
            shared.giveBack(header.bodyBytes());
        }
    }

    private static void checkCount(FrameHeader header, List<OwnedDescriptor> descriptors) {
        if (descriptors.size() != header.descriptors()) {
            throw new ProtocolException("a frame announces " + header.descriptors() + " descriptors, but "
                    + descriptors.size() + " came with it");
        }
    }

    private byte[] readBody(FrameHeader header, List<OwnedDescriptor> descriptors, Deadline deadline)
            throws IOException {
        byte[] body = new byte[Math.min(header.bodyBytes(), FIRST_BUFFER_BYTES)];
        int have = 0;
        while (true) {
            fill(body, have, body.length, descriptors, deadline);
            checkCount(header, descriptors);
            have = body.length;
            if (have == header.bodyBytes()) {
                return body;
            }
            body = Arrays.copyOf(body, (int) Math.min(header.bodyBytes(), 2L * have));
        }
    }

    private void fill(byte[] target, int from, int to, List<OwnedDescriptor> descriptors, Deadline deadline)
            throws IOException {
        int have = from;
        while (have < to) {
            // Checked here as well: bytes that keep coming would never let the source wait.
            if (deadline.isOver()) {
                throw new SocketTimeoutException();
            }
            int read = source.read(target, have, to - have, descriptors, deadline);
            if (read < 0) {
                throw new ProtocolException("the connection ended inside a frame");
            }
            have += read;
        }
    }
}
