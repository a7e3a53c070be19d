package dev.holdfast.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
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
    /** {@code linux/futex.h}. */
    private static final int FUTEX_WAITERS = 0x80000000;

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
        ByteBuffer mutex = map();
        Process holder = holder();
        try {
            assertThat(file).as("nobody else needs it").doesNotExist();
            CompletableFuture<Boolean> ended = awaitEnd(lock);
            while (!isWaitedFor(mutex) && !ended.isDone()) {
                Thread.onSpinWait();
            }
            assertThat(ended).as("it waits for the process that holds the lock").isNotDone();

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

    /** In a thread of its own: it blocks. */
    private static CompletableFuture<Boolean> awaitEnd(LifeLock lock) {
        return CompletableFuture.supplyAsync(lock::awaitEnd, task -> new Thread(task, "await-end").start());
    }

    private ByteBuffer map() throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, 2 * Integer.BYTES)
                    .order(ByteOrder.nativeOrder());
        }
    }

    /** Whether a thread sleeps until the lock is free: FUTEX_WAITERS of its word, the first or second of every C library's mutex. */
    private static boolean isWaitedFor(ByteBuffer mutex) {
        return ((mutex.getInt(0) | mutex.getInt(Integer.BYTES)) & FUTEX_WAITERS) != 0;
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
