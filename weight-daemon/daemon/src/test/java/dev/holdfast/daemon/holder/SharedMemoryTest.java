package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.daemon.sample.LinearSample;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.memory.MappedMemory;
import dev.holdfast.memory.OpenDescriptorsCheck;
import dev.holdfast.protocol.HolderClient;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the kernel says of the memory that readers map. */
@ExtendWith(OpenDescriptorsCheck.class)
class SharedMemoryTest {
    private static final int SIDE = 8192;
    private static final double ONE_COPY = 1.05;

    @TempDir
    Path root;

    private static String mappingName(ArenaLayout layout) {
        return layout == ArenaLayout.PACKED ? "/weights" : "/memfd:";
    }

    @ParameterizedTest
    @EnumSource(ArenaLayout.class)
    void threeReadersOfTwoHundredFiftySixMebibytesShareOneCopy(ArenaLayout layout) throws Exception {
        HolderBase base = new HolderBase(root);
        new LinearSample("linear", SIDE, SIDE, true).writeTo(base.models());
        try (Holder holder = base.start(layout);
                HolderClient client = base.client()) {
            long sizeBytes = client.load("linear", Optional.empty(), false)
                    .versions()
                    .get(0)
                    .sizeBytes();
            assertThat(sizeBytes).isGreaterThanOrEqualTo((long) SIDE * SIDE * Float.BYTES);
            try (ChildJvm one = map(base);
                    ChildJvm two = map(base);
                    ChildJvm three = map(base)) {
                long sum = 0;
                for (ChildJvm reader : new ChildJvm[] {one, two, three}) {
                    assertThat(reader.readLine()).startsWith("ready ");
                }
                for (ChildJvm reader : new ChildJvm[] {one, two, three}) {
                    MappedMemory mapped = MappedMemory.of(reader.pid(), mappingName(layout));
                    assertThat(mapped.rssBytes()).isGreaterThanOrEqualTo(sizeBytes);
                    sum += mapped.pssBytes();
                }
                assertThat(sum).isLessThanOrEqualTo((long) (ONE_COPY * sizeBytes));
            }
        }
    }

    private static ChildJvm map(HolderBase base) throws Exception {
        return ChildJvm.start(ReaderMain.class, base.socket().toString(), "linear", "map");
    }

    /** Sealed pages need no such test: the kernel refuses every write, and counts memfd pages as dirty all the same. */
    @Tag("core")
    @Test
    void runningAPackedModelDirtiesNoPageOfTheWeights() throws Exception {
        HolderBase base = new HolderBase(root);
        int width = 1 << 16;
        ModelZoo.bias(base.models(), "bias", 1, width, 2.5f);
        try (Holder holder = base.start(ArenaLayout.PACKED);
                HolderClient client = base.client()) {
            client.load("bias", Optional.empty(), false);
            try (ChildJvm reader = ChildJvm.start(
                    ReaderMain.class, base.socket().toString(), "bias", "session", Integer.toString(width))) {
                assertThat(reader.readLine()).startsWith("ready ");
                MappedMemory mapped = MappedMemory.of(reader.pid(), "/weights");
                assertThat(mapped.rssBytes()).isPositive();
                assertThat(mapped.privateDirtyBytes()).isZero();
                assertThat(mapped.sharedDirtyBytes()).isZero();
            }
        }
    }
}
