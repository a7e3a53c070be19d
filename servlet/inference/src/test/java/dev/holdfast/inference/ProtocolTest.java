package dev.holdfast.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.inference.Client.Answer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** The protocol's endpoints, in both containers. */
@Tag("core")
class ProtocolTest {
    private static final String ECHO = "/v2/models/echo/infer";

    private static Client client(Container container) throws Exception {
        return TestModels.get().client(container);
    }

    private static String echo(String shape, String data) {
        return "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":" + shape + ",\"data\":" + data + "}]}";
    }

    @ParameterizedTest
    @EnumSource
    void serverSaysThatItIsLiveAndReady(Container container) throws Exception {
        assertThat(client(container).get("/v2/health/live").json().get("live").asBoolean())
                .isTrue();
        Answer ready = client(container).get("/v2/health/ready");
        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.json().get("ready").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void serverMetadataNamesTheExtensions(Container container) throws Exception {
        JsonNode metadata = client(container).get("/v2").json();
        assertThat(metadata.get("name").asString()).isEqualTo("holdfast");
        assertThat(metadata.get("version").asString()).isNotEmpty().doesNotContain("$");
        assertThat(metadata.get("extensions").toString()).contains("binary_tensor_data", "statistics");
        assertThat(client(container).get("/v2/").json()).isEqualTo(metadata);
    }

    @ParameterizedTest
    @EnumSource
    void modelMetadataHasVersionsAndTensors(Container container) throws Exception {
        JsonNode metadata = client(container).get("/v2/models/echo/versions/1").json();
        assertThat(metadata.get("versions").toString()).isEqualTo("[\"1\",\"2\"]");
        assertThat(metadata.get("platform").asString()).isEqualTo("onnxruntime_onnx");
        assertThat(metadata.get("inputs").toString())
                .isEqualTo("[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1,-1]}]");
    }

    @ParameterizedTest
    @EnumSource
    void readyAnswersForModelAndVersion(Container container) throws Exception {
        assertThat(client(container).get("/v2/models/echo/ready").status()).isEqualTo(200);
        assertThat(client(container)
                        .get("/v2/models/echo/versions/2/ready")
                        .json()
                        .get("ready")
                        .asBoolean())
                .isTrue();
        assertThat(client(container).get("/v2/models/echo/versions/3/ready").status())
                .isEqualTo(503);
        assertThat(client(container).get("/v2/models/nothing/ready").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @EnumSource
    void configIsTritons(Container container) throws Exception {
        JsonNode config = client(container).get("/v2/models/patient/config").json();
        assertThat(config.at("/max_batch_size").asInt()).isEqualTo(16);
        assertThat(config.at("/dynamic_batching/max_queue_delay_microseconds").asLong())
                .isEqualTo(60_000_000);
        assertThat(config.at("/dynamic_batching/default_queue_policy/max_queue_size")
                        .asInt())
                .isEqualTo(1);
        assertThat(config.at("/input/0/data_type").asString()).isEqualTo("TYPE_FP32");
        assertThat(config.at("/input/0/dims").toString()).isEqualTo("[-1]");
        JsonNode echo =
                client(container).get("/v2/models/echo/versions/1/config").json();
        assertThat(echo.at("/parameters/colour/string_value").asString()).isEqualTo("red");
        assertThat(echo.at("/version_policy").toString()).isEqualTo("{\"all\":{}}");
    }

    @ParameterizedTest
    @EnumSource
    void inferenceAnswersInJson(Container container) throws Exception {
        Answer answer = client(container)
                .post(ECHO, "{\"id\":\"42\"," + echo("[2,2]", "[1,2.5,-3e2,4]").substring(1));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.json().get("model_name").asString()).isEqualTo("echo");
        assertThat(answer.json().get("model_version").asString()).isEqualTo("2");
        assertThat(answer.json().get("id").asString()).isEqualTo("42");
        assertThat(answer.json().at("/outputs/0").toString())
                .isEqualTo("{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[2,2],\"data\":[1.0,2.5,-300.0,4.0]}");
    }

    @ParameterizedTest
    @EnumSource
    void versionInThePathAnswers(Container container) throws Exception {
        Answer answer = client(container).post("/v2/models/echo/versions/1/infer", echo("[1,1]", "[[7]]"));
        assertThat(answer.json().get("model_version").asString()).isEqualTo("1");
        assertThat(client(container)
                        .post("/v2/models/echo/versions/9/infer", echo("[1,1]", "[7]"))
                        .status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeGoesThroughJsonUnchanged(Container container) throws Exception {
        String request = inputs(
                "BOOL", "[true,false]",
                "UINT8", "[0,255]",
                "UINT16", "[0,65535]",
                "UINT32", "[0,4294967295]",
                "UINT64", "[9223372036854775808,18446744073709551615]",
                "INT8", "[-128,127]",
                "INT16", "[-32768,32767]",
                "INT32", "[-2147483648,2147483647]",
                "INT64", "[-9223372036854775808,9007199254740993]",
                "FP16", "[65504.0,-0.5]",
                "BF16", "[1.0,-0.5]",
                "FP32", "[3.4028235E38,0.1]",
                "FP64", "[1.7976931348623157E308,0.1]");
        Answer answer = client(container).post("/v2/models/types/infer", request);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        for (JsonNode output : answer.json().get("outputs")) {
            String type = output.get("datatype").asString();
            assertThat(answer.text()).contains("\"y_" + type + "\"");
            assertThat(request).contains("\"datatype\":\"" + type + "\",\"shape\":[2],\"data\":" + data(answer, type));
        }
        assertThat(answer.json().get("outputs").size()).isEqualTo(13);
    }

    private static String data(Answer answer, String type) {
        String text = answer.text();
        int begin = text.indexOf("\"data\":", text.indexOf("\"y_" + type + "\"")) + "\"data\":".length();
        return text.substring(begin, text.indexOf(']', begin) + 1);
    }

    private static String inputs(String... typesAndData) {
        return IntStream.range(0, typesAndData.length / 2)
                .mapToObj(i -> "{\"name\":\"x_" + typesAndData[2 * i] + "\",\"datatype\":\"" + typesAndData[2 * i]
                        + "\",\"shape\":[2],\"data\":" + typesAndData[2 * i + 1] + "}")
                .collect(Collectors.joining(",", "{\"inputs\":[", "]}"));
    }

    @ParameterizedTest
    @EnumSource
    void stringsGoThroughJson(Container container) throws Exception {
        Answer answer = client(container)
                .post(
                        "/v2/models/texts/infer",
                        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"BYTES\",\"shape\":[3],"
                                + "\"data\":[\"\",\"Grüße \\u0000\",\"\\ud83d\\ude00\"]}]}");
        assertThat(answer.json().at("/outputs/0/data").get(1).asString()).isEqualTo("Grüße \u0000");
        assertThat(answer.json().at("/outputs/0/data").get(2).asString()).isEqualTo("\ud83d\ude00");
    }

    @ParameterizedTest
    @EnumSource
    void binaryInputAndOutputFollowTheJson(Container container) throws Exception {
        Answer answer = binary(container, 10_000, "{\"binary_data_output\":true}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        int length = Integer.parseInt(answer.header("Inference-Header-Content-Length"));
        byte[] body = answer.http().body();
        assertThat(answer.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(answer.header("Content-Length")).isEqualTo(Integer.toString(body.length));
        assertThat(new String(body, 0, length, StandardCharsets.UTF_8)).contains("\"binary_data_size\":40000");
        assertThat(ByteBuffer.wrap(body, length, 40_000)).isEqualTo(floats(10_000));
    }

    @ParameterizedTest
    @EnumSource
    void largeBinaryBodyGoesThrough(Container container) throws Exception {
        Answer answer = binary(container, 3_000_000, "{\"binary_data_output\":true}");
        int length = Integer.parseInt(answer.header("Inference-Header-Content-Length"));
        assertThat(ByteBuffer.wrap(answer.http().body(), length, 12_000_000)).isEqualTo(floats(3_000_000));
    }

    @ParameterizedTest
    @EnumSource
    void largeJsonAnswerIsWhole(Container container) throws Exception {
        JsonNode data = binary(container, 200_000, "{}").json().at("/outputs/0/data");
        assertThat(data.size()).isEqualTo(200_000);
        assertThat(data.get(199_999).floatValue()).isEqualTo(199_999 / 8f);
    }

    private static ByteBuffer floats(int count) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            bytes.putFloat(i / 8f);
        }
        return bytes.flip();
    }

    private static Answer binary(Container container, int count, String parameters, String... headers)
            throws Exception {
        byte[] json = ("{\"parameters\":" + parameters
                        + ",\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1," + count
                        + "],\"parameters\":{\"binary_data_size\":" + 4 * count + "}}]}")
                .getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(json);
        body.writeBytes(floats(count).array());
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Inference-Header-Content-Length";
        all[headers.length + 1] = Integer.toString(json.length);
        return client(container).send("POST", ECHO, body.toByteArray(), all);
    }

    @ParameterizedTest
    @EnumSource
    void binaryStringsHaveTheirLengthsBeforeThem(Container container) throws Exception {
        byte[] data = {3, 0, 0, 0, (byte) 0xFF, 0, 1, 0, 0, 0, 0};
        String json =
                "{\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":true}}],\"inputs\":[{\"name\":\"x\","
                        + "\"datatype\":\"BYTES\",\"shape\":[2],\"parameters\":{\"binary_data_size\":11}}]}";
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(json.getBytes(StandardCharsets.UTF_8));
        body.writeBytes(data);
        Answer answer = client(container)
                .send(
                        "POST",
                        "/v2/models/texts/infer",
                        body.toByteArray(),
                        "Inference-Header-Content-Length",
                        Integer.toString(json.length()));
        assertThat(answer.http().body()).endsWith(data);
    }

    @ParameterizedTest
    @EnumSource
    void rawBinaryRequestHasNoJson(Container container) throws Exception {
        byte[] data = new byte[24];
        Answer answer =
                client(container).send("POST", "/v2/models/rows/infer", data, "Inference-Header-Content-Length", "0");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.text()).contains("\"shape\":[2,3]");
        assertThat(answer.http().body()).endsWith(data);
    }

