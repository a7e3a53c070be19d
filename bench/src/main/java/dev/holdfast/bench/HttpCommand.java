package dev.holdfast.bench;

import dev.holdfast.engine.Model;
import dev.holdfast.engine.VersionStatistics;
import dev.holdfast.memory.ArenaLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code bench/run http}: requests to the V2 servlet beside the same bytes to a servlet that only echoes them, on one
 * Jetty in this JVM, from one client. The model answers what it is asked.
 *
 * <p>The overhead of a request is its time, less that of the echo, less what the engine's statistics say that the run
 * took (inputs put in place, computed, outputs taken out), all in the same round.
 */
@Command(name = "http", description = "The V2 servlet beside a servlet that only echoes.")
final class HttpCommand implements Callable<Integer> {
    private static final String BINARY = "echo";
    private static final String JSON = "numbers";

    @Option(names = "--rounds", description = "How often each; default ${DEFAULT-VALUE}.")
    private int rounds = 15;

    @Option(names = "--millis", description = "How long each, a round; default ${DEFAULT-VALUE}.")
    private long millis = 500;

    @Option(names = "--bytes", description = "Of a body, about; default ${DEFAULT-VALUE}.")
    private int sizeBytes = 40_000;

    @Option(names = "--warm-up", description = "Rounds before the measured ones; default ${DEFAULT-VALUE}.")
    private int warmUp = 6;

    @Option(names = "--directory", description = "Where models and state lie; default ${DEFAULT-VALUE}.")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    /** A request to the servlet, and the same bytes as an echo. */
    private record Pair(String name, ByteBuffer inference, ByteBuffer echo, Model model) {}

    @Override
    public Integer call() throws Exception {
        Machine.describe(
                "http --rounds " + rounds + " --millis " + millis + " --bytes " + sizeBytes + " --warm-up " + warmUp);
        try (Workplace place = Workplace.in(directory)) {
            new EchoModel(BINARY, sizeBytes / Float.BYTES).writeTo(place.models());
            new EchoModel(JSON, numbers().size()).writeTo(place.models());
            try (Serving serving = Serving.start(place, ArenaLayout.PACKED, List.of(BINARY, JSON), 1);
                    JettyServer server = new JettyServer(serving.models());
                    HttpConnection client = new HttpConnection(server.address())) {
                measure(client, binary(serving.model(BINARY)));
                measure(client, json(serving.model(JSON)));
            }
        }
        System.out.printf(Locale.ROOT, "load average after: %s%n", Machine.load());
        return 0;
    }

    private Pair binary(Model model) {
        int width = sizeBytes / Float.BYTES;
        byte[] head = ("{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1," + width
                        + "],\"parameters\":{\"binary_data_size\":" + width * Float.BYTES
                        + "}}],\"parameters\":{\"binary_data_output\":true}}")
                .getBytes(StandardCharsets.UTF_8);
        ByteBuffer body = ByteBuffer.allocate(head.length + width * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(head);
        IntStream.range(0, width).forEach(i -> body.putFloat((float) Math.sin(i)));
        return pair(
                "binary",
                model,
                body.array(),
                "Content-Type: application/octet-stream",
                "Inference-Header-Content-Length: " + head.length);
    }

    private Pair json(Model model) {
        String body = "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,"
                + numbers().size() + "],\"data\":[" + String.join(",", numbers()) + "]}]}";
        return pair("JSON", model, body.getBytes(StandardCharsets.UTF_8), "Content-Type: application/json");
    }

    private List<String> numbers() {
        return IntStream.range(0, sizeBytes / "0.123456,".length())
                .mapToObj(i -> String.format(Locale.ROOT, "%.6f", Math.abs(Math.sin(i))))
                .collect(Collectors.toList());
    }

    private static Pair pair(String name, Model model, byte[] body, String... headers) {
        return new Pair(
                name,
                HttpConnection.request("/v2/models/" + model.name() + "/infer", body, headers),
                HttpConnection.request("/echo", body, headers),
                model);
    }

    private void measure(HttpConnection client, Pair pair) throws Exception {
        Samples run = new Samples();
        Rounds measured = new Rounds()
                .way("echo", () -> micros(client, pair.echo()))
                .way("V2", () -> {
                    VersionStatistics before = pair.model().statistics().get(0);
                    double whole = micros(client, pair.inference());
                    run.add(runMicros(before, pair.model().statistics().get(0)));
                    return whole;
                })
                .run(warmUp, rounds);
        System.out.printf(
                Locale.ROOT,
                "%n%s: %d bytes to the servlet and %d back%n",
                pair.name(),
                pair.inference().remaining(),
                client.exchange(pair.inference()));
        print(pair.name(), measured, run);
    }

    private void print(String name, Rounds measured, Samples run) {
        Samples overhead = new Samples();
        for (int i = 0; i < rounds; i++) {
            overhead.add(measured.of("V2").get(i) - measured.of("echo").get(i) - run.get(run.count() - rounds + i));
        }
        System.out.println("| body | echo us | V2 us | of it the run | overhead us |");
        System.out.println("|---|---|---|---|---|");
        System.out.printf(
                Locale.ROOT,
                "| %s | %.1f | %.1f | %.1f | %.1f |%n",
                name,
                measured.of("echo").median(),
                measured.of("V2").median(),
                run.median(),
                overhead.median());
        measured.printRaw("us, " + name);
        System.out.printf(Locale.ROOT, "us, %s, overhead: %s%n", name, overhead.raw());
    }

    private double micros(HttpConnection client, ByteBuffer request) {
        return 1000 * Callers.medianMillis(() -> exchange(client, request), millis);
    }

    private static void exchange(HttpConnection client, ByteBuffer request) {
        try {
            client.exchange(request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The mean run of those between two readings. */
    private static double runMicros(VersionStatistics before, VersionStatistics after) {
        long nanos = after.computeInput().nanos()
                + after.computeInfer().nanos()
                + after.computeOutput().nanos()
                - before.computeInput().nanos()
                - before.computeInfer().nanos()
                - before.computeOutput().nanos();
        return nanos / 1e3 / (after.success().count() - before.success().count());
    }
}
