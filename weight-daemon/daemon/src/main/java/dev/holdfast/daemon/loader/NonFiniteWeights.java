package dev.holdfast.daemon.loader;

import dev.holdfast.memory.FloatFormat;
import dev.holdfast.memory.FloatRange;
import dev.holdfast.memory.Mapping;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.protocol.TensorEntry;
import dev.holdfast.protocol.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds weights that are infinite or not a number: of a training that diverged, or a conversion to a format too small.
 *
 * <p>They are told, never refused: models have masks of minus infinity among their weights. Looked at are FP32, FP16 and
 * BF16, where they lie: on a device by the device, at the speed of its memory; on the host by the processor, some four
 * times as fast as it digests them.
 */
final class NonFiniteWeights {
    private static final int MOST_NAMED = 5;

    private NonFiniteWeights() {}

    /** What there is to say of an arena's tensors; empty if all are finite. */
    static Optional<String> in(WeightArena arena, List<TensorEntry> tensors) {
        List<TensorEntry> floats = tensors.stream()
                .filter(tensor -> format(tensor.type()).isPresent())
                .toList();
        List<FloatRange> ranges = floats.stream()
                .flatMap(tensor -> format(tensor.type()).map(format -> range(tensor, format)).stream())
                .toList();
        try (Mapping mapping = arena.map()) {
            return describe(floats, ranges, mapping.countNonFinite(ranges));
        }
    }

    private static Optional<FloatFormat> format(TensorType type) {
        return switch (type) {
            case FLOAT -> Optional.of(FloatFormat.FP32);
            case FLOAT16 -> Optional.of(FloatFormat.FP16);
            case BFLOAT16 -> Optional.of(FloatFormat.BF16);
            default -> Optional.empty();
        };
    }

    private static FloatRange range(TensorEntry tensor, FloatFormat format) {
        return new FloatRange(tensor.offsetBytes(), tensor.lengthBytes() / format.bytes(), format);
    }

    private static Optional<String> describe(List<TensorEntry> tensors, List<FloatRange> ranges, List<Long> counts) {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < counts.size(); i++) {
            if (counts.get(i) > 0) {
                found.add(counts.get(i) + " of " + ranges.get(i).count() + " in '"
                        + tensors.get(i).name() + "'");
            }
        }
        if (found.isEmpty()) {
            return Optional.empty();
        }
        List<String> named = found.subList(0, Math.min(MOST_NAMED, found.size()));
        return Optional.of("weights that are infinite or not a number: " + String.join(", ", named)
                + (found.size() > named.size() ? ", and more in " + (found.size() - named.size()) + " tensors" : "")
                + "; if they are not meant as masks, build the model again");
    }
}
