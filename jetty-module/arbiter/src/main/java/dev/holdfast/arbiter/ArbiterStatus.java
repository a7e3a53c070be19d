package dev.holdfast.arbiter;

import dev.holdfast.control.StartStage;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * What {@code holdfast ctl status --json} prints; {@code docs/arbiter.md} describes it.
 *
 * @param pid the arbiter's process id
 * @param url where the workers serve
 * @param wanted how many workers are to run
 * @param workers those that run, in the order of their start
 */
record ArbiterStatus(long pid, String url, int wanted, List<WorkerStatus> workers) {
    ArbiterStatus {
        workers = List.copyOf(workers);
    }

    /**
     * One worker.
     *
     * @param number from 1
     * @param pid its process id
     * @param state starting, live or retiring
     * @param ready whether it serves every model wanted
     * @param reason what is missing, if it is not ready
     * @param ageMillis since its process was started
     * @param requests begun since then
     * @param inFlight requests not answered yet
     * @param connections open now
     * @param stages how long after its process was started it came to each stage, in milliseconds
     */
    record WorkerStatus(
            int number,
            long pid,
            String state,
            boolean ready,
            String reason,
            long ageMillis,
            long requests,
            long inFlight,
            int connections,
            Map<String, Long> stages) {
        static WorkerStatus of(Worker worker, long nowNanos) {
            Map<String, Long> stages = new TreeMap<>();
            for (Map.Entry<StartStage, Long> stage : worker.stages().entrySet()) {
                stages.put(stage.getKey().name().toLowerCase(Locale.ROOT), stage.getValue());
            }
            return new WorkerStatus(
                    worker.number(),
                    worker.process().pid(),
                    worker.state().name().toLowerCase(Locale.ROOT),
                    worker.lastBeat().ready(),
                    worker.lastBeat().reason(),
                    TimeUnit.NANOSECONDS.toMillis(nowNanos - worker.startedNanos()),
                    worker.lastBeat().requests(),
                    worker.lastBeat().inFlight(),
                    worker.lastBeat().connections(),
                    stages);
        }
    }

    /** For people. */
    String toTable() {
        StringBuilder text = new StringBuilder(
                String.format(Locale.ROOT, "arbiter pid %d serves %s, %d workers wanted%n%n", pid, url, wanted));
        text.append(String.format(
                "%-6s %-8s %-9s %-6s %-8s %-9s %-9s %-11s %s%n",
                "WORKER", "PID", "STATE", "READY", "AGE", "REQUESTS", "IN FLIGHT", "CONNECTIONS", "REASON"));
        workers.forEach(worker -> text.append(String.format(
                Locale.ROOT,
                "%-6d %-8d %-9s %-6s %-8s %-9d %-9d %-11d %s%n",
                worker.number(),
                worker.pid(),
                worker.state(),
                worker.ready() ? "yes" : "no",
                worker.ageMillis() / 1000 + "s",
                worker.requests(),
                worker.inFlight(),
                worker.connections(),
                worker.reason())));
        return text.toString().stripTrailing();
    }
}
