package dev.holdfast.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.holdfast.engine.InferenceException;
import dev.holdfast.engine.Models;
import dev.holdfast.protocol.HolderClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** After clients of every damaged kind nothing is left of them: no socket, thread, lease or place in a queue. */
class StormTest {
    private static final int CLIENTS = 600;
    private static final long SEED = 20_26;
    private static final Set<Integer> NO_FAULT = Set.of(200, 400, 404, 408, 411, 413, 415, 503);
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final String ONE =
            "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,1],\"data\":[1]}]}";

    /** What clients could leave behind. */
    private record Held(long sockets, long threads, long leases) {
        static Held now() throws Exception {
            return new Held(countSockets(), countThreads(), countLeases());
        }

        private static long countSockets() throws IOException {
            try (Stream<Path> open = Files.list(DESCRIPTORS)) {
                return open.filter(Held::isSocket).count();
            }
        }

        private static boolean isSocket(Path descriptor) {
            try {
                return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
            } catch (IOException e) {
                return false; // closed since it was listed
            }
        }

        private static long countThreads() {
            return Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().startsWith("holdfast-"))
                    .count();
        }

        private static long countLeases() throws Exception {
            try (HolderClient holder = TestModels.get().models().holder()) {
                return holder.list().stream()
                        .flatMap(model -> model.versions().stream())
                        .mapToLong(version -> version.leases().size())
                        .sum();
            }
        }

        boolean isNoMoreThan(Held before) {
            return sockets <= before.sockets && threads <= before.threads && leases <= before.leases;
        }
    }

    @ParameterizedTest
    @EnumSource
    void damagedClientsLeaveNothingBehind(Container container) throws Exception {
        assumeThat(Files.isDirectory(DESCRIPTORS))
                .as("sockets are counted in /proc")
                .isTrue();
        Models models = TestModels.get().models();
        try (Container.Running running = container.start(Map.of(), Optional.of(models))) {
            Storm storm = new Storm(running.uri(), SEED);
            storm.client();
            Held before = Held.now();
            Map<Integer, Integer> statuses = new TreeMap<>();
            for (int i = 0; i < CLIENTS; i++) {
                storm.client().ifPresent(status -> statuses.merge(status, 1, Integer::sum));
            }
            assertThat(NO_FAULT).containsAll(statuses.keySet());
            assertThat(statuses.get(200)).as(statuses::toString).isGreaterThan(CLIENTS / 20);
            assertThat(statuses.get(400)).as(statuses::toString).isGreaterThan(CLIENTS / 5);
            TestModels.await(() -> Held.now().isNoMoreThan(before), before + " again, not " + Held.now());
            for (String name : models.names()) {
                assertThat(models.get(name).statistics()).allSatisfy(version -> assertThat(version.failures())
                        .doesNotContainKey(InferenceException.Reason.FAILED));
            }
        }
    }

    /** Neither container looks at an HTTP/1.1 connection while it waits for an answer, so time has to end this. */
    @ParameterizedTest
    @EnumSource
    void clientThatLeavesTheQueuesOnlyPlaceGivesItBackInTime(Container container) throws Exception {
        Map<String, String> settings = Map.of(Setting.REQUEST_TIMEOUT.key(), "500");
        try (Container.Running running =
                container.start(settings, Optional.of(TestModels.get().models()))) {
            for (int i = 0; i < 3; i++) {
                try (RawConnection leaving = new RawConnection(running.uri()).reset()) {
                    leaving.send("POST /v2/models/patient/infer HTTP/1.1\r\nHost: t\r\nContent-Length: " + ONE.length()
                            + "\r\n\r\n" + ONE);
                }
            }
            Client client = new Client(running.uri());
            TestModels.await(
                    () -> client.post("/v2/models/patient/infer", ONE).error().contains("not ready in time"),
                    "a place in the queue");
        }
    }
}
