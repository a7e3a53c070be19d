package dev.holdfast.arbiter;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/** One request on a connection of its own. */
final class Request {
    private static final int LIMIT_MILLIS = 60_000;

    private Request() {}

    /** Returns the status of the answer */
    static int get(URI server, String path) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) server.resolve(path).toURL().openConnection();
        connection.setRequestProperty("Connection", "close");
        connection.setConnectTimeout(LIMIT_MILLIS);
        connection.setReadTimeout(LIMIT_MILLIS);
        try {
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }
}
