package dev.holdfast.daemon.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.HolderUnreachableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.commons.daemon.DaemonContext;
import org.apache.commons.daemon.DaemonController;
import org.apache.commons.daemon.DaemonInitException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service's life as jsvc and procrun drive it, in this JVM. */
class HolderDaemonTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    @TempDir
    private Path directory;

    private String[] arguments() {
        return new String[] {
            "--models", directory.resolve("models").toString(),
            "--state", directory.resolve("state").toString(),
            "--socket", socket().toString()
        };
    }

    private Path socket() {
        return directory.resolve("run/weights.sock");
    }

    private static final class Context implements DaemonContext {
        private final String[] arguments;

        Context(String... arguments) {
            this.arguments = arguments;
        }

        @Override
        public String[] getArguments() {
            return arguments;
        }

        @Override
        public DaemonController getController() {
            throw new UnsupportedOperationException("the holder asks for no controller");
        }
    }

    @Test
    void servesFromStartToStop() throws Exception {
        HolderDaemon daemon = new HolderDaemon();
        daemon.init(new Context(arguments()));
        assertThat(directory.resolve("state")).as("what init makes").doesNotExist();

        daemon.start();
        try (HolderClient client = HolderClient.connect(socket(), LIMIT)) {
            assertThat(client.status().pid()).isEqualTo(ProcessHandle.current().pid());
        } finally {
            daemon.stop();
            daemon.destroy();
        }

        assertThat(socket()).doesNotExist();
    }

    @Test
    void wrongArgumentsFailInInit() {
        assertThatThrownBy(() -> new HolderDaemon().init(new Context("--layout", "foo")))
                .isInstanceOf(DaemonInitException.class)
                .hasMessageContaining("known: packed, sealed");
    }

    @Test
    void stopBeforeStartLeavesNothingRunning() throws Exception {
        HolderDaemon daemon = new HolderDaemon();
        daemon.init(new Context(arguments()));

        daemon.stop();
        daemon.start();

        assertThatThrownBy(() -> HolderClient.connect(socket(), LIMIT)).isInstanceOf(HolderUnreachableException.class);
    }

    @Test
    void procrunsStartReturnsWhenItsStopHasEndedTheHolder() throws Exception {
        Callable<Boolean> service = () -> {
            HolderDaemon.start(arguments());
            return true;
        };
        FutureTask<Boolean> start = new FutureTask<>(service);
        new Thread(start, "procrun").start();
        awaitHolder();
        assertThat(start).isNotDone();

        HolderDaemon.stop(new String[0]);

        assertThat(start.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(socket()).doesNotExist();
    }

    private void awaitHolder() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (true) {
            try (HolderClient client = HolderClient.connect(socket(), LIMIT)) {
                assertThat(client.welcome().pid()).isPositive();
                return;
            } catch (HolderUnreachableException e) {
                assertThat(System.nanoTime()).as("deadline for the holder").isLessThan(deadline);
                Thread.sleep(50);
            }
        }
    }
}
