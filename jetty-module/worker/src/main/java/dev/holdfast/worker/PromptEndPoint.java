package dev.holdfast.worker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A connection whose next request, when it follows the answer to one with a body at once, is read by the thread that wrote
 * the answer. (After one without, Jetty asks the selector before it tries to read.) Otherwise that thread would hand the connection back to a selector's, which has gone to sleep, perhaps with its processor,
 * and has caches of its own.
 */
final class PromptEndPoint extends SocketChannelEndPoint {
    private final BooleanSupplier mayLook;
    private final long lookNanos;
    private volatile boolean answered;

    /**
     * @param mayLook whether a thread may be spent on this connection
     * @param lookNanos how long
     */
    PromptEndPoint(
            SocketChannel channel,
            ManagedSelector selector,
            SelectionKey key,
            Scheduler scheduler,
            BooleanSupplier mayLook,
            long lookNanos) {
        super(channel, selector, key, scheduler);
        this.mayLook = mayLook;
        this.lookNanos = lookNanos;
    }

    /** After an answer, looks for the next request for a while before saying that there is none. */
    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        int filled = super.fill(buffer);
        if (!answered) {
            return filled;
        }
        answered = false;
        if (filled == 0 && mayLook.getAsBoolean()) {
            long begin = System.nanoTime();
            while (filled == 0 && System.nanoTime() - begin < lookNanos) {
                Thread.onSpinWait();
                filled = super.fill(buffer);
            }
        }
        return filled;
    }

    @Override
    public boolean flush(ByteBuffer... buffers) throws IOException {
        answered = true;
        return super.flush(buffers);
    }
}
