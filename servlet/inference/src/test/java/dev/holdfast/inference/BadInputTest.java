package dev.holdfast.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.inference.Client.Answer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of bad input, on the wire of both containers: who is to blame is told why, nothing is a fault of ours. */
@Tag("core")
class BadInputTest {
    private static final String ECHO = "/v2/models/echo/infer";
    private static final String DEEP = "[".repeat(2000) + "1" + "]".repeat(2000);
    private static final String LONG = "9".repeat(2000);

    private static Stream<Arguments> bodies() {
        return inBoth(Stream.of(
                bad(ECHO, "", "no JSON object"),
                bad(ECHO, "nonsense", "JSON"),
                bad(ECHO, "[1]", "must be a JSON object"),
                bad(ECHO, "{\"inputs\":{}}", "must be an array"),
                bad(ECHO, "{\"inputs\":[]}", "no \"inputs\""),
                bad(ECHO, "{\"inputs\":[1]}", "must be an object"),
                bad(ECHO, "{\"x\":" + DEEP + "}", "depth"),
                bad(ECHO, "{\"id\":42,\"inputs\":[]}", "\"id\" must be a string"),
                bad(ECHO, "{\"parameters\":[],\"inputs\":[]}", "\"parameters\" must be an object"),
                bad(ECHO, "{\"inputs\":[{\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[1]}]}", "no \"name\""),
                bad(ECHO, input("[1,1]", "[1]").replace("FP32", "FLOAT"), "datatype 'FLOAT'"),
                bad(ECHO, input("[1,1]", "[1]") + "{}", "follows the JSON object"),
                bad(ECHO, input("[1,1]", "[1]").replace("]}]}", "]}"), "JSON"),
                bad(ECHO, input("[1,1]", "[1").replace("}]}", ""), "JSON"),
                bad(ECHO, "{\"inputs\":[" + tensor("[1,1]", "[1]") + "," + tensor("[1,1]", "[1]") + "]}", "two"),
                bad(ECHO, input("[1,1]", "[1]").replace("\"x\"", "\"x\",\"name\":\"x\""), "uplicate"),
                bad(ECHO, tooMany("inputs"), "more than 64"),
                bad(ECHO, tooMany("outputs"), "more than 64")));
    }

    private static Stream<Arguments> shapes() {
        return inBoth(Stream.of(
                bad(ECHO, input("[-1,1]", "[1]"), "whole numbers from 0"),
                bad(ECHO, input("[1.5,1]", "[1]"), "whole numbers from 0"),
                bad(ECHO, input("\"1\"", "[1]"), "array of whole numbers"),
                bad(ECHO, input("[18446744073709551616,1]", "[1]"), "whole numbers from 0"),
                bad(ECHO, input("[9223372036854775807,9223372036854775807]", "[1]"), "2^63 - 1 elements"),
                bad(ECHO, input("[4611686018427387904,1]", "[1]"), "4611686018427387904 elements"),
                bad(ECHO, input("[1,1,1]", "[1]"), "shape [-1, -1]"),
                bad(ECHO, input("[1,1]", "[1]").replace("FP32", "INT32"), "type FP32"),
                bad(ECHO, input("[1,1]", "[1]").replace("\"x\"", "\"z\""), "'x'"),
                bad(ECHO, input("[" + "1,".repeat(16) + "1]", "[1]"), "more than 16 dimensions"),
                bad(ECHO, input("[1,2]", "[1]"), "expected 2 elements"),
                bad(ECHO, input("[1,1]", "[1,2]"), "expected 1 elements"),
                bad(ECHO, input("[2,2]", "[[1,2],[3]]"), "nested as shape"),
                bad(ECHO, input("[2,2]", "[[1,2],3]"), "nested as shape"),
                bad(ECHO, input("[1,1]", "[[[1]]]"), "nested as shape")));
    }

    private static Stream<Arguments> values() {
        return inBoth(Stream.of(
                bad(ECHO, input("[1,1]", "[NaN]"), "JSON"),
                bad(ECHO, input("[1,1]", "[Infinity]"), "JSON"),
                bad(ECHO, input("[1,1]", "[1e39]"), "elements of type FP32"),
                bad(ECHO, input("[1,1]", "[1e999]"), "out of range"),
                bad(ECHO, input("[1,1]", "[" + LONG + "]"), "JSON"),
                bad(ECHO, input("[1,1]", "[\"1\"]"), "a string"),
                bad(ECHO, input("[1,1]", "[null]"), "elements must be"),
                bad(ECHO, input("[1,1]", "[{}]"), "elements must be"),
                bad("/v2/models/pick/infer", pick("9223372036854775808"), "elements of type INT64"),
                bad("/v2/models/pick/infer", pick("0.5"), "elements of type INT64"),
                bad("/v2/models/pick/infer", pick("4"), "the model refuses these values"),
                bad("/v2/models/texts/infer", text("1"), "elements of type BYTES"),
                bad("/v2/models/texts/infer", text("\"\\ud800\""), "surrogate"),
                bad(ECHO, binary("\"binary_data_size\":4"), "4 bytes"),
                bad(ECHO, binary("\"binary_data_size\":-4"), "whole number"),
                bad(ECHO, binary("\"binary_data_size\":1e2"), "whole number"),
                bad(ECHO, binary("\"binary_data_size\":18446744073709551615"), "announces"),
                bad(ECHO, binary("\"shared_memory_region\":\"r\""), "shared memory")));
    }

