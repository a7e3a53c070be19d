package dev.holdfast.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Requests as Triton's own clients put them on the wire, and answers as strictly as they read them: the Java one fails at
 * every property it doesn't know.
 */
@Tag("core")
class TritonClientsTest {
    private static final Set<String> ANSWER = Set.of("model_name", "model_version", "id", "parameters", "outputs");
    private static final Set<String> OUTPUT = Set.of("name", "shape", "datatype", "parameters", "data");
    private static final byte[] FLOATS = floats(1, 2.5f, -3, 1e30f);

    private static RawConnection connect(Container container) throws Exception {
        return new RawConnection(TestModels.get().client(container).server());
    }

    private static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    /** Python over geventhttpclient: no content type. */
    private static byte[] python(String path, byte[] body, String... headers) {
        return request("POST " + path + " HTTP/1.1\r\nUser-Agent: python/gevent-http-client-2.3.1\r\n", body, headers);
    }

    /** Java over Apache's HttpAsyncClient: no content type either. */
    private static byte[] java(String path, byte[] body, String... headers) {
        return request(
                "POST " + path + " HTTP/1.1\r\nConnection: Keep-Alive\r\n"
                        + "User-Agent: Apache-HttpAsyncClient/4.1.4 (Java/17.0.15)\r\n",
                body,
                headers);
    }

    private static byte[] request(String head, byte[] body, String... headers) {
        String lines = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        return join(head + lines + "Content-Length: " + body.length + "\r\nHost: 127.0.0.1:8000\r\n\r\n", body);
    }

