package dev.holdfast.inference;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/** Writes an answer whenever the client takes some of it. Called by the container, one thread at a time. */
final class ReplyWriter implements WriteListener {
    /** What is shorter is sent as it is: compressed it would hardly be. */
    private static final int COMPRESSED_FROM_BYTES = 1024;

    private final Exchange exchange;
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final ServletOutputStream out;
    private Reply reply;
    private ReplyBody body;
    private boolean begun;

    ReplyWriter(Exchange exchange, HttpServletRequest request, HttpServletResponse response, Reply reply)
            throws IOException {
        this.exchange = exchange;
        this.request = request;
        this.response = response;
        this.out = response.getOutputStream();
        this.reply = reply;
        this.body = reply.body();
    }

    @Override
    public void onWritePossible() throws IOException {
        if (!begun) {
            begun = true;
            begin();
        }
        while (out.isReady()) {
            if (!body.writeTo(out)) {
                exchange.complete();
                return;
            }
        }
    }

    private void begin() throws IOException {
        long sizeBytes = sizeBytes();
        response.setStatus(reply.status());
        reply.headers().forEach(response::setHeader);
        Optional<ContentCoding> coding = coding(sizeBytes);
        if (coding.isPresent()) {
            response.setHeader(Headers.CONTENT_ENCODING, coding.get().token());
            body = new CompressedBody(reply.body(), coding.get());
        } else if (sizeBytes >= 0) {
            response.setContentLengthLong(sizeBytes);
        }
        if (request.getMethod().equals("HEAD")) {
            body = new BytesBody(new byte[0]);
        }
    }

    /** Only here it shows whether an answer can be written as asked; nothing has been sent yet. */
    private long sizeBytes() throws IOException {
        try {
            return reply.body().sizeBytes();
        } catch (RuntimeException e) {
            reply = ErrorTable.reply(e);
            body = reply.body();
            return body.sizeBytes();
        }
    }

    private Optional<ContentCoding> coding(long sizeBytes) {
        if (sizeBytes >= 0 && sizeBytes < COMPRESSED_FROM_BYTES) {
            return Optional.empty();
        }
        response.addHeader(Headers.VARY, Headers.ACCEPT_ENCODING);
        return ContentCoding.preferred(request.getHeader(Headers.ACCEPT_ENCODING));
    }

    @Override
    public void onError(Throwable failure) {
        exchange.lost(failure);
    }
}
