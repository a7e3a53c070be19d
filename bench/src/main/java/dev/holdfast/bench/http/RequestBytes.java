package dev.holdfast.bench.http;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One request, head and body, as every connection sends it again and again, and where to; RFC 9112. */
public final class RequestBytes {
    private static final int HTTP_PORT = 80;

    private final InetSocketAddress address;
    private final ByteBuffer bytes;

    private RequestBytes(InetSocketAddress address, ByteBuffer bytes) {
        this.address = address;
        this.bytes = bytes;
    }

    /**
     * A {@code POST}.
     *
     * @throws IllegalArgumentException if the URL is not {@code http://HOST[:PORT]/..}
     * @throws UnknownHostException if the host has no address
     */
    public static RequestBytes post(URI url, RequestBody body) throws UnknownHostException {
        StringBuilder fields = new StringBuilder();
        body.fields().forEach((name, value) -> fields.append(name + ": " + value + "\r\n"));
        fields.append("Content-Length: " + body.sizeBytes() + "\r\n");
        return of("POST", url, fields.toString(), body);
    }

    /** A {@code GET}; otherwise as {@link #post}. */
    public static RequestBytes get(URI url) throws UnknownHostException {
        return of("GET", url, "", RequestBody.NONE);
    }

    private static RequestBytes of(String method, URI url, String fields, RequestBody body)
            throws UnknownHostException {
        if (!"http".equals(url.getScheme()) || url.getHost() == null) {
            throw new IllegalArgumentException("\"" + url + "\" is not of the form http://HOST[:PORT]/PATH");
        }
        int port = url.getPort() < 0 ? HTTP_PORT : url.getPort();
        InetSocketAddress address = new InetSocketAddress(url.getHost(), port);
        if (address.isUnresolved()) {
            throw new UnknownHostException(url.getHost());
        }
        String target = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        String head = method + " " + target + query + " HTTP/1.1\r\nHost: " + url.getRawAuthority() + "\r\n" + fields
                + "\r\n";
        byte[] headBytes = head.getBytes(StandardCharsets.ISO_8859_1);
        // Outside the heap, so that a write takes it from there without a copy.
        ByteBuffer all = ByteBuffer.allocateDirect(headBytes.length + body.sizeBytes());
        all.put(headBytes).put(body.content()).flip();
        return new RequestBytes(address, all.asReadOnlyBuffer());
    }

    InetSocketAddress address() {
        return address;
    }

    /** A view with a position of its own, at the beginning. */
    ByteBuffer view() {
        return bytes.duplicate();
    }
}
