package dev.holdfast.bench.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** A share of a load's connections, on one selector and one thread. */
final class LoadThread implements Callable<Void>, AutoCloseable {
    private static final long TICK_MILLIS = 10;
    private static final int RECEIVED_BYTES = 256 * 1024;

    private final Selector selector;
    private final Tally tally = new Tally();
    private final List<LoadConnection> connections = new ArrayList<>();
    private final ByteBuffer received = ByteBuffer.allocateDirect(RECEIVED_BYTES);
    private volatile boolean finishing;

    LoadThread(LoadPlan plan, int share) throws IOException {
        this.selector = Selector.open();
        for (int i = 0; i < share; i++) {
            connections.add(new LoadConnection(plan, selector, tally));
        }
    }

    Tally tally() {
        return tally;
    }

    /** Sends nothing more; the thread ends when the last answer has come or has been given up. */
    void finish() {
        finishing = true;
        selector.wakeup();
    }

    @Override
    @SuppressWarnings("NullAway") // Callable<Void> returns null by contract.
    public Void call() throws IOException {
        connections.forEach(LoadConnection::open);
        long nextTick = 0;
        boolean told = false;
        while (!told || !connections.stream().allMatch(LoadConnection::isClosed)) {
            selector.select(this::ready, TICK_MILLIS);
            if (finishing && !told) {
                connections.forEach(LoadConnection::finish);
                told = true;
            }
            long now = System.nanoTime();
            if (now - nextTick >= 0) {
                connections.forEach(connection -> connection.tick(now));
                nextTick = now + TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
            }
        }
        return null;
    }

    private void ready(SelectionKey key) {
        if (key.isValid()) {
            ((LoadConnection) key.attachment()).ready(key, received);
        }
    }

    /** Drops all connections; the thread must have ended. */
    @Override
    public void close() throws IOException {
        connections.forEach(LoadConnection::close);
        selector.close();
    }
}
