package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.holder.Holder;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.TensorType;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One hand-made model for each type of the protocol, which answers what it is given, bit for bit. */
@Tag("core")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TypesTest {
    private final TreeMap<DataType, TensorType> types = new TreeMap<>();
    private Holder holder;
    private Models models;

    @BeforeAll
    void serve(@TempDir Path root) throws Exception {
        TestHolder base = new TestHolder(root);
        for (DataType type : DataType.values()) {
            types.put(type, type.tensorType());
            TestModels.identity(base.models(), name(type), type.tensorType(), List.of(-1L, 3L));
        }
        TestModels.identity(base.models(), "scalar", TensorType.DOUBLE, List.of());
        holder = base.start(ArenaLayout.PACKED);
        try (HolderClient client = base.client()) {
            for (DataType type : DataType.values()) {
                client.load(name(type), Optional.empty(), false);
            }
            client.load("scalar", Optional.empty(), false);
        }
        models = Models.open(base.engine());
        assertThat(models.awaitReady(TestHolder.LIMIT)).isTrue();
    }

    @AfterAll
    void stop() {
        models.close();
        holder.close();
    }

    private static String name(DataType type) {
        return "id_" + type.name().toLowerCase(Locale.ROOT);
    }

    @ParameterizedTest
    @EnumSource
    void tensorsComeBackBitForBit(DataType type) {
        TensorData data = type == DataType.BYTES ? strings() : new Elements(ByteBuffer.wrap(bytes(type, 6)));
        Tensor answer = infer(type, Shape.of(2, 3), data);
        assertThat(answer.type()).isEqualTo(type);
        assertThat(answer.shape()).isEqualTo(Shape.of(2, 3));
        assertSame(answer.data(), data);
    }

    @ParameterizedTest
    @EnumSource
    void emptyTensorsComeBackEmpty(DataType type) {
        TensorData data = type == DataType.BYTES ? Strings.of() : new Elements(ByteBuffer.allocate(0));
        Tensor answer = infer(type, Shape.of(0, 3), data);
        assertThat(answer.shape()).isEqualTo(Shape.of(0, 3));
        assertThat(answer.data().sizeBytes()).isZero();
    }

    @Test
    void piecesArePutTogetherWhereverTheyAreCut() {
        byte[] bytes = bytes(DataType.FP64, 6);
        List<ByteBuffer> pieces = new ArrayList<>();
        for (int start = 0; start < bytes.length; start += 5) {
            pieces.add(ByteBuffer.wrap(bytes, start, Math.min(5, bytes.length - start)));
        }
        Tensor answer = infer(DataType.FP64, Shape.of(2, 3), new Pieces(pieces));
        assertSame(answer.data(), new Elements(ByteBuffer.wrap(bytes)));
    }

    @Test
    void scalarsHaveNoDimensions() {
        Tensor scalar = new Tensor("x", DataType.FP64, Shape.SCALAR, TensorData.ofDoubles(Math.PI));
        Tensor answer = models.get("scalar").infer(InferenceRequest.of(scalar)).output("y");
        assertThat(answer.shape().rank()).isZero();
        assertThat(((Elements) answer.data()).bytes().getDouble()).isEqualTo(Math.PI);
    }

    private Tensor infer(DataType type, Shape shape, TensorData data) {
        return models.get(name(type))
                .infer(InferenceRequest.of(new Tensor("x", type, shape, data)))
                .output("y");
    }

    private static void assertSame(TensorData actual, TensorData expected) {
        if (expected instanceof Strings strings) {
            assertThat(((Strings) actual).values()).containsExactlyElementsOf(strings.values());
        } else {
            assertThat(((Elements) actual).bytes()).isEqualTo(((Elements) expected).bytes());
        }
    }

    private static Strings strings() {
        return new Strings(List.of(
                new byte[] {0, 1, 0},
                new byte[0],
                new byte[] {-1, -128},
                new byte[] {'a'},
                new byte[100_000],
                new byte[] {0}));
    }

    private static byte[] bytes(DataType type, int count) {
        byte[] bytes = new byte[count * type.elementBytes()];
        new Random(type.name().hashCode()).nextBytes(bytes);
        if (type == DataType.BOOL) {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] &= 1;
            }
        }
        return bytes;
    }
}
