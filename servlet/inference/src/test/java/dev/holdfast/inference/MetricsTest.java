package dev.holdfast.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.Cancellation;
import dev.holdfast.engine.DataType;
import dev.holdfast.engine.InferenceRequest;
import dev.holdfast.engine.Models;
import dev.holdfast.engine.Shape;
import dev.holdfast.engine.Tensor;
import dev.holdfast.engine.TensorData;
import dev.holdfast.inference.Client.Answer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code /metrics} says, and where. */
@Tag("core")
class MetricsTest {
    private static final String ECHO2 = "{model=\"echo\",version=\"2\"}";
    private static final String PATIENT = "{model=\"patient\",version=\"1\"}";

    private static Exposition scrape(Client client) throws Exception {
        Answer answer = client.get("/metrics");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.header("Content-Type").replace(" ", "")).isEqualTo("text/plain;version=0.0.4;charset=utf-8");
        return Exposition.parse(answer.text());
    }

    private static String body(String type, int rows) {
        return "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"" + type + "\",\"shape\":[" + rows + ",1],\"data\":["
                + String.join(",", Collections.nCopies(rows, "1")) + "]}]}";
    }

    @ParameterizedTest
    @EnumSource
    void countersAndHistogramsFollowWhatIsSent(Container container) throws Exception {
        Client client = TestModels.get().client(container);
        Exposition before = scrape(client);
        for (int i = 0; i < 3; i++) {
            assertThat(client.post("/v2/models/echo/versions/2/infer", body("FP32", 1))
                            .status())
                    .isEqualTo(200);
        }
        assertThat(client.post("/v2/models/echo/versions/2/infer", body("INT32", 1))
                        .status())
                .isEqualTo(400);
        assertThat(client.post("/v2/models/echo/versions/977/infer", body("FP32", 1))
                        .status())
                .isEqualTo(404);
        assertThat(client.post("/v2/models/stranger/infer", body("FP32", 1)).status())
                .isEqualTo(404);
        assertThat(client.post("/v2/models/patient/infer", body("FP32", 16)).status())
                .isEqualTo(200);
        Exposition after = scrape(client);
        assertThat(after.since(before, "holdfast_inference_request_success_total" + ECHO2))
                .isEqualTo(3);
        assertThat(after.since(before, "holdfast_inference_exec_count_total" + ECHO2))
                .isEqualTo(3);
        assertThat(after.since(before, failures("echo", "INVALID", "2"))).isEqualTo(1);
        assertThat(after.since(before, failures("echo", "VERSION_NOT_FOUND", "")))
                .isEqualTo(1);
        assertThat(after.since(before, "holdfast_shared_counter_total{model=\"echo\"}"))
                .isEqualTo(3);
        assertThat(after.since(before, "holdfast_inference_count_total" + PATIENT))
                .isEqualTo(16);
        assertThat(after.since(before, "holdfast_inference_exec_count_total" + PATIENT))
                .isEqualTo(1);
        assertThat(after.since(before, "holdfast_inference_batch_size_sum" + PATIENT))
                .isEqualTo(16);
        assertThat(after.since(before, bucket("8"))).isZero();
        assertThat(after.since(before, bucket("16"))).isEqualTo(1);
        assertThat(seriesOf("echo", after)).isEqualTo(seriesOf("echo", before));
        assertThat(after.samples().keySet()).noneMatch(series -> series.matches(".*(stranger|977).*"));
        for (String what : List.of("request", "queue", "compute_input", "compute_infer", "compute_output")) {
            String times = "holdfast_inference_" + what + "_duration_seconds";
            assertThat(after.since(before, times + "_count" + ECHO2)).isEqualTo(3);
            assertThat(after.since(before, times + "_sum" + ECHO2)).isGreaterThanOrEqualTo(0);
        }
        assertThat(after.since(before, "holdfast_inference_request_duration_seconds_sum" + ECHO2))
                .isPositive();
    }

    private static List<String> seriesOf(String model, Exposition metrics) {
        return metrics.samples().keySet().stream()
                .filter(series -> series.contains("model=\"" + model + "\""))
                .toList();
    }

    private static String failures(String model, String reason, String version) {
        return "holdfast_inference_request_failure_total{model=\"" + model + "\",reason=\"" + reason + "\",version=\""
                + version + "\"}";
    }

    private static String bucket(String bound) {
        return "holdfast_inference_batch_size_bucket{model=\"patient\",version=\"1\",le=\"" + bound + ".0\"}";
    }

    @ParameterizedTest
    @EnumSource
    void queueIsSeenAndSoIsWhatItRefuses(Container container) throws Exception {
        Client client = TestModels.get().client(container);
        Exposition before = scrape(client);
        Cancellation cancellation = new Cancellation();
        Tensor row = new Tensor("x", DataType.FP32, Shape.of(1, 1), TensorData.ofFloats(1));
        CompletionStage<?> waits = TestModels.get()
                .models()
                .get("patient")
                .inferAsync(InferenceRequest.of(row).withCancellation(cancellation));
        assertThat(scrape(client).value("holdfast_inference_pending_request_count" + PATIENT))
                .isEqualTo(1);
        assertThat(client.post("/v2/models/patient/infer", body("FP32", 1)).status())
                .isEqualTo(503);
        cancellation.cancel();
        CompletableFuture<?> over = waits.toCompletableFuture().handle((answer, failure) -> failure);
        assertThat(over.join()).isNotNull();
        scrapeOfAnEmptyQueue(client);
        String timed = "{\"parameters\":{\"timeout\":1000}," + body("FP32", 1).substring(1);
        assertThat(client.post("/v2/models/patient/infer", timed).status()).isEqualTo(503);
        Exposition after = scrapeOfAnEmptyQueue(client);
        for (String reason : List.of("QUEUE_FULL", "CANCELLED", "TIMEOUT")) {
            assertThat(after.since(before, failures("patient", reason, "1")))
                    .as(reason)
                    .isEqualTo(1);
        }
        assertThat(after.since(before, "holdfast_inference_request_success_total" + PATIENT))
                .isZero();
    }

    /** A request that is given up leaves the queue just after its answer. */
    private static Exposition scrapeOfAnEmptyQueue(Client client) throws Exception {
        long deadline = System.nanoTime() + TestModels.LIMIT.toNanos();
        Exposition metrics = scrape(client);
        while (metrics.value("holdfast_inference_pending_request_count" + PATIENT) > 0) {
            assertThat(System.nanoTime()).as("an empty queue in time").isLessThan(deadline);
            Thread.sleep(10);
            metrics = scrape(client);
        }
        return metrics;
    }

    @Test
    void stateIsThatOfTheEngine() throws Exception {
        Models models = TestModels.get().models();
        Exposition metrics = scrape(TestModels.get().client(Container.JETTY));
        assertThat(metrics.value("holdfast_ready")).isEqualTo(1);
        assertThat(metrics.value("holdfast_holder_connected")).isEqualTo(1);
        assertThat(metrics.value("holdfast_model_ready{model=\"echo\"}")).isEqualTo(1);
        assertThat(metrics.value("holdfast_model_active_version{model=\"echo\"}"))
                .isEqualTo(2);
        assertThat(metrics.value("holdfast_versions{model=\"echo\",stage=\"serving\"}"))
                .isEqualTo(2);
        assertThat(metrics.value("holdfast_versions{model=\"echo\",stage=\"failed\"}"))
                .isZero();
        assertThat(metrics.value("holdfast_leases_held{model=\"echo\"}")).isEqualTo(2);
        assertThat(metrics.value("holdfast_leases_connected{model=\"echo\"}")).isEqualTo(2);
        assertThat(metrics.value("holdfast_arena_bytes{model=\"pick\",version=\"1\"}"))
                .isEqualTo((double) models.get("pick").version().arenaBytes());
    }

    @ParameterizedTest
    @EnumSource
    void openMetricsIsGivenToWhoAcceptsItAndTextToOthers(Container container) throws Exception {
        Client client = TestModels.get().client(container);
        Answer open = client.send(
                "GET",
                "/metrics",
                new byte[0],
                "Accept",
                "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
        assertThat(open.header("Content-Type")).startsWith("application/openmetrics-text");
        assertThat(open.text())
                .endsWith("# EOF\n")
                .contains("# TYPE holdfast_inference_count counter\n")
                .contains("holdfast_inference_count_total{model=\"echo\"");
        String protobuf =
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,*/*;q=0.1";
        assertThat(client.send("GET", "/metrics", new byte[0], "Accept", protobuf)
                        .header("Content-Type"))
                .startsWith("text/plain");
        assertThat(client.post("/metrics", "").status()).isEqualTo(405);
    }

    @ParameterizedTest
    @EnumSource
    void settingTurnsThemOff(Container container) throws Exception {
        Map<String, String> off = Map.of(Setting.METRICS.key(), "off");
        try (Container.Running running =
                container.start(off, Optional.of(TestModels.get().models()))) {
            Client client = new Client(running.uri());
            assertThat(client.get("/metrics").status()).isEqualTo(404);
            assertThat(client.get("/v2/health/live").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everySeriesOfAWorkerHasItsLabel(Container container) throws Exception {
        Map<String, String> worker = Map.of(Setting.METRICS_WORKER.key(), "2");
        try (Container.Running running =
                container.start(worker, Optional.of(TestModels.get().models()))) {
            assertThat(new Client(running.uri()).get("/metrics").text().lines().filter(line -> !line.startsWith("#")))
                    .isNotEmpty()
                    .allMatch(line -> line.contains("worker=\"2\""));
        }
    }

    @Test
    void anotherContextHasThemWhateverIsConfigured() throws Exception {
        ServletContextHandler context = new ServletContextHandler("/operations");
        context.setInitParameter(Setting.METRICS.key(), "off");
        context.addServlet(new ServletHolder(new MetricsServlet(TestModels.get().models())), "/metrics");
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, 1, 1);
        server.addConnector(connector);
        server.setHandler(context);
        server.start();
        try {
            Client client = new Client(URI.create("http://127.0.0.1:" + connector.getLocalPort()));
            assertThat(Exposition.parse(client.get("/operations/metrics").text())
                            .types())
                    .containsKey("holdfast_ready");
        } finally {
            server.stop();
        }
    }

    /** Name, type and labels of each row of the first table in docs/metrics.md. */
    private static Map<String, List<Object>> documented() throws Exception {
        Map<String, List<Object>> rows = new TreeMap<>();
        Pattern row = Pattern.compile("\\| `(holdfast_\\w+)` \\| (\\w+) \\| ([^|]*)\\|.*");
        for (String line : Files.readAllLines(Path.of("../../docs/metrics.md"))) {
            Matcher matcher = row.matcher(line);
            if (matcher.matches()) {
                Set<String> labels = Arrays.stream(matcher.group(3).split("[`, ]+"))
                        .filter(label -> !label.isEmpty())
                        .collect(Collectors.toCollection(TreeSet::new));
                rows.put(matcher.group(1), List.of(matcher.group(2), labels));
            }
        }
        return rows;
    }

    @Test
    void documentListsExactlyWhatIsExposed() throws Exception {
        Exposition metrics = scrape(TestModels.get().client(Container.TOMCAT));
        Map<String, List<Object>> exposed = new TreeMap<>();
        metrics.types().forEach((name, type) -> exposed.put(name, List.of(type, metrics.labels(name))));
        assertThat(documented()).isEqualTo(exposed);
    }
}
