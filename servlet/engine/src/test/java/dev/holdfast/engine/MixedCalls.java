package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

/** Calls of a model {@code y = x} that differ in rows, width and values, so that no answer could be another call's. */
final class MixedCalls {
    private MixedCalls() {}

    /** Calls, now waiting, now not, and looks at the answer. */
    static void check(Model model, int caller, int call) {
        int width = 1 + caller % 5;
        float[] values = new float[rows(caller, call) * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = caller * 10_000 + call * 100 + i;
        }
        Tensor x = TestModels.floats("x", Shape.of(rows(caller, call), width), values);
        InferenceRequest request = InferenceRequest.of(x);
        InferenceResponse response = call % 2 == 0
                ? model.infer(request)
                : model.inferAsync(request).toCompletableFuture().join();
        assertThat(response.output("y").shape()).isEqualTo(x.shape());
        assertThat(TestModels.floats(response.output("y"))).containsExactly(values);
    }

    private static int rows(int caller, int call) {
        return 1 + (caller + call) % 3;
    }

    /** Rows of all calls together. */
    static long rowsOf(int callers, int calls) {
        long rows = 0;
        for (int caller = 0; caller < callers; caller++) {
            for (int call = 0; call < calls; call++) {
                rows += rows(caller, call);
            }
        }
        return rows;
    }
}
