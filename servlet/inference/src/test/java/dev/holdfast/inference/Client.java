package dev.holdfast.inference;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An HTTP client of one server. */
final class Client {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI server;

    Client(URI server) {
        this.server = server;
    }

    URI server() {
        return server;
    }

    /** An answer and its body. */
    record Answer(HttpResponse<byte[]> http) {
        int status() {
            return http.statusCode();
        }

        String header(String name) {
            return http.headers().firstValue(name).orElse("");
        }

        String text() {
            return new String(http.body(), StandardCharsets.UTF_8);
        }

        JsonNode json() {
            return JsonMapper.shared().readTree(http.body());
        }

        String error() {
            return json().path("error").asString();
        }
    }

    Answer get(String path) throws Exception {
        return send("GET", path, new byte[0]);
    }

    Answer post(String path, String body, String... headers) throws Exception {
        return send("POST", path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    /** @param headers names and values in turn */
    Answer send(String method, String path, byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path))
                .timeout(Duration.ofSeconds(30))
                .method(
                        method,
                        body.length == 0 && !method.equals("POST")
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return new Answer(HTTP.send(request.build(), BodyHandlers.ofByteArray()));
    }
}
