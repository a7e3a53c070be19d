package dev.holdfast.memory;

import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What prepacked weights depend on: the processor's architecture and its instruction-set features for numeric kernels.
 *
 * <p>On Linux the features are those of {@code /proc/cpuinfo} (proc(5)) that every processor of the machine has, under
 * the kernel's names: vector, matrix and bit-manipulation extensions. Windows and macOS don't list them in one place;
 * there the only entry is the processor's model, which tells apart more than it must. Two equal identities may use each
 * other's prepacked weights.
 *
 * @param architecture {@code x86_64}, {@code aarch64}, or else what Java calls it
 * @param features sorted and without duplicates; empty if the platform tells nothing
 */
public record CpuIdentity(String architecture, List<String> features) {
    private static final Pattern NUMERIC =
            Pattern.compile("sse.*|pni|ssse3|avx.*|fma4?|xop|f16c|amx.*|bmi\\d|abm|popcnt"
                    + "|gfni|asimd.*|neon.*|vfpv.*|sve.*|sme.*|i8mm|bf16|fp|fphp|fhm|dotprod");
    private static final Set<String> FEATURE_KEYS = Set.of("flags", "Features");

    /** RISC-V names its extensions in one word under this key, of which nothing can be left out. */
    private static final String ISA_KEY = "isa";

    public CpuIdentity {
        features = List.copyOf(features);
    }

    /**
     * This machine's processor.
     *
     * @throws NativeCallException if the system does not let it be read
     */
    public static CpuIdentity current() {
        String architecture = architecture(System.getProperty("os.arch"));
        if (Platform.isLinux()) {
            return parse(architecture, cpuinfo());
        }
        String model = Platform.isMac() ? LibC.processorModel() : System.getenv("PROCESSOR_IDENTIFIER");
        return new CpuIdentity(architecture, model == null ? List.of() : List.of(model));
    }

    private static String cpuinfo() {
        try {
            return Files.readString(Path.of("/proc/cpuinfo"));
        } catch (IOException e) {
            throw new NativeCallException("read", "/proc/cpuinfo", e);
        }
    }

    /** The field's name for what Java's {@code os.arch} says. */
    static String architecture(String osArch) {
        return switch (osArch.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64", "x64" -> "x86_64";
            case "aarch64", "arm64" -> "aarch64";
            default -> osArch;
        };
    }

    /**
     * The identity that a {@code /proc/cpuinfo} describes: the numeric features that all its processors share, since a
     * thread may run on any of them.
     */
    static CpuIdentity parse(String architecture, String cpuinfo) {
        List<Set<String>> processors =
                cpuinfo.lines().flatMap(CpuIdentity::featuresOfLine).collect(Collectors.toList());
        if (processors.isEmpty()) {
            return new CpuIdentity(architecture, List.of());
        }
        Set<String> common = new TreeSet<>(processors.get(0));
        processors.forEach(common::retainAll);
        return new CpuIdentity(architecture, List.copyOf(common));
    }

    private static Stream<Set<String>> featuresOfLine(String line) {
        int colon = line.indexOf(':');
        if (colon < 0) {
            return Stream.empty();
        }
        String key = line.substring(0, colon).trim();
        String value = line.substring(colon + 1).trim();
        if (key.equals(ISA_KEY)) {
            return Stream.of(Set.of(value));
        }
        return FEATURE_KEYS.contains(key) ? Stream.of(numeric(value)) : Stream.empty();
    }

    private static Set<String> numeric(String names) {
        return Arrays.stream(names.split("\\s+", 0))
                .filter(name -> NUMERIC.matcher(name).matches())
                .collect(Collectors.toSet());
    }

    /** Architecture and features in one line, as a part of cache keys and messages. */
    @Override
    public String toString() {
        return architecture + " [" + String.join(" ", features) + "]";
    }
}
