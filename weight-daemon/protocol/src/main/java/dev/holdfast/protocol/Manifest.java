package dev.holdfast.protocol;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The immutable description of a version: all that a worker needs to map and run it, and all that a holder needs to
 * recognise it.
 *
 * @param format of the description itself; {@link #FORMAT} today
 * @param model the model's name
 * @param version the version, positive
 * @param arena the version's bytes
 * @param graph the optimised graph
 * @param tensors where each initializer lies in the arena
 * @param build what made the version
 * @param config how the model is to be served
 */
public record Manifest(
        int format,
        String model,
        long version,
        ArenaDescription arena,
        GraphDescription graph,
        List<TensorEntry> tensors,
        BuildInfo build,
        ModelConfig config) {
    /** The format that this release writes, and the highest that it reads. */
    public static final int FORMAT = 1;

    /**
     * @throws IllegalArgumentException if the format is unknown, the name or version can't be a model's, a tensor
     *     leaves the arena or two have one name
     */
    public Manifest {
        if (format < 1 || format > FORMAT) {
            throw new IllegalArgumentException(unreadable(format));
        }
        ModelName.check(model);
        ModelName.checkVersion(version);
        tensors = List.copyOf(tensors);
        checkTensors(tensors, arena.sizeBytes());
    }

    static String unreadable(int format) {
        return "manifest format " + format + " is not one that this release reads (1 to " + FORMAT
                + "); update Holdfast here, or load the version again with this release";
    }

    private static void checkTensors(List<TensorEntry> tensors, long arenaBytes) {
        Set<String> names = new HashSet<>();
        for (TensorEntry tensor : tensors) {
            if (!names.add(tensor.name())) {
                throw new IllegalArgumentException("two tensors are named '" + tensor.name() + "'");
            }
            if (tensor.offsetBytes() > arenaBytes - tensor.lengthBytes()) {
                throw new IllegalArgumentException("tensor '" + tensor.name() + "' (offset " + tensor.offsetBytes()
                        + ", " + tensor.lengthBytes() + " bytes) leaves the arena of " + arenaBytes + " bytes");
            }
        }
    }
}
