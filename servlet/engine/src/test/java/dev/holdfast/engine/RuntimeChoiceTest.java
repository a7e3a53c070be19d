package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.holder.Holder;
import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.onnxruntime.OnnxRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Worker processes find the build of ONNX Runtime that their holder's loaders use. */
@Tag("core")
class RuntimeChoiceTest extends EngineTest {
    private static final Placement PACKED = Placement.onHost(ArenaLayout.PACKED);

    private Path folder;

    @BeforeEach
    void installAnotherBuild() throws IOException {
        folder = Files.createDirectories(root.resolve("natives").resolve("onnxruntime-1-cuda13"));
        Files.copy(OnnxRuntime.load().library(), library());
        TestModels.bias(base.models(), "bias", 1, TestModels.WIDTH, 1);
    }

    private Path library() {
        return folder.resolve("libonnxruntime.so");
    }

    private ChildJvm worker(String... named) throws IOException {
        String[] arguments = named.length == 0
                ? new String[] {root.toString(), "bias"}
                : new String[] {root.toString(), "bias", named[0]};
        return ChildJvm.start(RuntimeMain.class, arguments);
    }

    private static String lineThatContains(ChildJvm worker, String text) throws InterruptedException {
        String line = worker.readLine();
        while (!line.contains(text)) {
            line = worker.readLine();
        }
        return line;
    }

    @Test
    void workerUsesTheHoldersBuildWithoutBeingConfigured() throws Exception {
        try (Holder holder = base.start(PACKED, folder)) {
            assertThat(holder).isNotNull();
            base.load("bias");
            try (ChildJvm worker = worker()) {
                assertThat(lineThatContains(worker, "serves")).isEqualTo("serves with " + library());
            }
        }
    }

    @Test
    void workerUsesTheBuildInTheJarIfTheHolderDoes() throws Exception {
        try (Holder holder = base.start(PACKED)) {
            assertThat(holder).isNotNull();
            base.load("bias");
            try (ChildJvm worker = worker()) {
                assertThat(lineThatContains(worker, "serves"))
                        .isEqualTo("serves with " + OnnxRuntime.load().library());
            }
        }
    }

    @Test
    void buildThatTheWorkerIsGivenIsTheOneItUses() throws Exception {
        Path own = Files.createDirectory(root.resolve("own")).resolve("libonnxruntime.so");
        Files.copy(library(), own);
        try (Holder holder = base.start(PACKED, folder)) {
            assertThat(holder).isNotNull();
            base.load("bias");
            try (ChildJvm worker = worker(own.toString())) {
                assertThat(lineThatContains(worker, "serves")).isEqualTo("serves with " + own);
            }
        }
    }

    @Test
    void holdersBuildThatTheWorkerDoesNotSeeIsWaitedForAndNotReplacedByAnother() throws Exception {
        Path away = folder.resolveSibling("away");
        try (Holder holder = base.start(PACKED, folder)) {
            assertThat(holder).isNotNull();
            base.load("bias");
            Files.move(folder, away);
            try (ChildJvm worker = worker()) {
                assertThat(lineThatContains(worker, "ONNX Runtime"))
                        .contains("told to use " + folder, OnnxRuntime.PATH_PROPERTY, "there is no library " + folder);
                Files.move(away, folder);
                assertThat(lineThatContains(worker, "serves")).isEqualTo("serves with " + library());
            }
        }
    }

    @Test
    void buildThatOthersMayWriteIsNotLoaded() throws Exception {
        Files.setPosixFilePermissions(library(), PosixFilePermissions.fromString("rw-rw-r--"));
        try (Holder holder = base.start(PACKED, folder)) {
            assertThat(holder).isNotNull();
            base.load("bias");
            try (ChildJvm worker = worker()) {
                assertThat(lineThatContains(worker, "ONNX Runtime")).contains("chmod go-w " + library());
                Files.setPosixFilePermissions(library(), PosixFilePermissions.fromString("rw-r--r--"));
                assertThat(lineThatContains(worker, "serves")).isEqualTo("serves with " + library());
            }
        }
    }
}
