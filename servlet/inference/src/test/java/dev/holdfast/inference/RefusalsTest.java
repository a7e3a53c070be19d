package dev.holdfast.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.inference.Client.Answer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is refused, with which status and which words. */
@Tag("core")
class RefusalsTest {
    private static final String ECHO = "/v2/models/echo/infer";
    private static final String ONE =
            "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,1],\"data\":[1]}]}";

    private static Client client(Container container) throws Exception {
        return TestModels.get().client(container);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET|/v2/nothing|404|there is nothing at",
                "GET|/v2/models/nothing|404|nothing",
                "GET|/v2/models/nothing/stats|404|nothing",
                "GET|/v2/models/echo/versions/v1|404|versions are positive numbers",
                "GET|/v2/models/echo/versions/99999999999999999999|404|versions are positive numbers",
                "GET|/v2/models/echo/infer|405|POST",
                "DELETE|/v2/models/echo|405|GET, HEAD",
                "POST|/v2/health/live|405|GET, HEAD",
                "POST|/v2/repository/index|403|holdfast.repository",
                "POST|/v2/repository/models/echo/load|403|holdfast.repository",
                "POST|/v2/models/echo/infer|400|no JSON object",
            })
    void wrongAddressesAreNamed(String method, String path, int status, String said) throws Exception {
        for (Container container : Container.values()) {
            Answer answer = client(container).send(method, path, new byte[0]);
            assertThat(answer.status()).as(answer.text()).isEqualTo(status);
            assertThat(answer.error()).contains(said);
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusedMethodSaysWhatIsAllowed(Container container) throws Exception {
        assertThat(client(container).get(ECHO).header("Allow")).isEqualTo("POST");
    }

    @ParameterizedTest
    @EnumSource
    void headHasNoBody(Container container) throws Exception {
        Answer answer = client(container).send("HEAD", "/v2", new byte[0]);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.http().body()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void outputThatJsonCannotHoldIsRefused(Container container) throws Exception {
        String json = "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,1],"
                + "\"parameters\":{\"binary_data_size\":4}}]}";
        byte[] body = (json + "\0\0\0\0").getBytes(StandardCharsets.ISO_8859_1);
        body[body.length - 1] = 0x7F;
        body[body.length - 2] = (byte) 0x80;
        Answer answer = client(container)
                .send("POST", ECHO, body, "Inference-Header-Content-Length", Integer.toString(json.length()));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error()).contains("Infinity", "binary_data");
    }

    @ParameterizedTest
    @CsvSource({"br, 415", "gzip, 400", "'gzip, gzip', 415"})
    void unreadableCodingIsRefused(String coding, int status) throws Exception {
        assertThat(client(Container.TOMCAT)
                        .post(ECHO, ONE, "Content-Encoding", coding)
                        .status())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"echo|more than one dimension", "types|models of one input", "rows|multiples of 8 bytes, not 67"})
    void rawBinaryRequestThatDoesNotSuitTheModelIsRefused(String model, String said) throws Exception {
        Answer answer = client(Container.JETTY)
                .post("/v2/models/" + model + "/infer", ONE.substring(0, 67), "Inference-Header-Content-Length", "0");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error()).contains(said);
    }

    @ParameterizedTest
    @CsvSource({"-1", "x", "99999999999999999999", "5000"})
    void wrongJsonLengthIsRefused(String length) throws Exception {
        assertThat(client(Container.JETTY)
                        .post(ECHO, ONE, "Inference-Header-Content-Length", length)
                        .status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @EnumSource
    void requestTimeoutIsKept(Container container) throws Exception {
        Answer answer = client(container)
                .post("/v2/models/patient/infer", "{\"parameters\":{\"timeout\":20000}," + ONE.substring(1));
        assertThat(answer.status()).as(answer.text()).isEqualTo(503);
    }

    @Test
    void secondRequestInAQueueOfOneIsRefusedAndToldWhenToRetry() throws Exception {
        String waits = "{\"parameters\":{\"timeout\":2000000}," + ONE.substring(1);
        CompletableFuture<Answer> one = CompletableFuture.supplyAsync(() -> patient(waits));
        CompletableFuture<Answer> other = CompletableFuture.supplyAsync(() -> patient(waits));
        Answer refused = (Answer) CompletableFuture.anyOf(one, other).get();
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.error()).contains("wait already");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();
        CompletableFuture.allOf(one, other).join();
    }

    private static Answer patient(String body) {
        try {
            return client(Container.JETTY).post("/v2/models/patient/infer", body);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void bodyOverTheLimitIsRefused(Container container) throws Exception {
        try (Container.Running running = limited(container, Map.of(Setting.BODY_LIMIT, "100"))) {
            Answer answer = new Client(running.uri()).post(ECHO, ONE + " ".repeat(100));
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.error()).contains(Setting.BODY_LIMIT.key());
        }
    }

    @ParameterizedTest
    @EnumSource
    void bodyThatGrowsOverTheLimitAsItIsDecompressedIsRefused(Container container) throws Exception {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
            gzip.write(new byte[20_000_000]);
        }
        try (Container.Running running = limited(container, Map.of(Setting.BODY_LIMIT, "1000000"))) {
            Answer answer =
                    new Client(running.uri()).send("POST", ECHO, bomb.toByteArray(), "Content-Encoding", "gzip");
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.error()).contains(Setting.BODY_LIMIT.key());
        }
    }

    /** Content coding deflate is zlib's format (RFC 9110, section 8.4.1.2). */
    @ParameterizedTest
    @EnumSource
    void deflateWithoutItsZlibFrameIsRefused(Container container) throws Exception {
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(raw, new Deflater(6, true))) {
            out.write(ONE.getBytes(StandardCharsets.UTF_8));
        }
        Answer answer = client(container).send("POST", ECHO, raw.toByteArray(), "Content-Encoding", "deflate");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error()).contains("not deflate");
    }

    @ParameterizedTest
    @CsvSource({"JETTY,OPTIONS", "JETTY,HEAD", "JETTY,PUT", "TOMCAT,OPTIONS", "TOMCAT,HEAD", "TOMCAT,PUT"})
    void otherMethodsOfInferenceAreRefused(Container container, String method) throws Exception {
        Answer answer = client(container).send(method, ECHO, new byte[0]);
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo("POST");
    }

    @ParameterizedTest
    @EnumSource
    void answerThatIsNotReadyInTimeIsGivenUp(Container container) throws Exception {
        try (Container.Running running = limited(container, Map.of(Setting.REQUEST_TIMEOUT, "300"))) {
            Answer answer = new Client(running.uri()).post("/v2/models/patient/infer", ONE);
            assertThat(answer.status()).as(answer.text()).isEqualTo(503);
            assertThat(answer.error()).contains("in time");
        }
    }

    private static Container.Running limited(Container container, Map<Setting, String> settings) throws Exception {
        Map<String, String> parameters = new HashMap<>();
        settings.forEach((setting, value) -> parameters.put(setting.key(), value));
        return container.start(parameters, Optional.of(TestModels.get().models()));
    }
}
