package dev.holdfast.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.engine.DataType;
import dev.holdfast.engine.Elements;
import dev.holdfast.engine.InvalidTensorException;
import dev.holdfast.engine.Pieces;
import dev.holdfast.engine.Strings;
import dev.holdfast.engine.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("core")
class RequestReaderTest {
    private static final Limits LIMITS = new Limits(1 << 20, 3, 4, 100, 12);

    private final RequestReader reader = new RequestReader(LIMITS);

    private RequestDocument read(String json) {
        return reader.read(body(json.getBytes(StandardCharsets.UTF_8), 1 << 20), OptionalLong.empty());
    }

    /** The bytes in pieces of a size. */
    private static Body body(byte[] bytes, int pieceBytes) {
        List<ByteBuffer> pieces = new ArrayList<>();
        for (int i = 0; i < bytes.length; i += pieceBytes) {
            pieces.add(ByteBuffer.wrap(bytes, i, Math.min(pieceBytes, bytes.length - i)));
        }
        return new Body(pieces);
    }

    private static String input(String type, String shape, String data) {
        return "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"" + type + "\",\"shape\":" + shape + ",\"data\":" + data
                + "}]}";
    }

    private static float[] floats(Tensor tensor) {
        ByteBuffer bytes = ((Elements) tensor.data()).bytes();
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }

    @Test
    void dataMayComeBeforeWhatSaysHowToReadIt() {
        String json =
                "{\"inputs\":[{\"data\" :\n [[1, 2],[3,4]], \"shape\":[2,2],\"datatype\":\"FP32\",\"name\":\"é\"},"
                        + "{\"name\":\"ü\",\"data\":[5],\"datatype\":\"FP32\",\"shape\":[1]}],\"id\":\"7\"}";
        for (int pieceBytes : new int[] {1, 7, 1000}) {
            RequestDocument document =
                    reader.read(body(json.getBytes(StandardCharsets.UTF_8), pieceBytes), OptionalLong.empty());
            assertThat(floats(document.inputs().get(0))).containsExactly(1, 2, 3, 4);
            assertThat(floats(document.inputs().get(1))).containsExactly(5);
            assertThat(document.id()).isEqualTo("7");
        }
    }

    @Test
    void unknownPropertiesAreSkipped() {
        RequestDocument document = read("{\"model_name\":\"m\",\"more\":{\"data\":[{}]},\"outputs\":null,"
                + "\"inputs\":[{\"extra\":[[1]],\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[1]}]}");
        assertThat(document.inputs()).hasSize(1);
    }

    @Test
    void scalarHasOneElement() {
        assertThat(floats(read(input("FP32", "[]", "[3]")).inputs().get(0))).containsExactly(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"[0]|[]", "[2,0]|[[],[]]", "[2,0]|[]", "[0,2]|[]"})
    void emptyTensorsAreRead(String shape, String data) {
        assertThat(read(input("FP32", shape, data)).inputs().get(0).data().sizeBytes())
                .isZero();
    }

    @Test
    void binaryDataIsNotCopied() {
        byte[] json = ("{\"inputs\":[{\"name\":\"x\",\"datatype\":\"INT64\",\"shape\":[1],"
                        + "\"parameters\":{\"binary_data_size\":8}}]}")
                .getBytes(StandardCharsets.UTF_8);
        byte[] all = ByteBuffer.allocate(json.length + 8).put(json).array();
        Tensor tensor = reader.read(body(all, 1000), OptionalLong.of(json.length))
                .inputs()
                .get(0);
        all[json.length] = 9;
        assertThat(((Elements) tensor.data()).bytes().getLong()).isEqualTo(9);
    }

    @Test
    void binaryDataMayStraddleBuffers() {
        byte[] json = ("{\"inputs\":[{\"name\":\"x\",\"datatype\":\"INT64\",\"shape\":[2],"
                        + "\"parameters\":{\"binary_data_size\":16}}]}")
                .getBytes(StandardCharsets.UTF_8);
        byte[] all = ByteBuffer.allocate(json.length + 16).put(json).array();
        Tensor tensor =
                reader.read(body(all, 5), OptionalLong.of(json.length)).inputs().get(0);
        assertThat(tensor.data()).isInstanceOf(Pieces.class);
        assertThat(tensor.data().sizeBytes()).isEqualTo(16);
    }

