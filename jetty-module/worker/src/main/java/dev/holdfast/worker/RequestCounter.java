package dev.holdfast.worker;

import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Counts the requests of a server; any thread. */
final class RequestCounter extends Handler.Wrapper {
    private final LongAdder begun = new LongAdder();
    private final LongAdder answered = new LongAdder();

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        begun.increment();
        Request.addCompletionListener(request, failure -> answered.increment());
        return super.handle(request, response, callback);
    }

    long begun() {
        return begun.sum();
    }

    /** Begun and not answered; those answered are read first, so it is never too few. */
    long inFlight() {
        long done = answered.sum();
        return begun.sum() - done;
    }
}
