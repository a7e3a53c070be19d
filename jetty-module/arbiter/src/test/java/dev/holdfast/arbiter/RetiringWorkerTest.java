package dev.holdfast.arbiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.TestHolder;
import dev.holdfast.engine.TestModels;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients with an open connection see of a worker that retires. */
@Tag("core")
class RetiringWorkerTest {
    @TempDir
    private Path directory;

    @Test
    void answersOnOpenConnectionsSayCloseAndIdleOnesAreClosed() throws Exception {
        withWorker(RetiringWorkerTest::retire);
    }

    @Test
    void signalToAWorkerThatRetiresCutsNothingOff() throws Exception {
        withWorker(RetiringWorkerTest::retireTwice);
    }

    /** What a test does with an arbiter of one worker, which serves the model {@code bias}. */
    private interface Scene {
        void play(ArbiterProcess arbiter) throws Exception;
    }

    private void withWorker(Scene scene) throws Exception {
        TestHolder directories = new TestHolder(directory);
        TestModels.bias(directories.models(), "bias", 1, 1024, 2);
        try (HolderProcess holder = HolderProcess.start(directory, "packed")) {
            directories.load("bias");
            try (ArbiterProcess arbiter = ArbiterProcess.start(directory, "--workers=1")) {
                arbiter.awaitReady(1);
                scene.play(arbiter);
            }
        }
    }

    private static void retireTwice(ArbiterProcess arbiter) throws Exception {
        try (Client slow = new Client(arbiter)) {
            long worker = arbiter.awaitLive(1).iterator().next();
            slow.send("POST /v2/models/bias/infer HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{");
            TestHolder.await(() -> arbiter.workers().get(0).inFlight() == 1, "it has the request");
            arbiter.signal("HUP");
            TestHolder.await(() -> arbiter.log().contains("retire connections=1"), "it retires");

            ArbiterProcess.signal("TERM", worker);
            TestHolder.await(() -> ends(worker), "the signal has arrived");
            slow.send("}");

            assertThat(slow.head()).contains("HTTP/1.1 400 Bad Request");
        }
    }

    /** Whether the JVM runs its shutdown hook, by the name of a thread of its, or has ended. */
    private static boolean ends(long worker) {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(worker), "task"))) {
            return threads.anyMatch(thread -> isNamed(thread, "holdfast-retire"));
        } catch (IOException e) {
            return true;
        }
    }

    private static boolean isNamed(Path thread, String name) {
        try {
            return Files.readString(thread.resolve("comm")).strip().equals(name);
        } catch (IOException e) {
            // It has ended since it was listed.
            return false;
        }
    }

    private static void retire(ArbiterProcess arbiter) throws Exception {
        try (Client slow = new Client(arbiter);
                Client used = new Client(arbiter);
                Client idle = new Client(arbiter)) {
            Set<Long> before = arbiter.awaitLive(1);
            slow.send("POST /v2/models/bias/infer HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{");
            assertThat(used.get()).contains("HTTP/1.1 200 OK").doesNotContain("connection: close");
            assertThat(idle.get()).contains("HTTP/1.1 200 OK").doesNotContain("connection: close");

            arbiter.signal("HUP");
            TestHolder.await(() -> arbiter.log().contains("retire connections=3"), "it retires");

            assertThat(used.get()).contains("HTTP/1.1 200 OK", "connection: close");
            assertThat(idle.ended()).isTrue();
            slow.send("}");
            assertThat(slow.head()).contains("HTTP/1.1 400 Bad Request");
            assertThat(slow.ended()).as("answered, its connection is idle").isTrue();
            TestHolder.await(() -> arbiter.log().contains("retired connections=0 clean=true"), "it is done");
            assertThat(arbiter.awaitLive(1)).doesNotContainAnyElementsOf(before);
        }
    }

    /** One connection. */
    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;

        Client(ArbiterProcess arbiter) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), arbiter.uri().getPort());
            socket.setSoTimeout(60_000);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        }

        void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        }

        /** Head of the answer to a request without a body in its answer. */
        List<String> get() throws IOException {
            send("HEAD /v2/health/live HTTP/1.1\r\nHost: h\r\n\r\n");
            return head();
        }

        List<String> head() throws IOException {
            List<String> lines = new ArrayList<>();
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                lines.add(line.replaceFirst("(?i)^connection:", "connection:"));
            }
            return lines;
        }

        /** Reads to the end of the connection. */
        boolean ended() throws IOException {
            return in.transferTo(Writer.nullWriter()) >= 0;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
