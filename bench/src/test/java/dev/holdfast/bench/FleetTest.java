package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.memory.ArenaLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Both sides of {@link ServeCommand}, over one small model. */
@Timeout(240)
class FleetTest {
    private static final ServedModel MODEL = ServedModel.linear(64);
    private static final List<String> OPTIONS =
            List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED");

    @TempDir
    static Path directory;

    private Workplace place;
    private Path file;

    @BeforeEach
    void writeModel() throws IOException {
        place = Workplace.in(directory);
        file = MODEL.writeTo(place.models());
    }

    @AfterEach
    void removePlace() throws IOException {
        place.close();
    }

    private Fleet plain(int count) throws IOException {
        JavaRuntime java = new JavaRuntime(Path.of(System.getProperty("java.home")), OPTIONS);
        return PlainFleet.start(java, count, MODEL.name(), file, 1, place.root().resolve("plain.log"));
    }

    /** Requests that were answered as the check wants it; fails if any was not. */
    private static void assertAnswers(Fleet fleet, OutputCheck check) throws Exception {
        FleetLoad load = new FleetLoad(fleet, MODEL.request(), 4, check);
        load.perSecond(Duration.ofMillis(200));
        assertThat(load.answers()).isPositive();
        assertThat(load.failures()).describedAs("%s", load.lastFailure()).isZero();
    }

    @Test
    void killedPlainServerIsReplacedOnTheSamePort() throws Exception {
        OutputCheck check = new OutputCheck();
        try (Fleet fleet = plain(2)) {
            List<Long> before = fleet.pids();
            assertAnswers(fleet, check);

            assertThat(fleet.replaceMillis()).isPositive();

            assertThat(fleet.pids()).hasSize(2).contains(before.get(1)).doesNotContain(before.get(0));
            assertAnswers(fleet, check);
            assertThat(Fleet.proportionalMib(fleet.pids())).isPositive();
        }
    }

    @Test
    void plainServersAnswerWhatWorkersAnswerAndAKilledWorkerIsReplaced() throws Exception {
        Path installation = installation();
        OutputCheck check = new OutputCheck();
        try (HolderProcess holder = HolderProcess.start(installation, place, ArenaLayout.PACKED)) {
            Serving.load(holder, List.of(MODEL.name()));
            try (Fleet plain = plain(1);
                    Fleet workers = ArbiterFleet.start(installation, place, holder, 1, MODEL.name(), OPTIONS)) {
                assertAnswers(plain, check);
                assertAnswers(workers, check);
                List<Long> before = workers.pids();

                assertThat(workers.replaceMillis()).isPositive();

                List<Long> replaced = new ArrayList<>(workers.pids());
                assertThat(replaced).hasSize(3).startsWith(before.get(0), before.get(1));
                assertThat(replaced).doesNotContain(before.get(2));
                assertAnswers(workers, check);
            }
        }
    }

    private static Path installation() throws IOException {
        Path target = Path.of("..", "distribution", "target").toAbsolutePath().normalize();
        List<Path> found = List.of();
        if (Files.isDirectory(target)) {
            try (Stream<Path> entries = Files.list(target)) {
                found = entries.filter(entry -> Files.isExecutable(entry.resolve("bin/holdfast"))
                                && Files.isDirectory(entry.resolve("lib/jetty")))
                        .toList();
            }
        }
        assumeTrue(!found.isEmpty(), "no installation in " + target + "; build it with mvn package -DskipTests");
        return found.get(0);
    }
}
