package dev.holdfast.bench.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One of a load's connections: connects, sends, reads, and again; connects anew whenever the server closes or the
 * request failed. All calls come from one thread.
 */
final class LoadConnection {
    /** Until the next try where nothing listens. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private enum State {
        CONNECTING,
        EXCHANGING,
        PAUSED,
        CLOSED
    }

    private final LoadPlan plan;
    private final Selector selector;
    private final Tally tally;
    private final ByteBuffer request;
    private final AnswerParser answer;
    private @Nullable SelectionKey key;
    private State state = State.PAUSED;
    private boolean last;
    private long sinceNanos;

    LoadConnection(LoadPlan plan, Selector selector, Tally tally) {
        this.plan = plan;
        this.selector = selector;
        this.tally = tally;
        this.request = plan.request().view();
        this.answer = new AnswerParser(plan.check().needsBody());
    }

    /** Begins to connect; a request follows by itself. */
    void open() {
        state = State.CONNECTING;
        sinceNanos = System.nanoTime();
        try {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            SelectionKey registered = channel.register(selector, SelectionKey.OP_CONNECT, this);
            key = registered;
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (channel.connect(plan.request().address())) {
                send(registered, channel);
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    /** Goes on where the selector found the connection ready. */
    void ready(SelectionKey selected, ByteBuffer received) {
        try {
            SocketChannel channel = (SocketChannel) selected.channel();
            if (state == State.CONNECTING && channel.finishConnect()) {
                send(selected, channel);
            } else if (state == State.EXCHANGING) {
                if (request.hasRemaining()) {
                    write(selected, channel);
                }
                read(selected, channel, received);
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    private void send(SelectionKey selected, SocketChannel channel) throws IOException {
        if (state == State.CONNECTING) {
            tally.connected();
        }
        state = State.EXCHANGING;
        answer.reset();
        request.rewind();
        sinceNanos = System.nanoTime();
        write(selected, channel);
    }

    private void write(SelectionKey selected, SocketChannel channel) throws IOException {
        channel.write(request);
        int unsent = request.hasRemaining() ? SelectionKey.OP_WRITE : 0;
        selected.interestOps(SelectionKey.OP_READ | unsent);
    }

    private void read(SelectionKey selected, SocketChannel channel, ByteBuffer received) throws IOException {
        int count;
        do {
            count = channel.read(received.clear());
            received.flip();
            if (count < 0 ? ended() : answer.feed(received)) {
                if (received.hasRemaining()) {
                    throw new MalformedAnswerException(received.remaining() + " bytes follow the answer");
                }
                answered(selected, channel, count < 0);
                return;
            }
        } while (count == received.capacity());
    }

    /** Whether the server's end of the connection completes the answer. */
    private boolean ended() throws IOException {
        if (answer.endsHere()) {
            return true;
        }
        throw new IOException("the server ended the connection before its answer was complete");
    }

    private void answered(SelectionKey selected, SocketChannel channel, boolean ended) throws IOException {
        judge(System.nanoTime() - sinceNanos);
        if (last) {
            close();
        } else if (ended || answer.closes() || request.hasRemaining()) {
            close();
            open();
        } else {
            send(selected, channel);
        }
    }

    private void judge(long nanos) {
        if (answer.status() / 100 != 2) {
            tally.failed(Failure.BAD_STATUS, "status " + answer.status());
        } else if (!plan.check().accepts(answer.content())) {
            tally.failed(Failure.WRONG_BODY, answer.content().remaining() + " bytes");
        } else {
            tally.answered(nanos);
        }
    }

    /** Looks at the clock: gives up what takes too long, tries again what has paused. */
    void tick(long nowNanos) {
        if (state == State.PAUSED && nowNanos - sinceNanos >= PAUSE_NANOS) {
            open();
        } else if ((state == State.CONNECTING || state == State.EXCHANGING)
                && nowNanos - sinceNanos >= plan.timeout().toNanos()) {
            fail(Failure.TIMEOUT, "nothing complete for " + plan.timeout().toMillis() + " ms");
        }
    }

    private void fail(IOException e) {
        if (e instanceof MalformedAnswerException) {
            fail(Failure.MALFORMED, String.valueOf(e.getMessage()));
        } else if (state != State.CONNECTING) {
            fail(Failure.RESET, String.valueOf(e.getMessage()));
        } else {
            fail(e instanceof ConnectException ? Failure.REFUSED : Failure.NOT_CONNECTED, e.toString());
        }
    }

    private void fail(Failure failure, String reason) {
        tally.failed(failure, reason);
        boolean connected = state == State.EXCHANGING;
        close();
        if (!last && connected) {
            open();
        } else if (!last) {
            state = State.PAUSED;
            sinceNanos = System.nanoTime();
        }
    }

    /** Sends nothing more; what is in flight is still waited for. */
    void finish() {
        last = true;
        if (state != State.EXCHANGING) {
            close();
        }
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }

    /** Drops the connection, whatever is in flight. */
    void close() {
        state = State.CLOSED;
        SelectionKey registered = key;
        key = null;
        if (registered != null) {
            registered.cancel();
            try {
                registered.channel().close();
            } catch (IOException e) {
                tally.failed(Failure.RESET, "closing: " + e.getMessage());
            }
        }
    }
}
