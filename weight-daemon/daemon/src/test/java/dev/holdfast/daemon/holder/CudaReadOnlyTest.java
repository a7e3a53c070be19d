package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.memory.OpenDescriptorsCheck;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A worker that writes to the weights, beside others that compute with them. Not under MPS, whose clients fail together. */
@ExtendWith(OpenDescriptorsCheck.class)
class CudaReadOnlyTest {
    private static final int WIDTH = 4096;

    @TempDir
    Path root;

    @EachPlacement(
            host = {},
            notOverCudaIpc = "it has no read-only mappings: whoever opens the memory may write to it")
    void aWorkerThatWritesFailsAloneAndTheBytesStayWhatTheyWere(Placement placement) throws Exception {
        HolderBase base = new HolderBase(root);
        ModelZoo.bias(base.models(), "bias", 1, WIDTH, 2.5f);
        try (ServingHolder holder = ServingHolder.start(root, placement)) {
            holder.load("bias", 1);
            try (ChildJvm one = start(base, "session", Integer.toString(WIDTH));
                    ChildJvm two = start(base, "session", Integer.toString(WIDTH))) {
                String ready = one.readLine();
                assertThat(ready).startsWith("ready ");
                assertThat(two.readLine()).isEqualTo(ready);
                try (ChildJvm offender = start(base, "write")) {
                    assertThat(offender.readLine()).isEqualTo("COPY CUDA_ERROR_INVALID_VALUE");
                    assertThat(offender.readLine()).isEqualTo("KERNEL CUDA_ERROR_ILLEGAL_ADDRESS");
                    assertThat(holder.client().verify("bias", Optional.empty()).text())
                            .contains("is what its digest says");
                }
                // They ran all the while, would have said so if an answer had changed, and still do.
                holder.close();
                assertThat(one.readLine()).isEqualTo("reads on");
                assertThat(two.readLine()).isEqualTo("reads on");
            }
        }
    }

    private static ChildJvm start(HolderBase base, String... what) throws Exception {
        String[] arguments = new String[2 + what.length];
        arguments[0] = base.socket().toString();
        arguments[1] = "bias";
        System.arraycopy(what, 0, arguments, 2, what.length);
        return ChildJvm.start(ReaderMain.class, arguments);
    }
}
