package dev.holdfast.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.inference.Client.Answer;
import dev.holdfast.memory.ChildJvm;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Two worker processes, one in each container, and many clients of both. */
@Tag("core")
class WorkersTest {
    private static final int CLIENTS = 64;
    private static final int CALLS = 20;
    private static final String MODEL = "shared";

    @Test
    void everyAnswerIsItsOwnRequestsAndCountsAddUp() throws Exception {
        String socket = TestModels.get().socket().toString();
        long counted = TestModels.get().models().get(MODEL).counter();
        try (ChildJvm jetty = ChildJvm.start(ServerMain.class, "JETTY", socket, MODEL);
                ChildJvm tomcat = ChildJvm.start(ServerMain.class, "TOMCAT", socket, MODEL)) {
            List<Client> workers = List.of(client(jetty), client(tomcat));
            callFromAll(workers);
            assertThat(sum(workers, "/inference_stats/success/count")).isEqualTo(CLIENTS * CALLS);
            assertThat(sum(workers, "/inference_stats/fail/count")).isZero();
            assertThat(sum(workers, "/inference_count")).isEqualTo(allRows());
            for (Client worker : workers) {
                assertThat(worker.get("/v2/models/shared/stats")
                                .json()
                                .at("/model_stats/0/counter")
                                .asLong())
                        .isEqualTo(counted + CLIENTS * CALLS);
            }
        }
    }

    private static Client client(ChildJvm worker) throws InterruptedException {
        return new Client(URI.create("http://127.0.0.1:" + worker.readLine()));
    }

    private static long sum(List<Client> workers, String pointer) throws Exception {
        long sum = 0;
        for (Client worker : workers) {
            JsonNode statistics = worker.get("/v2/models/shared/stats").json();
            sum += statistics.at("/model_stats/0" + pointer).asLong();
        }
        return sum;
    }

    private static void callFromAll(List<Client> workers) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int number = i;
                all.add(clients.submit(() -> {
                    for (int call = 0; call < CALLS; call++) {
                        call(workers.get((number + call) % workers.size()), number, call);
                    }
                    return true;
                }));
            }
            for (Future<?> one : all) {
                assertThat(one.get()).isEqualTo(true);
            }
        } finally {
            clients.shutdownNow();
        }
    }

    private static int rows(int client, int call) {
        return 1 + (client + call) % 3;
    }

    private static long allRows() {
        long rows = 0;
        for (int client = 0; client < CLIENTS; client++) {
            for (int call = 0; call < CALLS; call++) {
                rows += rows(client, call);
            }
        }
        return rows;
    }

    /** In JSON and in binary by turns. */
    private static void call(Client worker, int client, int call) throws Exception {
        int width = 1 + client % 5;
        float[] values = new float[rows(client, call) * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = client * 10_000 + call * 100 + i;
        }
        String id = client + "/" + call;
        String shape = "[" + rows(client, call) + "," + width + "]";
        String head = "{\"id\":\"" + id + "\",\"parameters\":{\"binary_data_output\":" + (call % 2 == 1)
                + "},\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":" + shape + ",\"data\":";
        Answer answer = worker.post("/v2/models/shared/infer", head + Arrays.toString(values) + "}]}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.text()).contains("\"id\":\"" + id + "\"").contains("\"shape\":" + shape);
        assertThat(call % 2 == 1 ? binary(answer) : json(answer)).containsExactly(values);
    }

    private static float[] json(Answer answer) {
        JsonNode data = answer.json().at("/outputs/0/data");
        float[] values = new float[data.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = data.get(i).floatValue();
        }
        return values;
    }

    private static float[] binary(Answer answer) {
        int jsonBytes = Integer.parseInt(answer.header("Inference-Header-Content-Length"));
        byte[] body = answer.http().body();
        float[] values = new float[(body.length - jsonBytes) / Float.BYTES];
        ByteBuffer.wrap(body, jsonBytes, body.length - jsonBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }
}
