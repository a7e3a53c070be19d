package dev.holdfast.engine;

import java.nio.file.Path;
import java.util.Set;

/** A worker process that infers so often and says {@code counted SUM-OF-SUCCESSES}, then waits to be killed. */
public final class WorkerMain {
    private WorkerMain() {}

    /** Arguments: root directory as {@link TestHolder} lays it out, model, how often. */
    public static void main(String[] arguments) throws Exception {
        TestHolder holder = new TestHolder(Path.of(arguments[0]));
        try (Models models = Models.open(holder.engine().withModels(Set.of(arguments[1])))) {
            models.awaitReady(TestHolder.LIMIT);
            Model model = models.get(arguments[1]);
            for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
                model.infer(InferenceRequest.of(TestModels.row(i, 4)));
            }
            System.out.println("counted " + model.statistics().get(0).success().count());
            System.out.flush();
            Thread.sleep(Long.MAX_VALUE);
        }
    }
}
