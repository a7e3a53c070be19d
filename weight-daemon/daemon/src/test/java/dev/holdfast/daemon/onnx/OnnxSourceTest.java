package dev.holdfast.daemon.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.google.protobuf.ByteString;
import dev.holdfast.daemon.onnx.OnnxGraph.Content;
import dev.holdfast.daemon.onnx.OnnxGraph.Initializer;
import dev.holdfast.protocol.TensorType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxSourceTest {
    /** The version's directory, with a directory of the test's own around it. */
    private Path directory;

    @BeforeEach
    void createVersionDirectory(@TempDir Path model) throws IOException {
        directory = Files.createDirectory(model.resolve("1"));
    }

    @Test
    @Tag("core")
    void externalDataBesideTheModelIsAccepted() throws IOException {
        Path data = data("w.bin", 16);
        assertThat(source("w.bin", 0, 16).externalFiles()).containsOnly(java.util.Map.entry("w.bin", data));
    }

    @Test
    void externalDataInASubdirectoryIsAccepted() throws IOException {
        Files.createDirectory(directory.resolve("weights"));
        data("weights/w.bin", 16);
        assertThat(source("weights/w.bin", 0, 16).externalFiles()).hasSize(1);
    }

    @Test
    void missingDataNamesTensorFileAndRemedy() {
        refused("w.bin", 0, 16)
                .withMessageContaining("initializer 'b'")
                .withMessageContaining(directory.resolve("w.bin").toString())
                .withMessageContaining("does not exist");
    }

    @Test
    void shortDataNamesNeededAndFoundBytes() throws IOException {
        data("w.bin", 20);
        refused("w.bin", 8, 16)
                .withMessageContaining("needs 16 bytes at offset 8")
                .withMessageContaining("only 20");
    }

    @Test
    void offsetBeyondTheFileIsTooShortToo() throws IOException {
        data("w.bin", 16);
        refused("w.bin", Long.MAX_VALUE, 16).withMessageContaining("only 16");
    }

    @Test
    void lengthThatDoesNotSuitTheShapeIsRefused() throws IOException {
        data("w.bin", 64);
        refused("w.bin", 0, 12).withMessageContaining("12 bytes").withMessageContaining("[4] of FLOAT needs 16");
    }

    @ParameterizedTest
    @Tag("core")
    @ValueSource(strings = {"../w.bin", "weights/../../w.bin", "/etc/hostname", "..\\w.bin", "C:\\w.bin", ".."})
    void pathsOutOfTheDirectoryAreRefusedEvenIfTheFileExists(String file) throws IOException {
        data("../w.bin", 64);
        refused(file, 0, 16).withMessageContaining("outside the model's directory");
    }

    @Test
    void emptyFileNameIsRefused() {
        refused("", 0, 16).withMessageContaining("names no file");
    }

    @Test
    void impossibleFileNameIsRefused() {
        refused("w\0.bin", 0, 16).withMessageContaining("not a path");
    }

    @Test
    @Tag("core")
    void symbolicLinkIsRefused() throws IOException {
        data("real.bin", 16);
        Files.createSymbolicLink(directory.resolve("w.bin"), Path.of("real.bin"));
        refused("w.bin", 0, 16).withMessageContaining("symbolic link");
    }

    @Test
    void symbolicLinkOnTheWayIsRefused() throws IOException {
        Files.createDirectory(directory.resolve("real"));
        data("real/w.bin", 16);
        Files.createSymbolicLink(directory.resolve("weights"), Path.of("real"));
        refused("weights/w.bin", 0, 16).withMessageContaining(directory.resolve("weights") + " is a symbolic link");
    }

    @Test
    void directoryAsDataIsRefused() throws IOException {
        Files.createDirectory(directory.resolve("w.bin"));
        refused("w.bin", 0, 16).withMessageContaining("not a regular file");
    }

    @Test
    void unreadableDataIsRefused() throws IOException {
        Path data = data("w.bin", 16);
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("-w-------"));
        assumeFalse(Files.isReadable(data), "this user may read every file");
        refused("w.bin", 0, 16).withMessageContaining("may not read");
    }

    @Test
    void dataOfSubgraphsIsCheckedAsWell() throws IOException {
        write(ModelZoo.branchesGraph(new Content.External("../up.bin", 0, 4)));
        assertThatExceptionOfType(ExternalDataException.class)
                .isThrownBy(this::check)
                .withMessageContaining("tensor 'up_one'")
                .withMessageContaining("then_branch");
    }

    @Test
    @Tag("core")
    void tensorBeyondTwoGibibytesIsChecked() throws IOException {
        long bytes = 3L << 30;
        try (RandomAccessFile sparse =
                new RandomAccessFile(directory.resolve("w.bin").toFile(), "rw")) {
            sparse.setLength(bytes);
        }
        write(ModelZoo.addition(
                bytes,
                new Initializer("b", TensorType.UINT8, List.of(bytes), new Content.External("w.bin", 0, bytes))));
        assertThat(check().model().initializers().get(0).byteLength()).isEqualTo(bytes);
    }

    @Test
    void stringInitializerIsRefusedByName() throws IOException {
        write(initializer(TensorType.STRING.onnxNumber(), ByteString.EMPTY));
        unsupported().withMessageContaining("initializer 'b' holds STRING");
    }

    @Test
    void unknownElementTypeIsRefusedByNumber() throws IOException {
        write(initializer(99, ByteString.EMPTY));
        unsupported().withMessageContaining("initializer 'b'").withMessageContaining("type number 99");
    }

    @Test
    void inlineBytesThatDoNotSuitTheShapeAreRefused() throws IOException {
        write(initializer(TensorType.FLOAT.onnxNumber(), ModelZoo.floats(3, 1)));
        assertThatExceptionOfType(OnnxFormatException.class)
                .isThrownBy(this::check)
                .withMessageContaining("has 12 bytes")
                .withMessageContaining("needs 16");
    }

    @Test
    void shapeBeyondAllMemoryIsRefused() throws IOException {
        write(ModelZoo.addition(
                1,
                new Initializer(
                        "b", TensorType.FLOAT, List.of(1L << 40, 1L << 40), new Content.External("w.bin", 0, 16))));
        unsupported().withMessageContaining("more bytes than any machine");
    }

    @Test
    void fourBitElementsShareBytes() {
        OnnxTensor tensor = new OnnxTensor(
                "", "q", TensorType.INT4.onnxNumber(), List.of(3L, 3L), new TensorLocation.InlineValues());
        assertThat(tensor.byteLength()).isEqualTo(5);
    }

    @Test
    void emptyAndScalarTensorsHaveTheirLengths() {
        TensorLocation nowhere = new TensorLocation.InlineValues();
        int type = TensorType.DOUBLE.onnxNumber();
        assertThat(new OnnxTensor("", "s", type, List.of(), nowhere).byteLength())
                .isEqualTo(8);
        assertThat(new OnnxTensor("", "e", type, List.of(1L << 60, 0L, 1L << 60), nowhere).byteLength())
                .isZero();
    }

    @Test
    @Tag("core")
    void digestChangesWithOneByteOfTheWeights() throws IOException {
        Path model = ModelZoo.bias(directory, "m", 1, 100_000, 1);
        String before = OnnxSource.check(model).digest().hex();
        try (RandomAccessFile data =
                new RandomAccessFile(model.resolveSibling(ModelZoo.DATA_FILE).toFile(), "rw")) {
            data.seek(399_999);
            data.write(7);
        }
        assertThat(OnnxSource.check(model).digest().hex()).isNotEqualTo(before);
    }

    @Test
    void digestDoesNotDependOnWhereTheModelLies() throws IOException {
        Path here = ModelZoo.bias(directory, "here", 1, 10, 1);
        Path there = ModelZoo.bias(directory, "there", 7, 10, 1);
        Files.move(there, there.resolveSibling("other.onnx"));
        assertThat(OnnxSource.check(here).digest())
                .isEqualTo(OnnxSource.check(there.resolveSibling("other.onnx")).digest());
    }

    @Test
    void digestChangesWithTheNamesOfTheFiles() throws IOException {
        OnnxSource source = OnnxSource.check(ModelZoo.bias(directory, "m", 1, 10, 1));
        Path data = source.externalFiles().get(ModelZoo.DATA_FILE);
        OnnxSource renamed = new OnnxSource(
                source.modelFile(), source.model(), new java.util.TreeMap<>(java.util.Map.of("other", data)));
        assertThat(renamed.digest()).isNotEqualTo(source.digest());
    }

    private ThrowableAssertAlternative<UnsupportedModelException> unsupported() {
        return assertThatExceptionOfType(UnsupportedModelException.class).isThrownBy(this::check);
    }

    private ThrowableAssertAlternative<ExternalDataException> refused(String file, long offset, long length) {
        return assertThatExceptionOfType(ExternalDataException.class).isThrownBy(() -> source(file, offset, length));
    }

    private OnnxSource source(String file, long offset, long length) throws IOException {
        write(ModelZoo.addition(
                4, new Initializer("b", TensorType.FLOAT, List.of(4L), new Content.External(file, offset, length))));
        return check();
    }

    private static ByteString initializer(int typeNumber, ByteString rawData) throws IOException {
        return RawProto.modelWith(OnnxFields.GRAPH_INITIALIZER, tensor -> {
            tensor.writeInt64(OnnxFields.TENSOR_DIMS, 4);
            tensor.writeInt32(OnnxFields.TENSOR_DATA_TYPE, typeNumber);
            tensor.writeString(OnnxFields.TENSOR_NAME, "b");
            tensor.writeBytes(OnnxFields.TENSOR_RAW_DATA, rawData);
        });
    }

    private void write(OnnxGraph graph) throws IOException {
        write(OnnxModelWriter.write(graph));
    }

    private void write(ByteString model) throws IOException {
        Files.write(directory.resolve("model.onnx"), model.toByteArray());
    }

    private OnnxSource check() throws IOException {
        return OnnxSource.check(directory.resolve("model.onnx"));
    }

    private Path data(String name, int bytes) throws IOException {
        return Files.write(directory.resolve(name), new byte[bytes]);
    }
}
