package dev.holdfast.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.control.ControlConnection;
import dev.holdfast.control.ControlMessage.Answer;
import dev.holdfast.control.ControlSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("core")
class HeartbeatTest {
    private static final String SEND = "send";

    @TempDir
    private Path directory;

    @Test
    void arbiterThatReadsNothingHoldsOneThreadOfThePool() throws Exception {
        CountingPool pool = new CountingPool();
        Server server = new Server(pool);
        Path path = directory.resolve("own").resolve("control.sock");
        try (ControlSocket socket = ControlSocket.bind(path);
                ControlConnection worker = ControlConnection.connect(path);
                ControlConnection arbiter = socket.accept();
                Heartbeat heartbeat = new Heartbeat(server, new RequestCounter(), worker)) {
            assertThat(arbiter).isNotNull();
            server.start();
            Thread filler = fill(worker);
            await(() -> isIn(filler, SEND, "write0"), "the socket is full");
            int before = pool.tasks.get();

            heartbeat.tick();
            await(
                    () -> Thread.getAllStackTraces().keySet().stream().anyMatch(thread -> isIn(thread, "beat", SEND)),
                    "a beat waits");
            for (int i = 0; i < 10; i++) {
                heartbeat.tick();
            }

            assertThat(pool.tasks.get() - before).isEqualTo(1);
        } finally {
            server.stop();
        }
    }

    /** A thread that sends until the socket takes no more; it ends with the connection. */
    private static Thread fill(ControlConnection connection) {
        Thread thread = new Thread(() -> {
            try {
                while (true) {
                    connection.send(new Answer(true, "x".repeat(30_000)));
                }
            } catch (IOException closed) {
                // The test is over.
            }
        });
        thread.start();
        return thread;
    }

    private static boolean isIn(Thread thread, String... methods) {
        List<String> stack = Arrays.stream(thread.getStackTrace())
                .map(StackTraceElement::getMethodName)
                .toList();
        return stack.containsAll(List.of(methods));
    }

    private static void await(BooleanSupplier condition, String what) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline)
                    .as("waited in vain: " + what)
                    .isNegative();
            Thread.sleep(10);
        }
    }

    /** Counts what it is given to run. */
    private static final class CountingPool extends QueuedThreadPool {
        private final AtomicInteger tasks = new AtomicInteger();

        @Override
        public void execute(Runnable task) {
            tasks.incrementAndGet();
            super.execute(task);
        }
    }
}
