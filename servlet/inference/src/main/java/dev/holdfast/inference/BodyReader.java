package dev.holdfast.inference;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Reads a body whenever some of it is there. Called by the container, one thread at a time. */
final class BodyReader implements ReadListener {
    private final Exchange exchange;
    private final ServletInputStream in;
    private final BodyBuffer buffer;
    private final Consumer<Body> next;

    BodyReader(Exchange exchange, ServletInputStream in, BodyBuffer buffer, Consumer<Body> next) {
        this.exchange = exchange;
        this.in = in;
        this.buffer = buffer;
        this.next = next;
    }

    @Override
    public void onDataAvailable() throws IOException {
        try {
            boolean more = true;
            while (more && in.isReady() && !in.isFinished()) {
                more = buffer.readFrom(in);
            }
        } catch (RequestRefusedException e) {
            exchange.fail(e);
        }
    }

    @Override
    public void onAllDataRead() {
        try {
            next.accept(buffer.finish());
        } catch (RuntimeException e) {
            exchange.fail(e);
        }
    }

    /** The container's own limit for an idle client arrives here as well. */
    @Override
    public void onError(Throwable failure) {
        if (failure instanceof TimeoutException
                || failure.getCause() instanceof TimeoutException
                || failure instanceof java.net.SocketTimeoutException) {
            exchange.fail(new RequestRefusedException(408, "the body did not arrive in time", failure));
        } else {
            exchange.lost(failure);
        }
    }
}
