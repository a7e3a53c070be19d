package dev.holdfast.daemon.holder;

import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.Mapping;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.memory.cuda.CudaDriver;
import dev.holdfast.memory.cuda.StrayWrite;
import dev.holdfast.onnxruntime.CudaSettings;
import dev.holdfast.onnxruntime.Device;
import dev.holdfast.onnxruntime.Environment;
import dev.holdfast.onnxruntime.LogListener;
import dev.holdfast.onnxruntime.OnnxRuntime;
import dev.holdfast.onnxruntime.OrtValue;
import dev.holdfast.onnxruntime.Outputs;
import dev.holdfast.onnxruntime.PackedWeights;
import dev.holdfast.onnxruntime.PlacedInitializer;
import dev.holdfast.onnxruntime.PlacedWeights;
import dev.holdfast.onnxruntime.Session;
import dev.holdfast.onnxruntime.SessionOptions;
import dev.holdfast.onnxruntime.SharedWeights;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.HolderException;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.TensorType;
import dev.holdfast.protocol.VersionSelector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A worker process: leases, maps, and then reads every byte once ({@code map}), digests them ({@code digest}), tries to
 * write to device memory ({@code write}), or runs the model over and over ({@code session}), and brings the version back
 * whenever the holder is gone.
 *
 * <p>Says what came of a digest or a write. Otherwise says {@code ready DIGEST}, then, in session mode, {@code reads on} after runs without a holder,
 * {@code reattached DIGEST} when a new holder has it, and {@code wrong} if an answer ever changes.
 */
public final class ReaderMain {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int RUNS_ALONE = 20;

    private final Path socket;

    private ReaderMain(Path socket) {
        this.socket = socket;
    }

    /** Arguments: socket, model, what it is to do, and for sessions the width of input {@code x}. */
    public static void main(String[] arguments) throws Exception {
        ReaderMain reader = new ReaderMain(Path.of(arguments[0]));
        try (HolderClient client = HolderClient.connect(reader.socket, LIMIT);
                Lease lease = client.lease(arguments[1], VersionSelector.active(), LIMIT, Optional.empty());
                WeightArena arena = lease.openArena()) {
            switch (arguments[2]) {
                case "map" -> reader.readAll(lease, arena);
                case "digest" -> digest(arena);
                case "write" -> write(arena);
                default -> reader.runOverAndOver(lease, arena, Integer.parseInt(arguments[3]));
            }
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private void readAll(Lease lease, WeightArena arena) throws InterruptedException {
        try (Mapping mapping = arena.map()) {
            ByteBuffer chunk = ByteBuffer.allocateDirect(1 << 20);
            for (long offset = 0; offset < mapping.sizeBytes(); offset += chunk.capacity()) {
                chunk.clear().limit((int) Math.min(chunk.capacity(), mapping.sizeBytes() - offset));
                mapping.copyOut(offset, chunk);
            }
            say("ready " + lease.manifest().arena().digest());
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    private static void digest(WeightArena arena) throws InterruptedException {
        say("digest " + arena.digest());
        Thread.sleep(Long.MAX_VALUE);
    }

    private static void write(WeightArena arena) throws InterruptedException {
        try (Mapping mapping = arena.map()) {
            for (StrayWrite write : StrayWrite.values()) {
                say(write + " " + write.attempt(mapping));
            }
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    private void runOverAndOver(Lease first, WeightArena arena, int width) throws Exception {
        try (Environment environment = Environment.open(OnnxRuntime.load(), LogListener.NONE);
                SessionOptions options = setUp(SessionOptions.create(environment.runtime()), first);
                Session session = weights(first, arena).open(environment, options)) {
            List<Float> expected = run(environment, session, width);
            say("ready " + first.manifest().arena().digest());
            Lease lease = first;
            while (true) {
                check(expected, run(environment, session, width));
                if (!lease.isConnected()) {
                    for (int i = 0; i < RUNS_ALONE; i++) {
                        check(expected, run(environment, session, width));
                    }
                    say("reads on");
                    lease = bringBack(lease);
                    say("reattached " + lease.manifest().arena().digest());
                }
            }
        }
    }

    private static void check(List<Float> expected, List<Float> actual) {
        if (!actual.equals(expected)) {
            say("wrong");
        }
    }

    private Lease bringBack(Lease lost) throws InterruptedException {
        while (true) {
            try (HolderClient client = HolderClient.connect(socket, LIMIT)) {
                Lease again = client.offer(lost);
                lost.close();
                return again;
            } catch (HolderException e) {
                Thread.sleep(50);
            }
        }
    }

    private static SessionOptions setUp(SessionOptions options, Lease lease) {
        return device(lease).equals(Device.CPU)
                ? options
                : options.provider(CudaSettings.onDevice(device(lease).id()).provider());
    }

    private static Device device(Lease lease) {
        String device = lease.manifest().arena().device();
        return device.equals("cpu")
                ? Device.CPU
                : Device.cuda(CudaDriver.load().device(device).ordinal());
    }

    private static SharedWeights weights(Lease lease, WeightArena arena) {
        Path graph = lease.directory().resolve("graph");
        if (arena.layout() == ArenaLayout.PACKED) {
            return new PackedWeights(graph);
        }
        Mapping mapping = arena.map();
        List<PlacedInitializer> initializers = lease.manifest().tensors().stream()
                .map(t -> new PlacedInitializer(
                        t.name(), t.type().onnxNumber(), t.shape(), t.offsetBytes(), t.lengthBytes()))
                .toList();
        return new PlacedWeights(graph, device(lease), mapping.address(), mapping.sizeBytes(), initializers, mapping);
    }

    /** One run on an input of ones; gives the outputs' first row. */
    private static List<Float> run(Environment environment, Session session, int width) {
        ByteBuffer ones = ByteBuffer.allocateDirect(width * Float.BYTES).order(ByteOrder.nativeOrder());
        FloatBuffer floats = ones.asFloatBuffer();
        while (floats.hasRemaining()) {
            floats.put(1);
        }
        try (OrtValue x = OrtValue.over(
                        environment.runtime(), ones, TensorType.FLOAT.onnxNumber(), List.of(1L, (long) width));
                Outputs outputs = session.run(Map.of("x", x))) {
            FloatBuffer y = outputs.values()
                    .values()
                    .iterator()
                    .next()
                    .bytes()
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
            return IntStream.range(0, y.limit()).mapToObj(y::get).toList();
        }
    }
}
