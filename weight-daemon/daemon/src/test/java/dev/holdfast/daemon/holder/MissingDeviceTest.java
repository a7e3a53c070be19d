package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.RefusedException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A holder whose versions are to be on a CUDA device that is not there: no machine has this one. */
@Tag("core")
@EnabledOnOs(value = OS.LINUX, disabledReason = "reads /proc/PID/maps")
class MissingDeviceTest {
    private static final String NO_DEVICE = "GPU-00000000-0000-0000-0000-000000000000";

    @TempDir
    Path root;

    @Test
    void aLoadSaysWhatIsMissingAndTheHolderNeverLoadsADriver() throws Exception {
        HolderBase base = new HolderBase(root);
        ModelZoo.bias(base.models(), "bias", 1, 1024, 1f);
        try (ChildJvm holder = ChildJvm.start(HolderMain.class, root.toString(), NO_DEVICE)) {
            assertThat(holder.readLine()).contains("serving");
            try (HolderClient client = base.client()) {
                assertThatExceptionOfType(RefusedException.class)
                        .isThrownBy(() -> client.load("bias", Optional.empty(), false))
                        .withMessageMatching(
                                "(?s).*version 1 of model 'bias' can't be loaded: .*(driver|" + NO_DEVICE + ").*")
                        .satisfies(e -> assertThat(e.code()).isEqualTo(RefusalCode.LOAD_FAILED));
                assertThat(client.status().usedBytes()).isZero();
                assertThat(client.list()).isEmpty();
            }
            assertThat(MappedDriver.linesOf(holder.pid())).isEmpty();
        }
    }
}
