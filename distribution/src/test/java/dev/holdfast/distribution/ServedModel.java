package dev.holdfast.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/**
 * The model that these tests serve, seen over HTTP.
 *
 * @param root what the protocol's paths begin with, such as {@code http://127.0.0.1:8080/holdfast}
 */
record ServedModel(String root) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String REQUEST =
            "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,4],\"data\":[1,2,3,4]}]}";

    static ServedModel on(int port, String context) {
        return new ServedModel("http://127.0.0.1:" + port + context);
    }

    /** Writes it into an installation's repository; its weights are large enough to be shared. */
    static void makeFor(Installation installation) throws Exception {
        installation.run(
                "sample",
                "linear",
                "--in",
                "4",
                "--out",
                "1024",
                installation.models().toString());
    }

    boolean isReady() {
        try {
            return send(HttpRequest.newBuilder(URI.create(root + "/v2/health/ready")))
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** The outputs of an answer, which are the same in each. */
    String outputs() throws IOException {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(root + "/v2/models/linear/infer"))
                .POST(BodyPublishers.ofString(REQUEST)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body().substring(answer.body().indexOf("\"outputs\""));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return HTTP.send(request.build(), BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
