package dev.holdfast.jetty;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;

/** An HTTP client of one server. */
record Http(HttpClient client, URI server) {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    Http(URI server) {
        this(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(), server);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    /** The status of an answer, or 0 if there is none. */
    int status(String path) {
        try {
            return get(path).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    boolean ready() {
        return status("/v2/health/ready") == 200;
    }

    /** Asks model {@code name} for {@code y} of one row of equal numbers. */
    HttpResponse<String> infer(String name, int width, float value) throws IOException, InterruptedException {
        float[] row = new float[width];
        Arrays.fill(row, value);
        String body = "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1," + width + "],\"data\":"
                + Arrays.toString(row) + "}]}";
        return client.send(
                request("/v2/models/" + name + "/infer")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.resolve(path)).timeout(LIMIT);
    }
}
