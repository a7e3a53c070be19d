package dev.holdfast.bench;

import dev.holdfast.bench.http.AnswerCheck;
import dev.holdfast.bench.http.LoadFigures;
import dev.holdfast.bench.http.LoadGenerator;
import dev.holdfast.bench.http.LoadPlan;
import dev.holdfast.bench.http.RequestBody;
import dev.holdfast.bench.http.RequestBytes;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** One fleet under a load of so many connections, several times; what came of all of them. */
final class FleetLoad {
    private static final Duration LEAD = Duration.ofMillis(300);

    private final LoadPlan plan;
    private final Samples median = new Samples();
    private final Samples tail = new Samples();
    private long answers;
    private long failures;
    private Optional<String> lastFailure = Optional.empty();

    FleetLoad(Fleet fleet, RequestBody request, int connections, AnswerCheck check) throws IOException {
        this.plan = LoadPlan.of(RequestBytes.post(fleet.url(), request), connections)
                .withCheck(check);
    }

    /** Requests a second over a time, connections and what they begin with left out. Failures count all the same. */
    double perSecond(Duration time) throws IOException, InterruptedException {
        try (LoadGenerator load = LoadGenerator.start(plan)) {
            count(load.takeAfter(LEAD));
            LoadFigures measured = load.takeAfter(time);
            count(measured);
            count(load.stop());
            median.add(measured.latencyMillis(0.5));
            tail.add(measured.latencyMillis(0.99));
            return measured.perSecond();
        }
    }

    private void count(LoadFigures figures) {
        answers += figures.requests();
        failures += figures.failures();
        lastFailure = figures.lastFailure().or(() -> lastFailure);
    }

    /** A sample for each time, in milliseconds. */
    Samples median() {
        return median;
    }

    /** The 99th percentile; a sample for each time, in milliseconds. */
    Samples tail() {
        return tail;
    }

    /** Requests answered rightly, those outside the measured times included. */
    long answers() {
        return answers;
    }

    long failures() {
        return failures;
    }

    Optional<String> lastFailure() {
        return lastFailure;
    }
}