    @ParameterizedTest
    @EnumSource
    void rawBinaryStringIsOneElement(Container container) throws Exception {
        Answer answer = client(container)
                .send("POST", "/v2/models/texts/infer", new byte[] {65, 66}, "Inference-Header-Content-Length", "0");
        assertThat(answer.http().body()).endsWith(new byte[] {2, 0, 0, 0, 65, 66});
    }

    @ParameterizedTest
    @EnumSource
    void gzipGoesBothWays(Container container) throws Exception {
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(coded)) {
            String zeros = "[" + "0,".repeat(9_999) + "0]";
            gzip.write(echo("[1,10000]", zeros).getBytes(StandardCharsets.UTF_8));
        }
        Answer answer = client(container)
                .send("POST", ECHO, coded.toByteArray(), "Content-Encoding", "gzip", "Accept-Encoding", "gzip");
        assertThat(answer.header("Content-Encoding")).isEqualTo("gzip");
        try (GZIPInputStream plain = new GZIPInputStream(
                new java.io.ByteArrayInputStream(answer.http().body()))) {
            assertThat(new String(plain.readAllBytes(), StandardCharsets.UTF_8)).endsWith("0.0,0.0]}]}");
        }
    }

    @ParameterizedTest
    @EnumSource
    void deflatedBodyIsRead(Container container) throws Exception {
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflate = new DeflaterOutputStream(coded)) {
            deflate.write(echo("[1,2]", "[1,2]").getBytes(StandardCharsets.UTF_8));
        }
        assertThat(client(container)
                        .send("POST", ECHO, coded.toByteArray(), "Content-Encoding", "deflate")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource
    void statisticsCountWhatWasInferred(Container container) throws Exception {
        long before = successes(container);
        client(container).post(ECHO, echo("[1,1]", "[1]"));
        assertThat(successes(container)).isEqualTo(before + 1);
        JsonNode all = client(container).get("/v2/models/stats").json().get("model_stats");
        assertThat(all.size()).isGreaterThanOrEqualTo(4);
        assertThat(client(container).get("/v2/models/echo/versions/9/stats").status())
                .isEqualTo(404);
    }

    private static long successes(Container container) throws Exception {
        JsonNode stats =
                client(container).get("/v2/models/echo/versions/2/stats").json();
        return stats.at("/model_stats/0/inference_stats/success/count").asLong();
    }

    @ParameterizedTest
    @EnumSource
    void counterGoesUpWithEveryAnswer(Container container) throws Exception {
        long first = client(container)
                .post(ECHO, echo("[1,1]", "[1]"))
                .json()
                .at("/parameters/counter")
                .asLong();
        long second = client(container)
                .post(ECHO, echo("[1,1]", "[1]"))
                .json()
                .at("/parameters/counter")
                .asLong();
        assertThat(second).isEqualTo(first + 1);
    }

    @ParameterizedTest
    @EnumSource
    void priorityIsIgnoredWithNotice(Container container) throws Exception {
        Answer answer = client(container)
                .post(
                        ECHO,
                        "{\"parameters\":{\"priority\":1},"
                                + echo("[1,1]", "[1]").substring(1));
        assertThat(answer.json().at("/parameters/notice").asString()).contains("priority");
    }

    @ParameterizedTest
    @EnumSource
    void onlyTheOutputsNamedAreAnswered(Container container) throws Exception {
        String request = inputs(
                "BOOL",
                "[true,false]",
                "UINT8",
                "[0,1]",
                "UINT16",
                "[0,1]",
                "UINT32",
                "[0,1]",
                "UINT64",
                "[0,1]",
                "INT8",
                "[0,1]",
                "INT16",
                "[0,1]",
                "INT32",
                "[0,1]",
                "INT64",
                "[0,1]",
                "FP16",
                "[0,1]",
                "BF16",
                "[0,1]",
                "FP32",
                "[0,1]",
                "FP64",
                "[0,1]");
        Answer answer = client(container)
                .post(
                        "/v2/models/types/infer",
                        "{\"outputs\":[{\"name\":\"y_FP64\"},{\"name\":\"y_INT8\"}]," + request.substring(1));
        assertThat(answer.json().get("outputs").size()).isEqualTo(2);
        assertThat(answer.json().at("/outputs/0/name").asString()).isEqualTo("y_FP64");
    }
}
