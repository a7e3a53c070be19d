package dev.holdfast.engine;

import dev.holdfast.daemon.holder.Holder;
import dev.holdfast.daemon.holder.HolderConfig;
import dev.holdfast.daemon.holder.PlacementArgument;
import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.onnxruntime.Environment;
import dev.holdfast.onnxruntime.LogListener;
import dev.holdfast.onnxruntime.OnnxRuntime;
import dev.holdfast.protocol.HolderClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The directories of a holder under test, and ways to start it: here, or in a process that can be killed. */
public final class TestHolder {
    /** Longest wait for anything. */
    public static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path root;

    /** Lays the directories out under {@code root}. */
    public TestHolder(Path root) throws IOException {
        this.root = root;
        Files.createDirectories(models());
    }

    /** For tests that count open files: JNA keeps one for itself from the first callback on. */
    static void loadLibrary() {
        Environment.open(OnnxRuntime.load(), LogListener.NONE).close();
    }

    Path root() {
        return root;
    }

    /** The model repository. */
    public Path models() {
        return root.resolve("models");
    }

    /** Where it listens. */
    public Path socket() {
        return root.resolve("weights.sock");
    }

    /** Starts it in this process. */
    public Holder start(ArenaLayout layout) throws IOException {
        return start(Placement.onHost(layout));
    }

    /** Starts it in this process. */
    public Holder start(Placement placement) throws IOException {
        return Holder.start(config(placement), InstantSource.system());
    }

    /** Starts it in this process, with loaders that use that build of ONNX Runtime. */
    Holder start(Placement placement, Path runtime) throws IOException {
        return Holder.start(config(placement).on(placement, Optional.of(runtime)), InstantSource.system());
    }

    private HolderConfig config(Placement placement) {
        return new HolderConfig(
                        models(),
                        socket(),
                        root.resolve("state"),
                        placement,
                        Long.MAX_VALUE,
                        Optional.empty(),
                        LIMIT,
                        List.of(),
                        false,
                        HolderConfig.DEFAULT_CACHE_LIMIT_BYTES,
                        List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"))
                // Who owns memory of a test's holder ends with it.
                .withOwnerPatience(Duration.ZERO);
    }

    /** Starts it in a process of its own, which serves when this returns. */
    ChildJvm startProcess(Placement placement) throws IOException, InterruptedException {
        ChildJvm holder = ChildJvm.start(HolderMain.class, root.toString(), PlacementArgument.of(placement));
        String line = holder.readLine();
        if (!line.equals("serving")) {
            throw new AssertionError(line);
        }
        return holder;
    }

    /** A connection to it. */
    public HolderClient client() {
        return HolderClient.connect(socket(), LIMIT);
    }

    /** Loads a model, and returns when it is published. */
    public void load(String model) {
        try (HolderClient client = client()) {
            client.load(model, Optional.empty(), false);
        }
    }

    EngineConfig engine() {
        return EngineConfig.defaults()
                .withSocket(socket())
                .withBackoff(Duration.ofMillis(20), Duration.ofMillis(200))
                .withIntraOpThreads(1);
    }

    /** Loads a model and gives it, served. */
    Models serve(String model, EngineConfig config) throws InterruptedException {
        load(model);
        Models models = Models.open(config);
        if (!models.awaitReady(LIMIT)) {
            Readiness readiness = models.readiness();
            models.close();
            throw new AssertionError("not ready: " + readiness);
        }
        return models;
    }

    /** Polls until something is so. */
    public static void await(BooleanSupplier condition, String what) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain: " + what);
            }
            Thread.sleep(10);
        }
    }
}
