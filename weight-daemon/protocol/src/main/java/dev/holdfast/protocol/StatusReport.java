package dev.holdfast.protocol;

import java.util.List;
import java.util.Map;

/**
 * Answers {@link StatusRequest}.
 *
 * @param pid the holder's process
 * @param version the release of Holdfast that it runs
 * @param instance random for each start of a holder
 * @param uptimeMillis since it started
 * @param residentBytes the holder's own resident memory
 * @param budgetBytes the memory budget for arenas; {@link Long#MAX_VALUE} if there is none
 * @param reservedBytes set aside for loads under way
 * @param usedBytes taken by resident versions
 * @param lastEvent number of the newest event; 0 if there was none
 * @param counters the shared counters by model
 * @param models by name
 */
public record StatusReport(
        long pid,
        String version,
        String instance,
        long uptimeMillis,
        long residentBytes,
        long budgetBytes,
        long reservedBytes,
        long usedBytes,
        long lastEvent,
        Map<String, Long> counters,
        List<ModelListing> models)
        implements Reply {
    public StatusReport {
        counters = Map.copyOf(counters);
        models = List.copyOf(models);
    }
}
