package dev.holdfast.arbiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.engine.TestHolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that systemd starts on its socket, without an arbiter. */
class SocketActivationTest {
    private static final Path ACTIVATE = Path.of("/usr/bin/systemd-socket-activate");

    @TempDir
    private Path directory;

    @Test
    void workerServesOnTheSocketThatIsItsStandardInput() throws Exception {
        assumeTrue(Files.isExecutable(ACTIVATE), "there is no " + ACTIVATE + "; install the package systemd");
        int port = freePort();
        URI server = URI.create("http://127.0.0.1:" + port);
        Path log = directory.resolve("worker.log");
        Process worker = new ProcessBuilder(List.of(
                        ACTIVATE.toString(),
                        "--inetd",
                        "--listen=127.0.0.1:" + port,
                        JavaCommand.binary(),
                        "-Dholdfast.attach.timeout=0",
                        "-Dholdfast.socket=" + directory.resolve("weights.sock"),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        TestInstallation.home() + "/lib/jetty/*:" + TestInstallation.home() + "/lib/*",
                        "dev.holdfast.worker.WorkerMain"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            TestHolder.await(() -> answers(server), "the worker answers");

            worker.destroy();

            assertThat(worker.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(log).content().contains("retire connections=", "retired connections=0");
            assertThat(answers(server)).isFalse();
        } finally {
            worker.destroyForcibly();
        }
    }

    private static boolean answers(URI server) {
        try {
            return Request.get(server, "/v2/health/live") == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
