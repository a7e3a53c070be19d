package dev.holdfast.arbiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.TestHolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers come, go and are replaced; there is no holder, so they are live without being ready. */
@Tag("core")
class ArbiterTest {
    private static final String NO_WAIT = "--worker-option=-Dholdfast.attach.timeout=0";

    @TempDir
    private Path directory;

    @Test
    void workersShareOneSocketAndAreAddedAndRemoved() throws Exception {
        try (ArbiterProcess arbiter = ArbiterProcess.start(directory, NO_WAIT, "--workers=1")) {
            Set<Long> first = arbiter.awaitLive(1);

            arbiter.signal("TTIN");
            Set<Long> both = arbiter.awaitLive(2);
            arbiter.signal("TTOU");

            assertThat(both).containsAll(first);
            assertThat(arbiter.awaitLive(1)).isEqualTo(first);
            assertThat(Request.get(arbiter.uri(), "/v2/health/live")).isEqualTo(200);
            assertThat(Request.get(arbiter.uri(), "/v2/health/ready")).isEqualTo(503);
            arbiter.signal("TTOU");
            assertThat(CommandRun.holdfast(
                            directory, "ctl", "remove", "--control=" + ArbiterProcess.control(directory)))
                    .satisfies(run -> assertThat(run.code()).isEqualTo(1))
                    .satisfies(run -> assertThat(run.err()).contains("the last worker is not removed"));
            assertThat(arbiter.awaitLive(1)).isEqualTo(first);
        }
    }

    @Test
    void killedWorkerIsReplacedAndTheStagesOfItsStartAreLogged() throws Exception {
        try (ArbiterProcess arbiter = ArbiterProcess.start(directory, NO_WAIT, "--workers=2")) {
            Set<Long> before = arbiter.awaitLive(2);
            long victim = before.iterator().next();

            ArbiterProcess.signal("KILL", victim);
            TestHolder.await(() -> !arbiter.livePids().contains(victim), "its death is noticed");
            Set<Long> after = arbiter.awaitLive(2);

            assertThat(after).doesNotContain(victim).hasSize(2);
            TestHolder.await(() -> arbiter.log().contains("pid=" + victim + " exit=137 died"), "it is reaped");
            assertThat(arbiter.log())
                    .containsPattern("worker=\\d pid=" + victim + " dies; replaced at once")
                    .containsPattern(
                            "worker=\\d pid=\\d+ listens: jvm=\\d+ configured=\\d+ attached=\\d+ listening=\\d+ ms");
        }
    }

    @Test
    void workerThatHangsIsKilledAndReplaced() throws Exception {
        try (ArbiterProcess arbiter = ArbiterProcess.start(directory, NO_WAIT, "--workers=1", "--timeout=4s")) {
            long victim = arbiter.awaitLive(1).iterator().next();

            ArbiterProcess.signal("STOP", victim);
            TestHolder.await(() -> !arbiter.livePids().contains(victim), "its silence is noticed");

            assertThat(arbiter.awaitLive(1)).doesNotContain(victim);
            assertThat(arbiter.log()).containsPattern("pid=" + victim + " silent for \\d+ ms: killed");
        }
    }

    @Test
    void rollReplacesEveryWorker() throws Exception {
        try (ArbiterProcess arbiter = ArbiterProcess.start(directory, NO_WAIT, "--workers=2")) {
            Set<Long> before = arbiter.awaitLive(2);

            arbiter.signal("HUP");
            TestHolder.await(() -> arbiter.livePids().stream().noneMatch(before::contains), "all are replaced");

            assertThat(arbiter.awaitLive(2)).doesNotContainAnyElementsOf(before);
            assertThat(arbiter.log()).contains("retired connections=0");
        }
    }

    @Test
    void rollGoesOnIfAWorkerIsRemovedMeanwhile() throws Exception {
        try (ArbiterProcess arbiter = ArbiterProcess.start(directory, NO_WAIT, "--workers=2")) {
            Set<Long> before = arbiter.awaitLive(2);

            arbiter.signal("HUP");
            TestHolder.await(() -> arbiter.workers().size() == 3, "the first successor is started");
            arbiter.signal("TTOU");
            TestHolder.await(() -> arbiter.livePids().stream().noneMatch(before::contains), "all are replaced");

            arbiter.awaitLive(1);
        }
    }

    @Test
    void workerThatHasServedEnoughIsReplaced() throws Exception {
        try (ArbiterProcess arbiter = ArbiterProcess.start(
                directory, NO_WAIT, "--workers=1", "--max-requests=5", "--max-requests-jitter=2")) {
            Set<Long> before = arbiter.awaitLive(1);

            for (int i = 0; i < 8; i++) {
                assertThat(Request.get(arbiter.uri(), "/v2/health/live")).isEqualTo(200);
            }
            TestHolder.await(() -> arbiter.livePids().stream().noneMatch(before::contains), "it is replaced");

            arbiter.awaitLive(1);
        }
    }

