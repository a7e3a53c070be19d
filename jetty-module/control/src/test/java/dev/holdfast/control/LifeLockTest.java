package dev.holdfast.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("core")
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LifeLockTest {
    @TempDir
    private Path directory;

    private Path file = Path.of("");

    @BeforeEach
    void file() {
        assumeTrue(Platform.isLinux(), "robust mutexes of one kind: Linux");
        file = directory.resolve("worker.life");
    }

    @Test
    void killedProcessLetsGo() throws Exception {
        LifeLock lock = LifeLock.create(file).orElseThrow();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Process holder = holder();
        try {
            assertThat(file).as("nobody else needs it").doesNotExist();
            CompletableFuture<Boolean> ended = CompletableFuture.supplyAsync(lock::awaitEnd);
            assertThat(ended).isNotDone();

            holder.destroyForcibly();

            assertThat(ended.join()).isTrue();
        } finally {
            holder.destroyForcibly().waitFor();
        }
    }

    @Test
    void soDoesOneThatEndsByItself() throws Exception {
        LifeLock lock = LifeLock.create(file).orElseThrow();
        Process holder = holder();
        try {
            holder.getOutputStream().close();

            assertThat(lock.awaitEnd()).isTrue();
        } finally {
            holder.destroyForcibly().waitFor();
        }
    }

    @Test
    void lockThatNobodyHoldsTellsOfNoEnd() throws Exception {
        LifeLock lock = LifeLock.create(file).orElseThrow();

        assertThat(lock.awaitEnd()).isFalse();

        lock.remove();
        assertThat(file).doesNotExist();
    }

    @Test
    void workerGoesOnWithoutOne() throws Exception {
        LifeLock.hold(file);

        assertThat(file).doesNotExist();
    }

    private Process holder() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx32m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LifeLockHolder.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.inputReader().readLine()).isEqualTo("held");
        return process;
    }
}
