package dev.holdfast.inference;

import dev.holdfast.engine.Cancellation;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on its way through the servlet, and the one owner of its {@link AsyncContext}. It is answered once: of an
 * answer, a failure and the end of time, the first wins. A client that goes away cancels what was begun for it, as soon as
 * the container notices. Any thread.
 */
final class Exchange implements AsyncListener {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private enum Stage {
        READING,
        COMPUTING,
        WRITING,
        OVER
    }

    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final AsyncContext context;
    private final Cancellation cancellation = new Cancellation();
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.READING);

    private Exchange(HttpServletRequest request, HttpServletResponse response, Duration timeout) {
        this.request = request;
        this.response = response;
        this.context = request.startAsync(request, response);
        context.setTimeout(timeout.toMillis());
    }

    /** @param timeout longest time to the end of the answer; zero for no limit */
    static Exchange start(HttpServletRequest request, HttpServletResponse response, Duration timeout) {
        Exchange exchange = new Exchange(request, response, timeout);
        exchange.context.addListener(exchange);
        return exchange;
    }

    HttpServletRequest request() {
        return request;
    }

    /** Cancelled when the client has gone, or time is up. */
    Cancellation cancellation() {
        return cancellation;
    }

    /** Reads the body without blocking, then calls {@code next} on a thread of the container's. */
    void read(long limitBytes, Consumer<Body> next) {
        try {
            BodyBuffer buffer = new BodyBuffer(request.getContentLengthLong(), limitBytes);
            request.getInputStream().setReadListener(new BodyReader(this, request.getInputStream(), buffer, body -> {
                if (stage.compareAndSet(Stage.READING, Stage.COMPUTING)) {
                    next.accept(body);
                }
            }));
        } catch (IOException e) {
            lost(e);
        }
    }

    /** Answers, unless that has been done. */
    void reply(Reply reply) {
        if (!stage.compareAndSet(Stage.READING, Stage.WRITING)
                && !stage.compareAndSet(Stage.COMPUTING, Stage.WRITING)) {
            return;
        }
        try {
            response.getOutputStream().setWriteListener(new ReplyWriter(this, request, response, reply));
        } catch (IOException | IllegalStateException e) {
            lost(e);
        }
    }

    /** Answers with an error, unless an answer has been given. */
    void fail(Throwable failure) {
        reply(ErrorTable.reply(failure));
    }

    /** The answer is written. */
    void complete() {
        if (stage.getAndSet(Stage.OVER) != Stage.OVER) {
            finish();
        }
    }

    private void finish() {
        try {
            context.complete();
        } catch (IllegalStateException e) {
            LOG.debug("Time was up while the answer was written; the container's callback completes it", e);
        }
    }

    /** The connection is of no further use, or half of it is; who may still listen is told. */
    void lost(Throwable cause) {
        LOG.debug("A client was lost: {}", String.valueOf(cause));
        end(
                new RequestRefusedException(400, "the body ended before the length that was announced", cause),
                new RequestRefusedException(ErrorTable.CLIENT_CLOSED_REQUEST, "the client has gone", cause));
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        if (stage.get() == Stage.OVER) {
            finish();
            return;
        }
        end(
                new RequestRefusedException(408, "the body did not arrive in time"),
                new RequestRefusedException(503, "the answer was not ready in time"));
    }

    private void end(RequestRefusedException whileReading, RequestRefusedException whileComputing) {
        Stage reached = stage.getAndSet(Stage.OVER);
        if (reached == Stage.OVER) {
            return;
        }
        cancellation.cancel();
        if (reached != Stage.WRITING) {
            replyAtOnce(reached == Stage.READING ? whileReading : whileComputing);
        }
        context.complete();
    }

    /** The container ends the request when its callback does, so there is no time for a listener; it is a short text. */
    private void replyAtOnce(RequestRefusedException failure) {
        Reply reply = ErrorTable.reply(failure);
        try {
            response.setStatus(reply.status());
            reply.headers().forEach(response::setHeader);
            reply.body().writeTo(response.getOutputStream());
        } catch (IOException | IllegalStateException e) {
            LOG.debug("A client was lost: {}", e.toString());
        }
    }

    @Override
    public void onError(AsyncEvent event) {
        lost(event.getThrowable());
    }

    @Override
    public void onComplete(AsyncEvent event) {
        stage.set(Stage.OVER);
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // Nobody starts it anew.
    }
}