    private static byte[] join(String json, byte[]... data) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(json.getBytes(StandardCharsets.UTF_8));
        for (byte[] bytes : data) {
            all.writeBytes(bytes);
        }
        return all.toByteArray();
    }

    private static String jsonLength(String json) {
        return "Inference-Header-Content-Length: " + json.getBytes(StandardCharsets.UTF_8).length;
    }

    /** What both clients do with an answer whose JSON is that long: its data, output by output. */
    private static List<byte[]> binaryOutputs(byte[] body, int jsonLength) {
        JsonNode answer = JsonMapper.shared().readTree(body, 0, jsonLength);
        assertThat(ANSWER).containsAll(answer.propertyNames());
        assertThat(answer.get("model_name").isString()
                        && answer.get("model_version").isString())
                .isTrue();
        ByteArrayInputStream rest = new ByteArrayInputStream(body, jsonLength, body.length - jsonLength);
        List<byte[]> outputs = new ArrayList<>();
        for (JsonNode output : answer.get("outputs")) {
            assertThat(OUTPUT).containsAll(output.propertyNames());
            JsonNode size = output.at("/parameters/binary_data_size");
            assertThat(size.isIntegralNumber()).isNotEqualTo(output.has("data"));
            if (size.isIntegralNumber()) {
                byte[] bytes = new byte[size.intValue()];
                assertThat(rest.readNBytes(bytes, 0, bytes.length)).isEqualTo(bytes.length);
                outputs.add(bytes);
            }
        }
        assertThat(rest.available()).isZero();
        return outputs;
    }

    private static List<byte[]> binaryOutputs(RawAnswer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return binaryOutputs(answer.body(), Integer.parseInt(answer.header("Inference-Header-Content-Length")));
    }

    @ParameterizedTest
    @EnumSource
    void pythonClientsConnectionServesManyBinaryRequests(Container container) throws Exception {
        String json = "{\"id\":\"7\",\"inputs\":[{\"name\":\"x\",\"shape\":[1,4],\"datatype\":\"FP32\",\"parameters\":"
                + "{\"binary_data_size\":16}}],\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":true}}]}";
        try (RawConnection connection = connect(container)) {
            for (int i = 0; i < 3; i++) {
                connection.send(python("/v2/models/echo/infer", join(json, FLOATS), jsonLength(json)));
                RawAnswer answer = connection.answer();
                assertThat(binaryOutputs(answer)).containsExactly(FLOATS);
                assertThat(answer.text()).contains("\"id\":\"7\"");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void pythonClientThatNamesNoOutputWantsAllInBinary(Container container) throws Exception {
        String json = "{\"inputs\":[{\"name\":\"x\",\"shape\":[0,4],\"datatype\":\"FP32\",\"parameters\":"
                + "{\"binary_data_size\":0}}],\"parameters\":{\"binary_data_output\":true}}";
        try (RawConnection connection = connect(container)) {
            connection.send(python("/v2/models/echo/versions/1/infer", join(json), jsonLength(json)));
            assertThat(binaryOutputs(connection.answer())).containsExactly(new byte[0]);
        }
    }

    @ParameterizedTest
    @EnumSource
    void pythonClientsDataInJsonIsFlat(Container container) throws Exception {
        String json = "{\"inputs\":[{\"name\":\"x\",\"shape\":[2,2],\"datatype\":\"FP32\",\"data\":"
                + "[3.4028234663852886e+38,1.401298464324817e-45,-0.0,0.10000000149011612]}],"
                + "\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":true}}]}";
        try (RawConnection connection = connect(container)) {
            connection.send(python("/v2/models/echo/infer", join(json)));
            assertThat(binaryOutputs(connection.answer()))
                    .containsExactly(floats(Float.MAX_VALUE, Float.MIN_VALUE, -0f, 0.1f));
        }
    }

    @ParameterizedTest
    @EnumSource
    void binaryAndJsonTensorsMix(Container container) throws Exception {
        StringBuilder inputs = new StringBuilder();
        for (String type : List.of(
                "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT64", "FP16", "BF16", "FP32", "FP64")) {
            inputs.append("{\"name\":\"x_%s\",\"shape\":[1],\"datatype\":\"%s\",\"data\":[1]},".formatted(type, type));
        }
        String json = "{\"inputs\":[{\"name\":\"x_BOOL\",\"shape\":[2],\"datatype\":\"BOOL\",\"parameters\":"
                + "{\"binary_data_size\":2}}," + inputs
                + "{\"name\":\"x_INT32\",\"shape\":[1],\"datatype\":\"INT32\",\"parameters\":{\"binary_data_size\":4}}],"
                + "\"outputs\":[{\"name\":\"y_INT32\",\"parameters\":{\"binary_data\":true}},"
                + "{\"name\":\"y_FP32\",\"parameters\":{\"binary_data\":false}},"
                + "{\"name\":\"y_BOOL\",\"parameters\":{\"binary_data\":true}}]}";
        byte[] booleans = {1, 0};
        byte[] number = {4, 3, 2, 1};
        try (RawConnection connection = connect(container)) {
            connection.send(python("/v2/models/types/infer", join(json, booleans, number), jsonLength(json)));
            RawAnswer answer = connection.answer();
            assertThat(binaryOutputs(answer)).containsExactly(number, booleans);
            assertThat(answer.text())
                    .contains("{\"name\":\"y_FP32\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[1.0]}");
        }
    }

    /** Lengths in the headers are those before compression, both ways. */
    @ParameterizedTest
    @CsvSource({"JETTY,gzip", "JETTY,deflate", "TOMCAT,gzip", "TOMCAT,deflate"})
    void compressedBodiesSplitOnceTheyAreDecompressed(Container container, String coding) throws Exception {
        byte[] data = floats(new float[1000]);
        String json = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1000],\"datatype\":\"FP32\",\"parameters\":"
                + "{\"binary_data_size\":4000}}],\"parameters\":{\"binary_data_output\":true}}";
        try (RawConnection connection = connect(container)) {
            connection.send(python(
                    "/v2/models/echo/infer",
                    compressed(coding, join(json, data)),
                    "Content-Encoding: " + coding,
                    "Accept-Encoding: " + coding,
                    jsonLength(json)));
            RawAnswer answer = connection.answer();
            assertThat(answer.header("Content-Encoding")).isEqualTo(coding);
            byte[] plain = decompressed(coding, answer.body());
            int length = Integer.parseInt(answer.header("Inference-Header-Content-Length"));
            assertThat(binaryOutputs(plain, length)).containsExactly(data);
        }
    }

    private static byte[] compressed(String coding, byte[] plain) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (OutputStream out = coding.equals("gzip") ? new GZIPOutputStream(all) : new DeflaterOutputStream(all)) {
            out.write(plain);
        }
        return all.toByteArray();
    }

    private static byte[] decompressed(String coding, byte[] coded) throws IOException {
        InputStream in = new ByteArrayInputStream(coded);
        try (InputStream plain = coding.equals("gzip") ? new GZIPInputStream(in) : new InflaterInputStream(in)) {
            return plain.readAllBytes();
        }
    }

    /** Java's client writes 64-bit numbers without sign, and its tensors with every property that is set. */
    @ParameterizedTest
    @EnumSource
    void javaClientsParametersAreUnsigned(Container container) throws Exception {
        String json = "{\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":false}}],"
                + "\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"parameters\":{},"
                + "\"data\":[1.0,2.0]}],\"parameters\":{\"priority\":18446744073709551615,\"timeout\":18446744073709551615}}";
        try (RawConnection connection = connect(container)) {
            connection.send(java("/v2/models/echo/infer", join(json)));
            RawAnswer answer = connection.answer();
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(binaryOutputs(answer.body(), answer.body().length)).isEmpty();
            assertThat(answer.json().at("/outputs/0/data").toString()).isEqualTo("[1.0,2.0]");
            assertThat(answer.json().at("/parameters/notice").asString()).contains("priority");
        }
    }

    /** Java's client reads nothing but {@code error} there; Python's asks for it by name. */
    @ParameterizedTest
    @CsvSource({
        "/v2/models/echo/infer,400",
        "/v2/models/nothing/infer,404",
        "/v2/models/echo/versions/7/infer,404",
        "/v2/systemsharedmemory/region/r/register,404",
        "/v2/cudasharedmemory/unregister,404",
        "/v2/trace/setting,404",
        "/v2/logging,404",
        "/v2/repository/index,403",
    })
    void errorsHaveOnePropertyThatSaysWhy(String path, int status) throws Exception {
        for (Container container : Container.values()) {
            try (RawConnection connection = connect(container)) {
                connection.send(java(path, "{\"inputs\":[]}".getBytes(StandardCharsets.UTF_8)));
                RawAnswer answer = connection.answer();
                assertThat(answer.status()).as(answer.text()).isEqualTo(status);
                assertThat(answer.json().propertyNames()).containsExactly("error");
                assertThat(answer.json().get("error").asString()).isNotEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void bytesOfAnyKindComeBack(Container container) throws Exception {
        String json = "{\"inputs\":[{\"name\":\"x\",\"shape\":[3],\"datatype\":\"BYTES\",\"parameters\":"
                + "{\"binary_data_size\":15}}],\"parameters\":{\"binary_data_output\":true}}";
        byte[] data = {2, 0, 0, 0, 'a', 'b', 0, 0, 0, 0, 1, 0, 0, 0, (byte) 0xFE};
        try (RawConnection connection = connect(container)) {
            connection.send(python("/v2/models/texts/infer", join(json, data), jsonLength(json)));
            assertThat(binaryOutputs(connection.answer())).containsExactly(data);
        }
    }

    /** Neither curl's content type for {@code -d} nor a query changes what a body is; a container must not parse it away. */
    @ParameterizedTest
    @EnumSource
    void bodyThatIsCalledAFormIsReadAllTheSame(Container container) throws Exception {
        String json = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[1]}]}";
        try (RawConnection connection = connect(container)) {
            connection.send(python(
                    "/v2/models/echo/infer?test_1=1&test_2=2",
                    join(json),
                    "Content-Type: application/x-www-form-urlencoded",
                    "Expect: 100-continue"));
            assertThat(connection.answer().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource
    void repositoryIsDrivenAsPythonsClientDoes(Container container) throws Exception {
        Map<String, String> on = Map.of(Setting.REPOSITORY.key(), "on", Setting.REPOSITORY_ROLE.key(), "*");
        String spare = "models/spare/";
        try (Container.Running running =
                container.start(on, Optional.of(TestModels.get().models()))) {
            URI server = running.uri();
            assertThat(ask(server, "index", "").text()).contains("{\"name\":\"spare\"}");
            assertThat(ask(server, spare + "load", "{\"parameters\":{\"file:1/model.onnx\":\"AAAA\"}}")
                            .status())
                    .isEqualTo(400);
            assertThat(ask(server, spare + "load", "{}").status()).isEqualTo(200);
            TestModels.get().awaitVersions("spare", 1);
            assertThat(ask(server, "index", "{\"ready\":true}").text()).contains("\"spare\"");
            assertThat(ask(server, spare + "unload", "{\"parameters\":{\"unload_dependents\":false}}")
                            .status())
                    .isEqualTo(200);
            assertThat(ask(server, "index", "{\"ready\":true}").text()).doesNotContain("\"spare\"");
            // The next container loads it again, which is refused while it drains.
            TestModels.await(() -> ask(server, "index", "").text().contains("{\"name\":\"spare\"}"), "its end");
        }
    }

    private static RawAnswer ask(URI server, String path, String body) throws IOException {
        try (RawConnection connection = new RawConnection(server)) {
            return connection
                    .send(python("/v2/repository/" + path, body.getBytes(StandardCharsets.UTF_8)))
                    .answer();
        }
    }
}
