package dev.holdfast.daemon.loader;

import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ContentDigest;
import dev.holdfast.memory.CpuIdentity;
import dev.holdfast.onnxruntime.OnnxRuntime;
import dev.holdfast.onnxruntime.OptimizationLevel;
import dev.holdfast.protocol.BuildInfo;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * All that the optimised form of a model depends on: its source, ONNX Runtime, what it is optimised for, and the CPU.
 *
 * @param layout packed weights are prepacked, others are not
 * @param build the rest, as the manifest states it
 */
record BuildKey(ArenaLayout layout, BuildInfo build) {
    /** More would be tied to this very processor even where weights are not prepacked. */
    static final OptimizationLevel LEVEL = OptimizationLevel.EXTENDED;

    static BuildKey of(ContentDigest source, Placement placement) {
        CpuIdentity cpu = CpuIdentity.current();
        return new BuildKey(
                placement.layout(),
                new BuildInfo(
                        OnnxRuntime.load().version(),
                        LEVEL.name().toLowerCase(Locale.ROOT),
                        placement.executionProvider(),
                        cpu.architecture(),
                        cpu.features(),
                        source));
    }

    /** The name of its cache entry: SHA-256 over all of it, in hexadecimal. */
    String name() {
        String text = String.join(
                "\n",
                "holdfast-build-3",
                layout.wireName(),
                build.runtimeVersion(),
                build.optimizationLevel(),
                build.executionProvider(),
                build.architecture(),
                String.join(" ", build.cpuFeatures()),
                build.sourceDigest().hex());
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
