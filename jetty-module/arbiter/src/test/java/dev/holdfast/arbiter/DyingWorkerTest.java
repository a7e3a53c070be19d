package dev.holdfast.arbiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Platform;
import dev.holdfast.control.Action;
import dev.holdfast.control.ControlSocket;
import dev.holdfast.engine.TestHolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The arbiter alone, with processes that do what no server of ours does. */
@Tag("core")
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DyingWorkerTest {
    private static final Duration NEVER = Duration.ofHours(1);

    private final List<ProcessHandle> others =
            ProcessHandle.current().children().toList();

    /** What ran when a worker was about to be started, for each. */
    private final List<List<ProcessHandle>> running = new CopyOnWriteArrayList<>();

    private final List<String> behaviours = new CopyOnWriteArrayList<>();

    @TempDir
    private Path directory;

    @Test
    void workerThatEndsItsLinkIsReplacedAtOnceAndKilledIfItLivesOn() throws Exception {
        behaviours.add("leave");
        play(true, arbiter -> {
            TestHolder.await(() -> running.size() == 2, "its successor is started");
            List<ProcessHandle> before = running.get(1);
            TestHolder.await(() -> before.stream().noneMatch(ProcessHandle::isAlive), "it is killed");

            assertThat(before).as("it still ran when its successor was started").hasSize(1);
            TestHolder.await(() -> workers(arbiter).equals(List.of("1 live")), "its successor has its number");
            assertThat(running).as("one replacement").hasSize(2);
        });
    }

    @Test
    void whereWorkersHavePortsItsSuccessorWaitsForItsEnd() throws Exception {
        behaviours.add("leave");
        play(false, arbiter -> {
            TestHolder.await(() -> running.size() == 2, "its successor is started");

            assertThat(running.get(1)).isEmpty();
            TestHolder.await(() -> workers(arbiter).equals(List.of("1 live")), "it has its number");
        });
    }

    @Test
    void killedWorkerIsReplacedOnce() throws Exception {
        play(true, arbiter -> {
            TestHolder.await(() -> workers(arbiter).equals(List.of("1 live")), "it serves");
            ProcessHandle victim = children().get(0);

            victim.destroyForcibly();
            TestHolder.await(() -> !victim.isAlive() && workers(arbiter).equals(List.of("1 live")), "it is replaced");

            assertThat(children()).hasSize(1).doesNotContain(victim);
            assertThat(running).hasSize(2);
        });
    }

    @Test
    void workerThatLetsItsLockGoIsReplacedThoughItsLinkAndProcessAreThere() throws Exception {
        assumeTrue(Platform.isLinux(), "there are no such locks elsewhere");
        behaviours.add("let-go");
        play(true, NEVER, arbiter -> {
            TestHolder.await(
                    () -> workers(arbiter).equals(List.of("1 dying", "1 live")), "its successor serves beside it");

            assertThat(running.get(1))
                    .as("it still ran when its successor was started")
                    .hasSize(1);
            assertThat(running.get(1)).allMatch(ProcessHandle::isAlive);
        });
    }

    @Test
    void noMoreWorkersDieAtOnceThanAreWantedBeforeSuccessorsWait() throws Exception {
        behaviours.addAll(List.of("leave", "leave"));
        play(true, NEVER, arbiter -> {
            TestHolder.await(
                    () -> workers(arbiter).equals(List.of("1 dying", "1 dying")), "two die, where one is wanted");
            List<ProcessHandle> dying = children();
            for (int round = 0; round < 5; round++) {
                // With each question the arbiter looks after its workers once more.
                assertThat(workers(arbiter)).isEqualTo(List.of("1 dying", "1 dying"));
            }

            dying.get(0).destroyForcibly();

            TestHolder.await(
                    () -> workers(arbiter).equals(List.of("1 dying", "1 live")), "one has ended, so another starts");
            assertThat(running).hasSize(3);
        });
    }

    private interface Scene {
        void play(Arbiter arbiter) throws Exception;
    }

    private void play(boolean sharedSocket, Scene scene) throws Exception {
        play(sharedSocket, Arbiter.LOST_LIMIT, scene);
    }

    /** @param lostLimit how long one that dies may take */
    private void play(boolean sharedSocket, Duration lostLimit, Scene scene) throws Exception {
        Path path = directory.resolve("control").resolve("control.sock");
        ServeConfig config =
                new ServeConfig(1, Duration.ofMinutes(30), Duration.ofSeconds(1), OptionalLong.empty(), 0, path);
        try (ControlSocket socket = ControlSocket.bind(path)) {
            Arbiter arbiter = new Arbiter(config, this::worker, sharedSocket, () -> {}, () -> {}, lostLimit);
            new ControlServer(socket, arbiter, action -> arbiter.act(action, workers -> "")).start();
            // Not in the common pool, which on two processors has one thread, and tells of the workers' exits.
            CompletableFuture<Void> run =
                    CompletableFuture.runAsync(() -> run(arbiter), task -> new Thread(task, "arbiter").start());
            try {
                scene.play(arbiter);
            } finally {
                arbiter.post(() -> arbiter.act(Action.QUIT, workers -> ""));
                run.join();
            }
            assertThat(children()).isEmpty();
            assertThat(path.resolveSibling("").toFile().list()).containsExactly("control.sock");
        }
    }

    private static void run(Arbiter arbiter) {
        try {
            arbiter.run();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private ProcessBuilder worker(int number) {
        running.add(children());
        String behaviour = behaviours.isEmpty() ? "stay" : behaviours.remove(0);
        return new ProcessBuilder(
                JavaCommand.binary(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx32m",
                "-cp",
                System.getProperty("java.class.path"),
                SilentWorker.class.getName(),
                behaviour);
    }

    private List<ProcessHandle> children() {
        return ProcessHandle.current()
                .children()
                .filter(ProcessHandle::isAlive)
                .filter(child -> !others.contains(child))
                .toList();
    }

    /** Number and state of each. */
    private static List<String> workers(Arbiter arbiter) {
        CompletableFuture<List<String>> answer = new CompletableFuture<>();
        arbiter.post(() -> arbiter.act(Action.STATUS, workers -> {
            answer.complete(workers.stream()
                    .map(worker -> worker.number() + " " + worker.state().name().toLowerCase(Locale.ROOT))
                    .toList());
            return "";
        }));
        return answer.join();
    }
}
