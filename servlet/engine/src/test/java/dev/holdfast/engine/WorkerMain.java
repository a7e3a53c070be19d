package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.Set;

/** A worker process that does one of a few jobs, says how it went in one line, and waits to be killed. */
public final class WorkerMain {
    private static final int CALLERS = 4;

    private WorkerMain() {}

    /** Arguments: root directory as {@link TestHolder} lays it out, model, job, and what the job needs. */
    public static void main(String[] arguments) throws Exception {
        TestHolder holder = new TestHolder(Path.of(arguments[0]));
        try (Models models = Models.open(holder.engine().withModels(Set.of(arguments[1])))) {
            assertThat(models.awaitReady(TestHolder.LIMIT)).isTrue();
            Model model = models.get(arguments[1]);
            switch (arguments[2]) {
                case "serve" -> serve(model, Integer.parseInt(arguments[3]));
                case "mixed" -> mixed(model, Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]));
                case "follow" -> follow(model, Long.parseLong(arguments[3]));
                default -> throw new IllegalArgumentException(arguments[2]);
            }
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    /** Infers once on a row of that many numbers. */
    private static void serve(Model model, int width) {
        model.infer(InferenceRequest.of(TestModels.row(1, width)));
        say("served");
    }

    /** Many callers at once: failures, successes, rows, executions. */
    private static void mixed(Model model, int callers, int calls) throws InterruptedException {
        Load load = Load.start(callers, calls, (caller, call) -> MixedCalls.check(model, caller, call));
        int failed = load.join().size();
        VersionStatistics counted = model.statistics().get(0);
        say(failed + " " + counted.success().count() + " " + counted.inferenceCount() + " " + counted.executionCount());
    }

    /** Calls while versions come and go, until a while after the one given is active: how many calls failed. */
    private static void follow(Model model, long last) throws InterruptedException {
        Load load = Load.start(CALLERS, Integer.MAX_VALUE, (caller, call) -> TestModels.checkBias(model, caller));
        load.awaitMore(50);
        say("calling");
        // However long that takes: whoever started this process loads it, and has limits of its own.
        while (!model.active().equals(OptionalLong.of(last))) {
            Thread.sleep(10);
        }
        load.awaitMore(50);
        say("failed " + load.stop());
    }
}
