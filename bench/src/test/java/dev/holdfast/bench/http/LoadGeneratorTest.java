package dev.holdfast.bench.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("core")
@Timeout(120)
class LoadGeneratorTest {
    private static final int CONNECTIONS = 7;
    private static final Duration STEP = Duration.ofMillis(20);

    /** All phases of a load that goes on until its right and its failed requests satisfy a condition each. */
    private static List<LoadFigures> load(LoadPlan plan, LongPredicate right, LongPredicate failed)
            throws IOException, InterruptedException {
        List<LoadFigures> phases = new ArrayList<>();
        try (LoadGenerator load = LoadGenerator.start(plan)) {
            do {
                phases.add(load.takeAfter(STEP));
            } while (!right.test(requests(phases)) || !failed.test(failures(phases)));
            phases.add(load.stop());
        }
        return phases;
    }

    private static long requests(List<LoadFigures> phases) {
        return phases.stream().mapToLong(LoadFigures::requests).sum();
    }

    private static long failures(List<LoadFigures> phases) {
        return phases.stream().mapToLong(LoadFigures::failures).sum();
    }

    private static long failures(List<LoadFigures> phases, Failure failure) {
        return phases.stream().mapToLong(phase -> phase.failures(failure)).sum();
    }

    private static long connects(List<LoadFigures> phases) {
        return phases.stream().mapToLong(LoadFigures::connects).sum();
    }

    private static LoadPlan get(URI url) throws IOException {
        return LoadPlan.of(RequestBytes.get(url), CONNECTIONS).withThreads(2);
    }

    private static LongPredicate atLeast(long count) {
        return value -> value >= count;
    }

    @Test
    void everyRequestIsCountedOnceAndConnectionsAreKept() throws Exception {
        try (JettyServer server = new JettyServer()) {
            List<LoadFigures> phases = load(get(server.url("/")), atLeast(2000), atLeast(0));
            assertThat(requests(phases)).isEqualTo(server.requests());
            assertThat(failures(phases)).isZero();
            assertThat(connects(phases)).isEqualTo(CONNECTIONS);
        }
    }

    @Test
    void bodiesLargerThanSocketBuffersArriveWhole() throws Exception {
        try (JettyServer server = new JettyServer()) {
            int floats = 4_000_000;
            LoadPlan plan = LoadPlan.of(RequestBytes.post(server.url("/"), SampleBodies.raw(floats)), 2);
            List<LoadFigures> phases = load(plan, atLeast(5), atLeast(0));
            assertThat(failures(phases)).isZero();
            assertThat(server.receivedBytes()).isEqualTo(requests(phases) * floats * Float.BYTES);
        }
    }

    @Test
    void politelyClosedConnectionIsNoFailure() throws Exception {
        try (JettyServer server = new JettyServer()) {
            List<LoadFigures> phases = load(get(server.url("/close")), atLeast(200), atLeast(0));
            assertThat(failures(phases)).isZero();
            assertThat(requests(phases)).isEqualTo(server.requests());
            assertThat(connects(phases)).isEqualTo(server.requests());
        }
    }

    @Test
    void chunkedAnswersAreReadToTheirEnd() throws Exception {
        try (JettyServer server = new JettyServer()) {
            AnswerCheck twice = body -> body.remaining() == 200_000;
            List<LoadFigures> phases = load(get(server.url("/chunked")).withCheck(twice), atLeast(50), atLeast(0));
            assertThat(failures(phases)).isZero();
            assertThat(connects(phases)).isEqualTo(CONNECTIONS);
        }
    }

    @Test
    void badStatusIsCountedApartAndKeepsTheConnection() throws Exception {
        try (JettyServer server = new JettyServer()) {
            List<LoadFigures> phases = load(get(server.url("/busy")), atLeast(100), atLeast(20));
            assertThat(failures(phases, Failure.BAD_STATUS)).isEqualTo(server.odd());
            assertThat(requests(phases) + failures(phases)).isEqualTo(server.requests());
            assertThat(connects(phases)).isEqualTo(CONNECTIONS);
        }
    }

    @Test
    void wrongBodyIsCountedApart() throws Exception {
        try (JettyServer server = new JettyServer()) {
            LoadPlan plan = LoadPlan.of(RequestBytes.get(server.url("/other")), 1);
            List<LoadFigures> phases = load(plan.withCheck(AnswerCheck.sameAsFirst()), atLeast(100), atLeast(20));
            assertThat(failures(phases, Failure.WRONG_BODY)).isEqualTo(server.odd());
            assertThat(requests(phases) + failures(phases)).isEqualTo(server.requests());
        }
    }

    private static void assertMistreatment(RudeServer.Manner manner, Failure failure) throws Exception {
        try (RudeServer server = new RudeServer(manner)) {
            LoadPlan plan = get(server.url()).withTimeout(Duration.ofMillis(500));
            List<LoadFigures> phases = load(plan, atLeast(20), atLeast(10));
            assertThat(failures(phases)).isEqualTo(server.mistreated());
            assertThat(failures(phases, failure)).isEqualTo(server.mistreated());
            assertThat(requests(phases)).isEqualTo(server.answered());
        }
    }

    @Test
    void resetInFlightIsCounted() throws Exception {
        assertMistreatment(RudeServer.Manner.RESETS, Failure.RESET);
    }

    @Test
    void halfAnAnswerIsCountedAsReset() throws Exception {
        assertMistreatment(RudeServer.Manner.ENDS_EARLY, Failure.RESET);
    }

    @Test
    void missingAnswerIsCountedAfterItsTimeout() throws Exception {
        assertMistreatment(RudeServer.Manner.IS_SILENT, Failure.TIMEOUT);
    }

    @Test
    void otherProtocolIsCounted() throws Exception {
        assertMistreatment(RudeServer.Manner.BABBLES, Failure.MALFORMED);
    }

    @Test
    void refusedConnectionsAreCountedAndTriedAgain() throws Exception {
        int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        URI url = URI.create("http://127.0.0.1:" + port + "/");
        List<LoadFigures> phases = load(get(url), atLeast(0), atLeast(3 * CONNECTIONS));
        assertThat(failures(phases, Failure.REFUSED)).isEqualTo(failures(phases));
        assertThat(requests(phases)).isZero();
    }

    @Test
    void checkThatThrowsEndsTheLoadLoudly() throws Exception {
        try (JettyServer server = new JettyServer()) {
            LoadPlan plan = get(server.url("/")).withCheck(body -> {
                throw new IllegalStateException("broken check");
            });
            assertThatThrownBy(() -> load(plan, atLeast(1), atLeast(0)))
                    .isInstanceOf(IOException.class)
                    .hasRootCauseMessage("broken check");
        }
    }

    @Test
    void onlyHttpUrlsAreTaken() {
        assertThatThrownBy(() -> RequestBytes.get(URI.create("https://localhost/")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("https://localhost/");
    }
}