    @Test
    void termEndsWorkersAndFreesThePort() throws Exception {
        Path pidFile = directory.resolve("pid");
        try (ArbiterProcess arbiter =
                ArbiterProcess.start(directory, NO_WAIT, "--workers=2", "--pid-file=" + pidFile)) {
            Set<Long> workers = arbiter.awaitLive(2);
            assertThat(pidFile).hasContent(Long.toString(arbiter.pid()));

            arbiter.signal("TERM");

            assertThat(arbiter.awaitExit()).isZero();
            assertThat(pidFile).doesNotExist();
            assertThat(ArbiterProcess.control(directory)).doesNotExist();
            assertThat(workers).noneMatch(pid -> ProcessHandle.of(pid).isPresent());
            assertThat(isFree(arbiter.uri())).isTrue();
        }
    }

    @Test
    void intEndsThemAtOnceThoughAConnectionIsOpen() throws Exception {
        try (ArbiterProcess arbiter =
                ArbiterProcess.start(directory, NO_WAIT, "--workers=1", "--graceful-timeout=1h")) {
            Set<Long> workers = arbiter.awaitLive(1);
            try (Socket held =
                    new Socket(InetAddress.getLoopbackAddress(), arbiter.uri().getPort())) {
                held.getOutputStream().write("GET /v2 HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));

                arbiter.signal("INT");

                assertThat(arbiter.awaitExit()).isZero();
                assertThat(workers).noneMatch(pid -> ProcessHandle.of(pid).isPresent());
            }
        }
    }

    @Test
    void workersEndWhenTheArbiterIsKilled() throws Exception {
        try (ArbiterProcess arbiter = ArbiterProcess.start(directory, NO_WAIT, "--workers=2")) {
            Set<Long> workers = new HashSet<>(arbiter.awaitLive(2));

            arbiter.process().destroyForcibly().waitFor();

            TestHolder.await(
                    () -> workers.stream()
                            .noneMatch(pid -> ProcessHandle.of(pid).isPresent()),
                    "no worker is left");
            assertThat(isFree(arbiter.uri())).isTrue();
        }
    }

    @Test
    void workerThatWaitsForItsWeightsEndsWithTheArbiterToo() throws Exception {
        List<String> arguments = ArbiterProcess.arguments(
                directory,
                "--port=0",
                "--workers=1",
                "--graceful-timeout=1s",
                "--worker-option=-Dholdfast.attach.timeout=-1");
        Process arbiter = ArbiterProcess.launch(directory, arguments);
        List<ProcessHandle> workers = List.of();
        try {
            Path log = ArbiterProcess.log(directory);
            TestHolder.await(
                    () -> log.toFile().exists() && read(log).contains("HolderLink"), "a worker seeks its holder");
            workers = arbiter.children().toList();
            assertThat(workers).hasSize(1);

            arbiter.destroyForcibly().waitFor();

            ProcessHandle worker = workers.get(0);
            TestHolder.await(() -> !worker.isAlive(), "it ends");
        } finally {
            arbiter.destroyForcibly();
            workers.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void takenPortIsAnErrorThatSaysSo() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<String> arguments = ArbiterProcess.arguments(directory, "--port=" + taken.getLocalPort());

            CommandRun run = CommandRun.holdfast(directory, arguments.toArray(String[]::new));

            run.failedWith(
                    1, "bind of 127.0.0.1:" + taken.getLocalPort() + " failed: Address already in use", "--port");
        }
    }

    @Test
    void missingBaseIsNamedBesideAMissingHome() throws Exception {
        Path missing = directory.resolve("nope");
        List<String> arguments = ArbiterProcess.arguments(directory, "--jetty-base=" + missing);

        CommandRun run = CommandRun.holdfast(directory, arguments.toArray(String[]::new));

        run.failedWith(2, "--jetty-base " + missing + " is no directory", "--jetty-home");
    }

    @Test
    void workersThatCanNotStartEndTheArbiterWithTheirLastWords() throws Exception {
        List<String> arguments =
                ArbiterProcess.arguments(directory, "--workers=1", "--worker-option=-Dholdfast.attach.timeout=soon");

        CommandRun run = CommandRun.holdfast(directory, arguments.toArray(String[]::new));

        assertThat(run.code()).isEqualTo(6);
        assertThat(run.err())
                .contains("holdfast: workers fail to start (3 tried)")
                .contains("holdfast.attach.timeout");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void ctlDoesWhatSignalsDo() throws Exception {
        String control = "--control=" + ArbiterProcess.control(directory);
        CommandRun.holdfast(directory, "ctl", "status", control)
                .failedWith(3, "no arbiter answers on", "holdfast serve");
        try (ArbiterProcess arbiter = ArbiterProcess.start(directory, NO_WAIT, "--workers=1")) {
            Set<Long> first = arbiter.awaitLive(1);

            assertThat(CommandRun.holdfast(directory, "ctl", "add", control).out())
                    .contains("2 workers wanted");
            arbiter.awaitLive(2);
            assertThat(CommandRun.holdfast(directory, "ctl", "status", control).out())
                    .contains("arbiter pid " + arbiter.pid() + " serves " + arbiter.uri() + ", 2 workers wanted")
                    .contains("" + first.iterator().next());
            CommandRun second = CommandRun.holdfast(
                    directory, ArbiterProcess.arguments(directory).toArray(String[]::new));
            second.failedWith(1, "another arbiter listens on");
            assertThat(CommandRun.holdfast(directory, "ctl", "stop", control).code())
                    .isZero();

            assertThat(arbiter.awaitExit()).isZero();
        }
    }

    private static boolean isFree(URI uri) throws IOException {
        try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), uri.getPort())) {
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }
}
