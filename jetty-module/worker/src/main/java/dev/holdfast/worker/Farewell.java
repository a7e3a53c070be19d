package dev.holdfast.worker;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers with {@code Connection: close} once a server retires, so that HTTP/1 clients go elsewhere with their next request.
 * Jetty's own way, shutting the connector down, also closes connections whose answer was on its way without that header, and
 * a client that has sent the next request already would lose it. Any thread.
 */
final class Farewell extends Handler.Wrapper {
    private volatile boolean begun;

    void begin() {
        begun = true;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (begun && request.getConnectionMetaData().getHttpVersion().getVersion() < HttpVersion.HTTP_2.getVersion()) {
            response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
        }
        return super.handle(request, response, callback);
    }
}
