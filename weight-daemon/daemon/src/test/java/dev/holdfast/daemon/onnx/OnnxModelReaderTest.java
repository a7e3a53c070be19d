package dev.holdfast.daemon.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import dev.holdfast.daemon.onnx.OnnxGraph.Attribute;
import dev.holdfast.daemon.onnx.OnnxGraph.Content;
import dev.holdfast.daemon.onnx.OnnxGraph.Initializer;
import dev.holdfast.daemon.onnx.OnnxGraph.Node;
import dev.holdfast.protocol.TensorDeclaration;
import dev.holdfast.protocol.TensorType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxModelReaderTest {
    private Path directory;

    @BeforeEach
    void useDirectory(@TempDir Path temporary) {
        directory = temporary;
    }

    @Test
    @Tag("core")
    void modelSaysItsInputsOutputsAndOrigin() throws IOException {
        OnnxModel model = read(OnnxModelWriter.write(ModelZoo.biasGraph(4)));
        assertThat(model.irVersion()).isEqualTo(8);
        assertThat(model.producer()).isEqualTo("holdfast");
        assertThat(model.opsets()).containsEntry("", 17L);
        assertThat(model.inputs()).containsExactly(new TensorDeclaration("x", TensorType.FLOAT, List.of(-1L, 4L)));
        assertThat(model.outputs()).containsExactly(new TensorDeclaration("y", TensorType.FLOAT, List.of(-1L, 4L)));
    }

    @Test
    void externalInitializerIsLocated() throws IOException {
        OnnxModel model = read(OnnxModelWriter.write(ModelZoo.biasGraph(4)));
        assertThat(model.initializers())
                .containsExactly(new OnnxTensor(
                        "",
                        "b",
                        TensorType.FLOAT.onnxNumber(),
                        List.of(4L),
                        new TensorLocation.External(ModelZoo.DATA_FILE, 0, OptionalLong.of(16))));
    }

    @Test
    void inlineInitializerIsLocatedByItsBytesInTheFile() throws IOException {
        ByteString values = ByteString.copyFromUtf8("0123456789abcdef");
        Initializer summand = new Initializer("b", TensorType.FLOAT, List.of(4L), new Content.Inline(values));
        ByteString file = OnnxModelWriter.write(ModelZoo.addition(4, summand));
        TensorLocation location = read(file).initializers().get(0).location();
        assertThat(location).isInstanceOfSatisfying(TensorLocation.Inline.class, inline -> {
            int start = (int) inline.offsetBytes();
            assertThat(file.substring(start, start + (int) inline.lengthBytes()))
                    .isEqualTo(values);
        });
    }

    @Test
    void inputThatOnlyNamesAnInitializerIsLeftOut() throws IOException {
        OnnxGraph plain = ModelZoo.biasGraph(4);
        OnnxGraph old = new OnnxGraph(
                "old",
                plain.nodes(),
                List.of(plain.inputs().get(0), new TensorDeclaration("b", TensorType.FLOAT, List.of(4L))),
                plain.outputs(),
                plain.initializers());
        assertThat(read(OnnxModelWriter.write(old)).inputs())
                .extracting(TensorDeclaration::name)
                .containsExactly("x");
    }

    @Test
    void externalTensorsOfSubgraphsAreFound() throws IOException {
        Content outside = new Content.External("branch.bin", 0, 4);
        OnnxModel model = read(OnnxModelWriter.write(ModelZoo.branchesGraph(outside)));
        assertThat(model.nested()).extracting(OnnxTensor::name).containsExactly("up_one", "down_one");
        assertThat(model.nested().get(1).scope()).contains("node 'choose'", "attribute 'else_branch'");
    }

    @Test
    void externalTensorsOfConstantsAreFound() throws IOException {
        Initializer value = new Initializer("", TensorType.FLOAT, List.of(), new Content.External("c.bin", 0, 4));
        OnnxGraph graph = new OnnxGraph(
                "g",
                List.of(new Node(
                        "c", "Constant", List.of(), List.of("y"), List.of(new Attribute.OfTensor("value", value)))),
                List.of(),
                List.of(new TensorDeclaration("y", TensorType.FLOAT, List.of())),
                List.of());
        assertThat(read(OnnxModelWriter.write(graph)).nested()).hasSize(1);
    }

    @Test
    void packedDimensionsAreReadLikeSingleOnes() throws IOException {
        ByteString dims = RawProto.of(output -> {
            output.writeUInt64NoTag(300);
            output.writeUInt64NoTag(2);
        });
        OnnxModel model = read(RawProto.modelWith(OnnxFields.GRAPH_INITIALIZER, tensor -> {
            tensor.writeBytes(OnnxFields.TENSOR_DIMS, dims);
            tensor.writeInt32(OnnxFields.TENSOR_DATA_TYPE, 1);
            tensor.writeString(OnnxFields.TENSOR_NAME, "w");
        }));
        assertThat(model.initializers().get(0).shape()).containsExactly(300L, 2L);
    }

    @Test
    @Tag("core")
    void nearlyTwoGibibytesOfInlineWeightsAreSkippedNotLoaded() throws IOException {
        int bytes = Integer.MAX_VALUE - 100;
        Path file = directory.resolve("big.onnx");
        ByteString tensorHead = RawProto.of(tensor -> {
            tensor.writeInt64(OnnxFields.TENSOR_DIMS, bytes);
            tensor.writeInt32(OnnxFields.TENSOR_DATA_TYPE, TensorType.UINT8.onnxNumber());
            tensor.writeString(OnnxFields.TENSOR_NAME, "w");
            tensor.writeTag(OnnxFields.TENSOR_RAW_DATA, 2);
            tensor.writeUInt32NoTag(bytes);
        });
        ByteString graphHead = RawProto.of(graph -> {
            graph.writeTag(OnnxFields.GRAPH_INITIALIZER, 2);
            graph.writeUInt32NoTag(tensorHead.size() + bytes);
            graph.writeRawBytes(tensorHead);
        });
        ByteString head = RawProto.of(model -> {
            model.writeInt64(OnnxFields.MODEL_IR_VERSION, 8);
            model.writeTag(OnnxFields.MODEL_GRAPH, 2);
            model.writeUInt32NoTag(graphHead.size() + bytes);
            model.writeRawBytes(graphHead);
        });
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.write(head.toByteArray());
            sparse.setLength((long) head.size() + bytes);
        }
        assertThat(OnnxModelReader.read(file).initializers().get(0).location())
                .isEqualTo(new TensorLocation.Inline(head.size(), bytes));
    }

    @Test
    void fileBeyondTwoGibibytesIsRefusedWithTheRemedy() throws IOException {
        Path file = directory.resolve("big.onnx");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1L << 31);
        }
        assertThatExceptionOfType(OnnxFormatException.class)
                .isThrownBy(() -> OnnxModelReader.read(file))
                .withMessageContaining("external data");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<!DOCTYPE html><html>404</html>|HTML",
                "just some words|text file",
                "version https://git-lfs.github.com/spec/v1|git lfs pull",
                "''|empty",
            })
    void textThatIsNotOnnxIsNamedForWhatItIs(String content, String name) {
        assertRefused(ByteString.copyFromUtf8(content), "not an ONNX model", name);
    }

    @Test
    void zipArchiveIsNamedForWhatItIs() {
        assertRefused(
                ByteString.copyFrom("PK\003\004\024\000\000\000\010\000", StandardCharsets.ISO_8859_1),
                "not an ONNX model",
                "ZIP");
    }

    @Test
    void modelCutAnywhereIsReportedAsCutOrNotOnnx() throws IOException {
        ByteString whole = OnnxModelWriter.write(ModelZoo.branchesGraph(new Content.Inline(ModelZoo.floats(1, 1))));
        int graphEnd = whole.size() - 4; // what follows is opset_import, without which the rest is still readable
        for (int length = 3; length < graphEnd; length++) {
            ByteString cut = whole.substring(0, length);
            assertThatExceptionOfType(OnnxFormatException.class)
                    .as("cut after %d bytes", length)
                    .isThrownBy(() -> read(cut))
                    .withMessageMatching("(?s).*(in the middle of|has no graph).*");
        }
    }

    @Test
    void truncationSaysWhatIsMissingByNumbers() throws IOException {
        ByteString whole = OnnxModelWriter.write(ModelZoo.biasGraph(4));
        assertRefused(whole.substring(0, 60), "ends after 60 bytes in the middle of", "are left");
    }

    @Test
    void modelWithoutGraphIsRefused() throws IOException {
        assertRefused(RawProto.of(model -> model.writeInt64(OnnxFields.MODEL_IR_VERSION, 8)), "has no graph");
    }

    @Test
    void sequenceInputIsRefusedByName() throws IOException {
        ByteString type = RawProto.of(output -> output.writeBytes(4, ByteString.EMPTY));
        ByteString model = RawProto.modelWith(OnnxFields.GRAPH_INPUT, value -> {
            value.writeString(OnnxFields.VALUE_NAME, "words");
            value.writeBytes(OnnxFields.VALUE_TYPE, type);
        });
        assertThatExceptionOfType(UnsupportedModelException.class)
                .isThrownBy(() -> read(model))
                .withMessageContaining("input 'words' is not a tensor");
    }

    @Test
    void twoInitializersOfOneNameAreRefused() throws IOException {
        ByteString tensor = RawProto.of(output -> output.writeString(OnnxFields.TENSOR_NAME, "w"));
        ByteString graph = RawProto.of(output -> {
            output.writeBytes(OnnxFields.GRAPH_INITIALIZER, tensor);
            output.writeBytes(OnnxFields.GRAPH_INITIALIZER, tensor);
        });
        assertRefused(RawProto.modelOf(graph), "two initializers are named 'w'");
    }

    @Test
    void negativeDimensionIsRefused() throws IOException {
        ByteString model = RawProto.modelWith(OnnxFields.GRAPH_INITIALIZER, tensor -> {
            tensor.writeString(OnnxFields.TENSOR_NAME, "w");
            tensor.writeInt64(OnnxFields.TENSOR_DIMS, -4);
        });
        assertRefused(model, "tensor 'w'", "dimension -4");
    }

    @Test
    void endlessNestingIsRefused() throws IOException {
        ByteString graph = ByteString.EMPTY;
        for (int depth = 0; depth < 200; depth++) {
            ByteString inner = graph;
            ByteString attribute = RawProto.of(output -> output.writeBytes(OnnxFields.ATTRIBUTE_GRAPH, inner));
            ByteString node = RawProto.of(output -> output.writeBytes(OnnxFields.NODE_ATTRIBUTE, attribute));
            graph = RawProto.of(output -> output.writeBytes(OnnxFields.GRAPH_NODE, node));
        }
        assertRefused(RawProto.modelOf(graph), "nested deeper");
    }

    @Test
    void fieldLongerThanItsMessageIsRefused() throws IOException {
        ByteString model = RawProto.of(output -> {
            output.writeInt64(OnnxFields.MODEL_IR_VERSION, 8);
            output.writeBytes(OnnxFields.MODEL_GRAPH, ByteString.copyFrom(new byte[] {0x2a, 0x10}));
            output.writeString(OnnxFields.MODEL_PRODUCER_NAME, "x".repeat(40));
        });
        assertRefused(model, "reaches beyond its end");
    }

    @Test
    void externalOffsetThatIsNoNumberIsRefusedByName() throws IOException {
        ByteString entry = RawProto.of(output -> {
            output.writeString(OnnxFields.ENTRY_KEY, "offset");
            output.writeString(OnnxFields.ENTRY_VALUE, "-5");
        });
        ByteString model = RawProto.modelWith(OnnxFields.GRAPH_INITIALIZER, tensor -> {
            tensor.writeString(OnnxFields.TENSOR_NAME, "w");
            tensor.writeBytes(OnnxFields.TENSOR_EXTERNAL_DATA, entry);
            tensor.writeInt32(OnnxFields.TENSOR_DATA_LOCATION, OnnxFields.LOCATION_EXTERNAL);
        });
        assertRefused(model, "tensor 'w'", "offset is '-5'");
    }

    private void assertRefused(ByteString content, String... phrases) {
        assertThatExceptionOfType(OnnxFormatException.class)
                .isThrownBy(() -> read(content))
                .satisfies(refusal -> assertThat(refusal.getMessage())
                        .contains(directory.resolve("model.onnx").toString())
                        .contains(phrases));
    }

    private OnnxModel read(ByteString content) throws IOException {
        return OnnxModelReader.read(Files.write(directory.resolve("model.onnx"), content.toByteArray()));
    }
}
