package dev.holdfast.protocol;

import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ContentDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Wire values with every field filled. */
final class Samples {
    static final ContentDigest DIGEST = new ContentDigest("0123456789abcdef".repeat(4));

    private Samples() {}

    static ArenaDescription arena(ArenaLayout layout, long sizeBytes) {
        return new ArenaDescription(ArenaKind.HOST, layout, "cpu", sizeBytes, DIGEST);
    }

    static Manifest manifest(ArenaLayout layout, long arenaBytes) {
        return new Manifest(
                Manifest.FORMAT,
                "linear",
                3,
                arena(layout, arenaBytes),
                new GraphDescription(
                        77,
                        DIGEST,
                        List.of(new TensorDeclaration("x", TensorType.FLOAT, List.of(-1L, 4L))),
                        List.of(new TensorDeclaration("y", TensorType.FLOAT, List.of(-1L, 2L)))),
                List.of(
                        new TensorEntry("W", TensorType.FLOAT, List.of(2L, 4L), 0, 32),
                        new TensorEntry("b", TensorType.FLOAT, List.of(2L), 64, 8)),
                new BuildInfo("1.29.0", "extended", "CPUExecutionProvider", "x86_64", List.of("avx2", "fma"), DIGEST),
                config());
    }

    static Manifest manifest() {
        return manifest(ArenaLayout.PACKED, 4096);
    }

    private static ModelConfig config() {
        return new ModelConfig(
                "linear",
                "onnxruntime_onnx",
                "onnxruntime",
                8,
                List.of(new ModelConfig.TensorConfig("x", "TYPE_FP32", List.of(4L))),
                List.of(new ModelConfig.TensorConfig("y", "TYPE_FP32", List.of(2L))),
                Optional.of(new ModelConfig.DynamicBatching(List.of(4, 8), 100, ModelConfig.QueuePolicy.DEFAULT)),
                List.of(new ModelConfig.InstanceGroup(2, "KIND_CPU", List.of())),
                VersionPolicy.specific(List.of(2L, 3L)),
                Map.of("zeta", "1", "alpha", "2", "mu", "3"));
    }

    static VersionSummary summary() {
        return new VersionSummary(
                3,
                VersionState.PUBLISHED,
                Optional.of(DIGEST),
                ArenaKind.HOST,
                ArenaLayout.SEALED,
                "cpu",
                5L << 30,
                true,
                Optional.of("pinned by hand"),
                List.of(new LeaseSummary(9, 4711, 1000, "java -jar app.jar", 12_345)));
    }

    static ModelListing listing() {
        return new ModelListing("linear", VersionPolicy.latest(2), Optional.of(3L), List.of(summary()));
    }

    static Welcome welcome() {
        return new Welcome(1, "0.1.0", "5f0c", 42, Set.of(Right.READ, Right.ADMIN), 17, Optional.of("/opt/ort"));
    }

    static Granted granted(Manifest manifest, String directory) {
        return new Granted(9, manifest, directory, directory + "/counter", 17);
    }

    /** At least one of each kind of message. */
    static List<Message> everyMessage() {
        RuntimeIdentity runtime = new RuntimeIdentity(
                "1.29.0", "x86_64", List.of("avx2"), List.of("CPUExecutionProvider"), List.of("GPU-0d3f"));
        return List.of(
                new Hello(1, 2, "test"),
                new ListRequest(),
                new RepositoryRequest(),
                new StatusRequest(),
                new LeaseRequest("linear", VersionSelector.exactly(3), 500, Optional.of(runtime)),
                new LeaseRequest("linear", VersionSelector.active(), 0, Optional.empty()),
                new Release(),
                new Offer(manifest(), Optional.of("secret")),
                new Watch(Optional.of("5f0c"), 12),
                new Load("linear", Optional.of(3L), true),
                new Load("linear", Optional.empty(), false),
                new Unload("linear", Optional.of(3L), true),
                new Activate("linear", Optional.of(3L)),
                new Rollback("linear"),
                new Pin("linear", 3, true),
                new Verify("linear", Optional.empty()),
                new Reserve("secret", 5L << 30),
                new Progress("secret", "reading", 1, 2),
                new LoadFailed("secret", RefusalCode.LOAD_FAILED, "not ONNX"),
                new FetchArena("secret"),
                new Digested("secret", Optional.of(DIGEST), Optional.empty()),
                new Digested("secret", Optional.empty(), Optional.of("no driver")),
                welcome(),
                new Refused(RefusalCode.OVER_BUDGET, "8 GiB do not fit"),
                new Listing(List.of(listing())),
                new RepositoryIndex(List.of("linear", "minilm")),
                granted(manifest(), "/var/lib/holdfast/versions/0"),
                new Released(),
                new StatusReport(42, "0.1.0", "5f0c", 1, 2, 3, 4, 5, 6, Map.of("linear", 7L), List.of(listing())),
                new Done("loaded", List.of(summary())),
                new Reserved(),
                new Fetched(),
                new Watching("5f0c", 17, true),
                new Event(18, EventType.PROGRESS, "linear", 3, "reading", 1, 2));
    }
}
