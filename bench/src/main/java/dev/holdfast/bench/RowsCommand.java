package dev.holdfast.bench;

import dev.holdfast.daemon.sample.LinearSample;
import dev.holdfast.engine.CudaConfig;
import dev.holdfast.engine.Model;
import dev.holdfast.engine.Models;
import dev.holdfast.memory.cuda.DeviceMemoryUse;
import dev.holdfast.memory.cuda.Nvml;
import dev.holdfast.protocol.HolderClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code bench/run rows}: what one run of {@code sample linear --sum} takes through the engine for so many rows, the rate at
 * which it reads the weights, and, on a device, how the memory in use grows from one number of rows to the next.
 */
@Command(name = "rows", description = "One run through the engine by its number of rows, on the processor or a GPU.")
final class RowsCommand implements Callable<Integer> {
    private static final String MODEL = LinearSample.DEFAULT_NAME;
    private static final double MEBIBYTE = 1 << 20;

    @Option(names = "--device", description = "The holder's --device; default ${DEFAULT-VALUE}.")
    private String device = "cpu";

    @Option(names = "--tf32", description = "Lets a GPU round the operands of products to TF32.")
    private boolean tf32;

    @Option(names = "--inputs", description = "Columns of the weights; default ${DEFAULT-VALUE}.")
    private int inputs = 4096;

    @Option(names = "--outputs", description = "Rows of the weights; default ${DEFAULT-VALUE}.")
    private int outputs = 4096;

    @Option(names = "--rows", split = ",", description = "In this order; default ${DEFAULT-VALUE}.")
    private List<Integer> rows = List.of(1, 2, 8, 16, 21, 32, 64);

    @Option(names = "--millis", description = "How long each; default ${DEFAULT-VALUE}.")
    private long millis = 500;

    @Option(names = "--directory", description = "Where models and state lie; default ${DEFAULT-VALUE}.")
    private Path directory = Bench.memoryDirectory();

    @Override
    public Integer call() throws Exception {
        Machine.describe("rows --device " + device + (tf32 ? " --tf32" : "") + " --inputs " + inputs + " --outputs "
                + outputs + " --millis " + millis);
        LinearSample sample = new LinearSample(MODEL, inputs, outputs, true);
        try (Workplace place = Workplace.in(directory)) {
            sample.writeTo(place.models());
            try (HolderProcess holder = HolderProcess.start(JavaRuntime.ofHolder(), place, device)) {
                Serving.load(holder, List.of(MODEL));
                try (Models models = Serving.open(place.socket(), List.of(MODEL), 1, config())) {
                    measure(models.get(MODEL), deviceOf(holder), sample.weightBytes());
                }
            }
        }
        System.out.printf(Locale.ROOT, "load average after: %s%n", Machine.load());
        return 0;
    }

    private CudaConfig config() {
        return new CudaConfig(tf32, OptionalLong.empty());
    }

    /** What the holder chose: a UUID or {@code cpu}. */
    private static String deviceOf(HolderProcess holder) {
        try (HolderClient client = holder.client()) {
            return client.list().get(0).versions().get(0).device();
        }
    }

    private void measure(Model model, String uuid, long weightBytes) {
        System.out.printf("device: %s%n", uuid);
        System.out.println("| rows | median ms | weights read, GB/s | GPU memory in use, MiB |");
        System.out.println("|---|---|---|---|");
        System.out.printf("| none yet | - | - | %s |%n", memory(uuid));
        for (int count : rows) {
            Workload workload = Workload.rows(MODEL, count, inputs);
            double median = Callers.medianMillis(() -> model.infer(workload.request()), millis);
            System.out.printf(
                    Locale.ROOT,
                    "| %d | %.3f | %.0f | %s |%n",
                    count,
                    median,
                    weightBytes / median / 1e6,
                    memory(uuid));
        }
    }

    private static String memory(String uuid) {
        if (uuid.equals("cpu")) {
            return "-";
        }
        try (Nvml nvml = Nvml.open()) {
            DeviceMemoryUse use = nvml.use(uuid);
            return String.format(Locale.ROOT, "%.0f", (use.totalBytes() - use.freeBytes()) / MEBIBYTE);
        }
    }
}
