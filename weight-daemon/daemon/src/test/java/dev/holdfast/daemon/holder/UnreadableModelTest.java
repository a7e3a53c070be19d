package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.RefusedException;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A holder without root's rights meets a model that it may not read. */
class UnreadableModelTest {
    private static final OtherUser NOBODY = new OtherUser(65534, 65534, 65534);

    @TempDir
    Path root;

    @Test
    void modelThatTheHoldersUserMayNotReadIsRefusedAndNamed() throws Exception {
        OtherUser.assumePossible();
        HolderBase base = new HolderBase(root);
        ModelZoo.bias(base.models(), "closed", 1, 1024, 1f);
        Path version = base.models().resolve("closed").resolve("1");
        Files.setPosixFilePermissions(version, PosixFilePermissions.fromString("rwx------"));
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxrwxrwx"));
        Process holder = NOBODY.start(
                ReadableClassPath.copyTo(Files.createDirectory(root.resolve("classes"))),
                HolderMain.class,
                List.of(root.toString(), "packed"));
        try (BufferedReader output = holder.inputReader();
                HolderClient client = clientOnceServing(output, base)) {
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> client.load("closed", Optional.empty(), false))
                    .withMessageContaining(version.toString());
            assertThat(client.list()).isEmpty();
        } finally {
            holder.destroyForcibly().waitFor();
        }
    }

    private static HolderClient clientOnceServing(BufferedReader output, HolderBase base) throws Exception {
        assertThat(output.readLine()).contains("serving");
        return base.client();
    }
}
