package dev.holdfast.bench.http;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code bench/run drive}: puts an HTTP server under load. Also a program of its own, which needs HdrHistogram and
 * picocli alone. Exits with 1 if any request failed in any phase, or none was answered.
 */
@Command(
        name = "drive",
        description = "Puts an HTTP server under load: a closed loop on keep-alive connections.",
        mixinStandardHelpOptions = true)
public final class DriveCommand implements Callable<Integer> {
    @Option(names = "--url", required = true, description = "http://HOST[:PORT]/PATH")
    private URI url = URI.create("http://127.0.0.1/");

    @Option(names = "--connections", description = "Each with one request in flight; default ${DEFAULT-VALUE}.")
    private int connections = 1;

    @Option(names = "--threads", description = "Default a quarter of the processors, 4 at most.")
    private int threads;

    @Option(names = "--warmup", description = "Seconds before the measured ones; default ${DEFAULT-VALUE}.")
    private double warmUp = 1;

    @Option(names = "--seconds", description = "Measured; default ${DEFAULT-VALUE}.")
    private double seconds = 10;

    @Option(
            names = "--body",
            description = "linear:INPUTS, minilm:BATCHxTOKENS (V2 requests), raw:INPUTS (FP32 alone) or a file;"
                    + " without it, GET.")
    private String body = "";

    @Option(names = "--binary", description = "V2 tensors as binary data, both ways.")
    private boolean binary;

    @Option(names = "--timeout", description = "Seconds for a request; default ${DEFAULT-VALUE}.")
    private double timeout = 30;

    @Option(names = "--same", description = "Every answer's body must equal the first one's.")
    private boolean same;

    @Option(names = "--json", description = "One JSON object a phase.")
    private boolean json;

    /** Runs it without {@code bench/run}. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new DriveCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        LoadFigures before;
        LoadFigures measured;
        LoadFigures after;
        try (LoadGenerator load = LoadGenerator.start(plan())) {
            before = load.takeAfter(duration(warmUp));
            measured = load.takeAfter(duration(seconds));
            after = load.stop();
        }
        print("warm-up", before);
        print("measured", measured);
        print("last answers", after);
        after.lastFailure().ifPresent(reason -> System.err.println("last failure: " + reason));
        boolean allRight = before.failures() + measured.failures() + after.failures() == 0;
        return allRight && measured.requests() > 0 ? 0 : 1;
    }

    private LoadPlan plan() throws IOException {
        RequestBytes request =
                body.isEmpty() ? RequestBytes.get(url) : RequestBytes.post(url, SampleBodies.named(body, binary));
        LoadPlan plan = LoadPlan.of(request, connections)
                .withTimeout(duration(timeout))
                .withCheck(same ? AnswerCheck.sameAsFirst() : AnswerCheck.ANY);
        return threads == 0 ? plan : plan.withThreads(threads);
    }

    private static Duration duration(double inSeconds) {
        return Duration.ofMillis(Math.round(inSeconds * 1000));
    }

    private void print(String phase, LoadFigures figures) {
        System.out.println(
                json ? "{\"phase\":\"" + phase + "\"," + figures.toJson().substring(1) : phase + ": " + figures);
    }
}
