package dev.holdfast.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The archive's WAR, in containers as their projects publish them. */
class WarTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String REQUEST =
            "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,4],\"data\":[1,2,3,4]}]}";

    @TempDir
    private Path temporary;

    private Installation installation;

    @BeforeEach
    void makeAModel() throws Exception {
        installation = new Installation(temporary);
        installation.run(
                "sample",
                "linear",
                "--in",
                "4",
                "--out",
                "1024",
                installation.models().toString());
    }

    @ParameterizedTest
    @EnumSource
    void twoApplicationsServeOneCopyAndAKilledContainerComesBackToIt(ServletContainer container) throws Exception {
        Path base = temporary.resolve("base");
        int port = FreePort.find();
        container.configure(base, port);
        deploy(container.applications(base), "holdfast");
        deploy(container.applications(base), "other");
        try (ChildProcess holder = installation.startHolder()) {
            String answer;
            try (ChildProcess server = container.start(base, port, installation.environment())) {
                awaitReady(server, port);
                answer = infer(port, "/holdfast");
                assertThat(infer(port, "/other"))
                        .as("the other application's answer")
                        .contains(outputs(answer));
            }
            try (ChildProcess server = container.start(base, port, installation.environment())) {
                awaitReady(server, port);
                assertThat(infer(port, "/holdfast")).as("after kill -9").contains(outputs(answer));
                assertThat(server.terminate()).as(server.log()).isIn(0, 143);
            }
            assertThat(holder.log().split("Loader: published", -1))
                    .as("one load: " + holder.log())
                    .hasSize(2);
        }
    }

    private static void deploy(Path applications, String name) throws IOException {
        Files.copy(Installation.HOME.resolve("war/holdfast.war"), applications.resolve(name + ".war"));
    }

    private static void awaitReady(ChildProcess server, int port) throws InterruptedException {
        server.await("both applications", () -> isReady(port, "/holdfast") && isReady(port, "/other"));
    }

    private static boolean isReady(int port, String context) {
        try {
            return get(port, context + "/v2/health/ready").statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(uri(port, path)).build(), BodyHandlers.ofString());
    }

    private static String infer(int port, String context) throws Exception {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(uri(port, context + "/v2/models/linear/infer"))
                        .POST(BodyPublishers.ofString(REQUEST))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    /** The part of an answer that does not change from one to the next. */
    private static String outputs(String answer) {
        return answer.substring(answer.indexOf("\"outputs\""));
    }

    private static URI uri(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