    private static Stream<Arguments> parameters() {
        return inBoth(Stream.of(
                bad(ECHO, with("\"parameters\":{\"timeout\":-1}"), "timeout"),
                bad(ECHO, with("\"parameters\":{\"timeout\":0.5}"), "timeout"),
                bad(ECHO, with("\"parameters\":{\"timeout\":\"1\"}"), "timeout"),
                bad(ECHO, with("\"parameters\":{\"timeout\":[1]}"), "timeout"),
                bad(ECHO, with("\"parameters\":{\"priority\":true}"), "priority"),
                bad(ECHO, with("\"parameters\":{\"sequence_id\":1}"), "sequence_id"),
                bad(ECHO, with("\"parameters\":{\"binary_data_output\":1}"), "true or false"),
                bad(ECHO, with("\"outputs\":[{\"name\":\"z\"}]"), "'z'"),
                bad(ECHO, with("\"outputs\":[{\"name\":\"y\"},{\"name\":\"y\"}]"), "'y'"),
                bad(ECHO, with("\"outputs\":[{}]"), "no \"name\""),
                bad(
                        ECHO,
                        with("\"outputs\":[{\"name\":\"y\",\"parameters\":{\"classification\":3}}]"),
                        "classification"),
                bad(
                        ECHO,
                        with("\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":\"yes\"}}]"),
                        "true or false")));
    }

    private static Arguments bad(String path, String body, String said) {
        return Arguments.of(path, body, said);
    }

    private static Stream<Arguments> inBoth(Stream<Arguments> cases) {
        List<Arguments> all = cases.toList();
        return Arrays.stream(Container.values()).flatMap(container -> all.stream()
                .map(each -> Arguments.of(container, each.get()[0], each.get()[1], each.get()[2])));
    }

    private static String tensor(String shape, String data) {
        return "{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":" + shape + ",\"data\":" + data + "}";
    }

    private static String input(String shape, String data) {
        return "{\"inputs\":[" + tensor(shape, data) + "]}";
    }

    private static String with(String property) {
        return "{" + property + "," + input("[1,1]", "[1]").substring(1);
    }

    private static String binary(String parameter) {
        return "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,1],\"parameters\":{" + parameter
                + "}}]}";
    }

    private static String pick(String index) {
        return "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"INT64\",\"shape\":[1],\"data\":[" + index + "]}]}";
    }

    private static String text(String element) {
        return "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[" + element + "]}]}";
    }

    private static String tooMany(String property) {
        return "{\"" + property + "\":[" + (tensor("[0,1]", "[]") + ",").repeat(64) + tensor("[0,1]", "[]") + "]}";
    }

    @ParameterizedTest
    @MethodSource({"bodies", "shapes", "values", "parameters"})
    void isTheClientsMistakeAndSaysWhich(Container container, String path, String body, String said) throws Exception {
        assertRefused(TestModels.get().client(container).post(path, body), said);
    }

    private static void assertRefused(Answer answer, String said) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.error()).contains(said);
    }

    private static Stream<Arguments> bytes() {
        return inBoth(Stream.of(
                bad(ECHO, HexFormat.of().formatHex(input("[1,1]", "[1]").getBytes(StandardCharsets.UTF_16BE)), "JSON"),
                bad("/v2/models/texts/infer", hex(text("\"??\"")).replace("3f3f", "c328"), "not UTF-8"),
                bad("/v2/models/texts/infer", hex(text("\"??\"")).replace("3f3f", "c080"), "not UTF-8"),
                bad("/v2/models/texts/infer", hex(text("\"???\"")).replace("3f3f3f", "eda080"), "not UTF-8"),
                bad("/v2/models/texts/infer", hex(text("\"????\"")).replace("3f3f3f3f", "f4908080"), "not UTF-8"),
                bad("/v2/models/texts/infer", hex("{\"x\":\"") + "e282", "not UTF-8"),
                bad(ECHO, hex(input("[1,1]", "[1]")) + "00000000", "JSON")));
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("bytes")
    void isNoUtf8AndSaysSo(Container container, String path, String hex, String said) throws Exception {
        Client client = TestModels.get().client(container);
        assertRefused(client.send("POST", path, HexFormat.of().parseHex(hex)), said);
    }

    private static Stream<Arguments> paths() {
        return inBoth(Stream.of(
                bad("/v2/models//infer", "", "404 400"),
                bad("/v2/models/../../infer", "", "404 400 405"),
                bad("/v2/models/%2e%2e/infer", "", "404 400"),
                bad("/v2/models/..%2f..%2finfer/infer", "", "404 400"),
                bad("/v2/models/echo%00/infer", "", "404 400"),
                bad("/v2/models/%ff/infer", "", "400"),
                bad("/v2/models/%zz/infer", "", "400"),
                bad("/v2/models/echo/versions//infer", "", "404 400"),
                bad("/v2/models/echo/versions/0/infer", "", "404"),
                bad("/v2/models/echo/versions/-1/infer", "", "404"),
                bad("/v2/models/echo/versions/1e0/infer", "", "404"),
                bad("/v2/models/" + "m".repeat(4000) + "/infer", "", "404"),
                bad("/v2/models/" + "m".repeat(40_000) + "/infer", "", "400 414 431"),
                bad("/v2/models/%F0%9F%98%80/infer", "", "404"),
                bad("/v2/models/echo/infer/", "", "400"),
                bad("/v2/models/ECHO/infer", "", "404"),
                bad("/v2//models/echo/infer", "", "404 400")));
    }

    /** Some a container refuses itself, in words of its own. */
    @ParameterizedTest
    @MethodSource("paths")
    void leadsNowhere(Container container, String path, String body, String statuses) throws Exception {
        try (RawConnection connection =
                new RawConnection(TestModels.get().client(container).server())) {
            connection.send("POST " + path + " HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n" + body);
            assertThat(statuses).contains(Integer.toString(connection.answer().status()));
        }
    }
}
