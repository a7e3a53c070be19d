package dev.holdfast.protocol;

import dev.holdfast.memory.OwnedDescriptor;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import org.newsclub.net.unix.AFUNIXSocketChannel;
import org.newsclub.net.unix.FileDescriptorCast;

/**
 * A connected Unix socket whose reads and writes have deadlines and carry descriptors.
 *
 * <p>One thread may read while another writes, and any thread may close: {@link #close()} wakes both, and the
 * descriptor itself is closed by whoever leaves last, so that its number is never used after the kernel may have given
 * it to another file.
 */
final class DescriptorSocket implements ByteSource, AutoCloseable {
    private final AFUNIXSocketChannel channel;
    private final int socket;
    private final SocketMessage incoming = new SocketMessage();
    private final SocketMessage outgoing = new SocketMessage();
    private int users;
    private boolean closed;

    /** Takes ownership of {@code channel}, also if this throws. */
    DescriptorSocket(AFUNIXSocketChannel channel) throws IOException {
        this.channel = channel;
        try {
            this.socket = FileDescriptorCast.using(channel.getFileDescriptor()).as(Integer.class);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public int read(byte[] target, int offset, int length, List<OwnedDescriptor> descriptors, Deadline deadline)
            throws IOException {
        enter();
        try {
            while (true) {
                int result = incoming.receive(socket, target, offset, length, descriptors);
                if (result >= 0) {
                    return endOr(result);
                }
                waitAfter("recvmsg", -result, SocketCalls.POLLIN, deadline);
            }
        } finally {
            leave();
        }
    }

    /** The end is -1 in Java; an end of our own making is not one. */
    private int endOr(int received) throws IOException {
        if (received > 0) {
            return received;
        }
        checkOpen();
        return -1;
    }

    /**
     * Writes all bytes; the descriptors ride with the first.
     *
     * @throws SocketTimeoutException if the peer did not take them all in time; some may be written
     * @throws IOException if the connection is broken or closed
     */
    void write(byte[] source, List<OwnedDescriptor> descriptors, Deadline deadline) throws IOException {
        enter();
        try {
            int written = 0;
            while (written < source.length) {
                List<OwnedDescriptor> riding = written == 0 ? descriptors : List.of();
                int result = outgoing.send(socket, source, written, source.length - written, riding);
                if (result >= 0) {
                    written += result;
                } else {
                    waitAfter("sendmsg", -result, SocketCalls.POLLOUT, deadline);
                }
            }
        } finally {
            leave();
        }
    }

    private void waitAfter(String call, int errno, int events, Deadline deadline) throws IOException {
        checkOpen();
        if (errno == SocketCalls.EINTR) {
            return;
        }
        if (errno != SocketCalls.EAGAIN) {
            throw new SocketCallException(call, errno);
        }
        if (deadline.isOver() || !SocketCalls.poll(socket, events, deadline)) {
            throw new SocketTimeoutException(call + " did not get on in time");
        }
        checkOpen();
    }

    private synchronized void enter() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
        users++;
    }

    private synchronized void leave() throws IOException {
        users--;
        if (closed && users == 0) {
            free();
        }
    }

    private synchronized void checkOpen() throws AsynchronousCloseException {
        if (closed) {
            throw new AsynchronousCloseException();
        }
    }

    synchronized boolean isOpen() {
        return !closed;
    }

    private void free() throws IOException {
        incoming.close();
        outgoing.close();
        channel.close();
    }

    /** Ends the connection for both sides and wakes readers and writers; further calls do nothing. */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        if (users == 0) {
            free();
        } else {
            SocketCalls.shutdown(socket);
        }
    }
}