    @Test
    void stringsKeepEveryCharacter() {
        Tensor tensor =
                read(input("BYTES", "[2]", "[\"\\u0000é\",\"\"]")).inputs().get(0);
        assertThat(((Strings) tensor.data()).values().get(0)).containsExactly(0, 0xC3, 0xA9);
    }

    @Test
    void outputOverridesTheRequestsChoiceOfBinary() {
        RequestDocument document = read("{\"parameters\":{\"binary_data_output\":true},\"outputs\":[{\"name\":\"a\"},"
                + "{\"name\":\"b\",\"parameters\":{\"binary_data\":false}}],"
                + input("FP32", "[1]", "[1]").substring(1));
        assertThat(document.binary("a")).isTrue();
        assertThat(document.binary("b")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "null",
                "{}",
                "{\"inputs\":[]}",
                "{\"inputs\":{}}",
                "{\"inputs\":[1]}",
                "{\"inputs\":[{}]} x",
                "{\"id\":1,\"inputs\":[]}",
                "{\"parameters\":[],\"inputs\":[]}",
                "{\"inputs\":[{\"name\":\"x\"}],\"inputs\":[]}",
                "{\"outputs\":[{}]}",
                "{\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":1}}]}",
                "{\"outputs\":[{\"name\":\"y\",\"parameters\":{\"classification\":3}}]}",
                "{\"outputs\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\"},{\"name\":\"d\"}]}",
                "\uFEFF{}",
                "{\"a\":[[[[[[[[[[[[[[]]]]]]]]]]]]]]}",
            })
    void wrongDocumentsAreRefused(String json) {
        assertThatExceptionOfType(RequestRefusedException.class)
                .isThrownBy(() -> read(json))
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(400));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FP32|[2]|[1]|expected 2 elements",
                "FP32|[2,2]|[[1,2],[3]]|nested",
                "FP32|[2,2]|[[1,2,3],[4]]|nested",
                "FP32|[2,2]|[[1,2],3]|nested",
                "FP32|[4]|[1,[2],3,4]|uneven",
                "FP32|[1]|[[1]]|nested",
                "FP32|[1,1]|[[[1]]]|uneven",
                "FP32|[1]|1|must be an array",
                "FP32|[1]|[null]|must be numbers",
                "FP32|[1]|[{}]|must be numbers",
                "FP32|[1]|[NaN]|can't be read",
                "FP32|[1]|[Infinity]|can't be read",
                "FP64|[1]|[1e999]|out of range",
                "FP32|[1]|[1e999]|out of range",
                "INT64|[1]|[9007199254740993.0]|out of range",
                "FP99|[1]|[1]|datatype 'FP99'",
                "FP32|[-1]|[1]|whole numbers",
                "FP32|[1.5]|[1]|whole numbers",
                "FP32|[18446744073709551616]|[1]|whole numbers",
                "FP32|[4294967296,4294967296]|[1]|more than 2^63",
                "FP32|[1,1,1,1,1]|[1]|dimensions",
                "BYTES|[1]|[\"\\ud800\"]|surrogate",
            })
    void wrongTensorsAreRefused(String type, String shape, String data, String said) {
        assertThatThrownBy(() -> read(input(type, shape, data)))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining(said);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FP32|[1]|[1e39]",
                "FP16|[1]|[65536]",
                "INT8|[1]|[128]",
                "UINT8|[1]|[-1]",
                "INT32|[1]|[1.5]",
                "UINT64|[1]|[18446744073709551616]",
                "INT64|[1]|[9223372036854775808]",
                "BOOL|[1]|[2]",
                "INT32|[1]|[true]",
                "FP32|[1]|[\"1\"]",
                "BYTES|[1]|[1]",
                "FP32|[1]|[1,2]",
            })
    void elementsOutOfTheirTypesRangeAreRefused(String type, String shape, String data) {
        assertThatThrownBy(() -> read(input(type, shape, data)))
                .isInstanceOf(InvalidTensorException.class)
                .hasMessageContaining("'x'");
    }

    @Test
    void badUtf8IsRefused() {
        byte[] bytes = input("BYTES", "[1]", "[\"?\"]").getBytes(StandardCharsets.UTF_8);
        bytes[new String(bytes, StandardCharsets.UTF_8).indexOf('?')] = (byte) 0xFF;
        assertThatThrownBy(() -> reader.read(body(bytes, 1000), OptionalLong.empty()))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    void utf16IsRefused() {
        byte[] bytes = input("FP32", "[1]", "[1]").getBytes(StandardCharsets.UTF_16LE);
        assertThatThrownBy(() -> reader.read(body(bytes, 1000), OptionalLong.empty()))
                .isInstanceOf(RequestRefusedException.class);
    }

    @Test
    void stringOverTheLimitIsRefused() {
        assertThatThrownBy(() -> read(input("BYTES", "[1]", "[\"" + "a".repeat(101) + "\"]")))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("100");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "8|7|are left",
                "8|9|belong to no input",
                "9223372036854775807|8|are left",
            })
    void binaryDataOfAnotherLengthThanAnnouncedIsRefused(String announced, int sent, String said) {
        byte[] json = ("{\"inputs\":[{\"name\":\"x\",\"datatype\":\"INT64\",\"shape\":[1],"
                        + "\"parameters\":{\"binary_data_size\":" + announced + "}}]}")
                .getBytes(StandardCharsets.UTF_8);
        byte[] all = ByteBuffer.allocate(json.length + sent).put(json).array();
        assertThatThrownBy(() -> reader.read(body(all, 1000), OptionalLong.of(json.length)))
                .hasMessageContaining(said);
    }

    @Test
    void jsonLengthBeyondTheBodyIsRefused() {
        assertThatThrownBy(() -> reader.read(body(new byte[10], 10), OptionalLong.of(11)))
                .hasMessageContaining("the body has 10 bytes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2|05000000616263|announces 5 bytes",
                "2|0500|within an element's length",
                "2|FFFFFFFF|4294967295 bytes",
                "1|0000000000000000|more than the shape's 1",
            })
    void damagedBinaryStringsAreRefused(int elements, String hex, String said) {
        byte[] data = java.util.HexFormat.of().parseHex(hex);
        byte[] json = ("{\"inputs\":[{\"name\":\"x\",\"datatype\":\"BYTES\",\"shape\":[" + elements
                        + "],\"parameters\":{\"binary_data_size\":" + data.length + "}}]}")
                .getBytes(StandardCharsets.UTF_8);
        byte[] all = ByteBuffer.allocate(json.length + data.length)
                .put(json)
                .put(data)
                .array();
        assertThatThrownBy(() -> reader.read(body(all, 1000), OptionalLong.of(json.length)))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining(said);
    }

    @Test
    void dataInBothPlacesIsRefused() {
        assertThatThrownBy(() -> read("{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[1],"
                        + "\"parameters\":{\"binary_data_size\":4}}]}"))
                .hasMessageContaining("both");
    }

    @Test
    void sharedMemoryIsRefused() {
        assertThatThrownBy(() -> read("{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1],"
                        + "\"parameters\":{\"shared_memory_region\":\"r\"}}]}"))
                .hasMessageContaining("shared memory");
    }

    @Test
    void memoryFollowsWhatArrivedAndNotTheShape() {
        assertThatThrownBy(() -> read(input("FP64", "[4611686018427387904]", "[1,2,3]")))
                .hasMessageContaining("received 3");
    }

    @Test
    void typesAreThoseOfTheProtocol() {
        for (DataType type : DataType.values()) {
            String value = type == DataType.BYTES ? "\"1\"" : "1";
            assertThat(read(input(type.name(), "[1]", "[" + value + "]"))
                            .inputs()
                            .get(0)
                            .type())
                    .isEqualTo(type);
        }
    }
}
