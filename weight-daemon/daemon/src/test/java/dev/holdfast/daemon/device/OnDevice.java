package dev.holdfast.daemon.device;

import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.protocol.LeaseSummary;
import dev.holdfast.protocol.ModelListing;
import dev.holdfast.protocol.StatusReport;
import dev.holdfast.protocol.VersionPolicy;
import dev.holdfast.protocol.VersionState;
import dev.holdfast.protocol.VersionSummary;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Status reports of a holder with versions on a device. */
public final class OnDevice {
    /** The length of every arena. */
    public static final long ARENA_BYTES = 3L << 30;

    private OnDevice() {}

    /** The report of a holder with a model of that name for each version. */
    public static StatusReport report(long pid, VersionSummary... versions) {
        List<ModelListing> models = Arrays.stream(versions)
                .map(version -> new ModelListing(
                        "m" + version.version(), VersionPolicy.DEFAULT, Optional.empty(), List.of(version)))
                .toList();
        return new StatusReport(pid, "1.0", "i", 65_000, 1 << 20, Long.MAX_VALUE, 0, 512, 1, Map.of(), models);
    }

    /** A version on a device, leased by those processes. */
    public static VersionSummary version(long number, VersionState state, String device, long... pids) {
        boolean onHost = device.equals("cpu");
        return new VersionSummary(
                number,
                state,
                Optional.empty(),
                onHost ? ArenaKind.HOST : ArenaKind.CUDA,
                onHost ? ArenaLayout.PACKED : ArenaLayout.SEALED,
                device,
                ARENA_BYTES,
                false,
                Optional.empty(),
                Arrays.stream(pids)
                        .mapToObj(pid -> new LeaseSummary(pid + 1000, pid, 0, "java", 10))
                        .toList());
    }
}
