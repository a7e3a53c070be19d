package dev.holdfast.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.holdfast.daemon.holder.Holder;
import dev.holdfast.daemon.holder.HolderConfig;
import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.onnx.OnnxGraph;
import dev.holdfast.daemon.onnx.OnnxGraph.Content;
import dev.holdfast.daemon.onnx.OnnxGraph.Initializer;
import dev.holdfast.daemon.onnx.OnnxGraph.Node;
import dev.holdfast.daemon.onnx.OnnxModelWriter;
import dev.holdfast.engine.DataType;
import dev.holdfast.engine.EngineConfig;
import dev.holdfast.engine.Models;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.protocol.TensorDeclaration;
import dev.holdfast.protocol.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * A holder and an engine with small models, started once for all tests of a run.
 *
 * <ul>
 *   <li>{@code echo}: y = x, FP32 of two dimensions; versions 1 and 2.
 *   <li>{@code texts}: y = x, BYTES of one dimension.
 *   <li>{@code rows}: y = x, INT32 of [2, any].
 *   <li>{@code types}: for each type but BYTES, y_TYPE = x_TYPE of one dimension.
 *   <li>{@code patient}: as echo, but a lone request waits for a batch that never fills, and only one may wait.
 *   <li>{@code pick}: y = b[x], b FP32 [4], x INT64 of one dimension; an index beyond 3 fails the run.
 *   <li>{@code shared}: as echo, in batches of up to 16 by two instances.
 *   <li>{@code spare}: as texts; not loaded.
 * </ul>
 */
final class TestModels implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(60);

    private static final List<String> NAMES = List.of("echo", "texts", "rows", "types", "patient", "pick", "shared");

    private static Optional<TestModels> running = Optional.empty();

    private final Path root;
    private final Holder holder;
    private final Models models;
    private final Map<Container, Container.Running> servers = new EnumMap<>(Container.class);

    private TestModels() throws Exception {
        root = Files.createTempDirectory("hf");
        writeAll();
        holder = Holder.start(holderConfig(), InstantSource.system());
        models = Models.open(EngineConfig.defaults().withSocket(socket()).withIntraOpThreads(1));
        for (String name : NAMES) {
            models.holder().load(name, Optional.empty(), false);
        }
        for (String name : NAMES) {
            awaitVersions(name, name.equals("echo") ? 2 : 1);
        }
    }

    /** Waits until as many versions of a model serve. */
    void awaitVersions(String name, int count) throws Exception {
        await(
                () -> models.find(name).map(model -> model.versions().size()).orElse(0) == count,
                count + " versions of " + name);
    }

    /** Polls until something is so. */
    static void await(Callable<Boolean> condition, String what) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waited in vain: " + what).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    /** The one of this run; stopped when the JVM ends. */
    static synchronized TestModels get() throws Exception {
        if (running.isEmpty()) {
            TestModels started = new TestModels();
            Runtime.getRuntime().addShutdownHook(new Thread(started::close));
            running = Optional.of(started);
        }
        return running.get();
    }

    Models models() {
        return models;
    }

    /** A client of a container with default settings, started once. */
    synchronized Client client(Container container) throws Exception {
        Container.Running server = servers.get(container);
        if (server == null) {
            server = container.start(Map.of(), Optional.of(models));
            servers.put(container, server);
        }
        return new Client(server.uri());
    }

    Path socket() {
        return root.resolve("weights.sock");
    }

    private HolderConfig holderConfig() {
        return new HolderConfig(
                root.resolve("models"),
                socket(),
                root.resolve("state"),
                Placement.onHost(ArenaLayout.PACKED),
                Long.MAX_VALUE,
                Optional.empty(),
                LIMIT,
                List.of(),
                false,
                HolderConfig.DEFAULT_CACHE_LIMIT_BYTES,
                List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
    }

    private void writeAll() throws IOException {
        OnnxGraph echo = identities(List.of(new TensorDeclaration("x", TensorType.FLOAT, List.of(-1L, -1L))));
        write("echo", 1, echo);
        write("echo", 2, echo);
        config("echo", "version_policy { all { } } parameters { key: \"colour\" value { string_value: \"red\" } }");
        write("texts", 1, identities(List.of(new TensorDeclaration("x", TensorType.STRING, List.of(-1L)))));
        write("spare", 1, identities(List.of(new TensorDeclaration("x", TensorType.STRING, List.of(-1L)))));
        write("shared", 1, echo);
        config("shared", "max_batch_size: 16 dynamic_batching { } instance_group { count: 2 }");
        write("pick", 1, pick());
        write("rows", 1, identities(List.of(new TensorDeclaration("x", TensorType.INT32, List.of(2L, -1L)))));
        write("types", 1, identities(allTypes()));
        write("patient", 1, echo);
        config(
                "patient",
                "max_batch_size: 16 dynamic_batching { preferred_batch_size: 16 max_queue_delay_microseconds: 60000000"
                        + " default_queue_policy { max_queue_size: 1 } }");
    }

    private static List<TensorDeclaration> allTypes() {
        List<TensorDeclaration> inputs = new ArrayList<>();
        for (DataType type : DataType.values()) {
            if (type != DataType.BYTES) {
                inputs.add(new TensorDeclaration("x_" + type, type.tensorType(), List.of(-1L)));
            }
        }
        return inputs;
    }

    private static OnnxGraph pick() {
        Content table = new Content.Inline(ByteString.copyFrom(new byte[4 * Float.BYTES]));
        return new OnnxGraph(
                "pick",
                List.of(new Node("pick", "Gather", List.of("b", "x"), List.of("y"), List.of())),
                List.of(new TensorDeclaration("x", TensorType.INT64, List.of(-1L))),
                List.of(new TensorDeclaration("y", TensorType.FLOAT, List.of(-1L))),
                List.of(new Initializer("b", TensorType.FLOAT, List.of(4L), table)));
    }

    private static OnnxGraph identities(List<TensorDeclaration> inputs) {
        List<Node> nodes = new ArrayList<>();
        List<TensorDeclaration> outputs = new ArrayList<>();
        for (TensorDeclaration input : inputs) {
            String output = input.name().replaceFirst("x", "y");
            nodes.add(new Node("to_" + output, "Identity", List.of(input.name()), List.of(output), List.of()));
            outputs.add(new TensorDeclaration(output, input.type(), input.shape()));
        }
        return new OnnxGraph("identities", nodes, inputs, outputs, List.of());
    }

    private void write(String name, long version, OnnxGraph graph) throws IOException {
        Path file = root.resolve("models").resolve(name).resolve(version + "/model.onnx");
        Files.createDirectories(file.getParent());
        Files.write(file, OnnxModelWriter.write(graph).toByteArray());
    }

    private void config(String name, String text) throws IOException {
        Files.writeString(
                root.resolve("models").resolve(name).resolve("config.pbtxt"), "name: \"" + name + "\" " + text);
    }

    @Override
    public void close() {
        servers.values().forEach(Container.Running::close);
        models.close();
        holder.close();
        try (Stream<Path> files = Files.walk(root)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
