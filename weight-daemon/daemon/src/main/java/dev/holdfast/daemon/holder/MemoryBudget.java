package dev.holdfast.daemon.holder;

import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.VersionState;
import java.util.Collection;

/**
 * How many bytes of weights may be resident at once on one device, those of versions being loaded included.
 *
 * @param limitBytes {@link Long#MAX_VALUE} for no limit
 */
record MemoryBudget(long limitBytes) {
    /** What all those versions take. */
    static long used(Collection<VersionEntry> entries) {
        return entries.stream().mapToLong(VersionEntry::sizeBytes).sum();
    }

    /** The part of it that is reserved by versions still loading. */
    static long reserved(Collection<VersionEntry> entries) {
        return used(entries.stream()
                .filter(entry -> entry.state() == VersionState.LOADING)
                .toList());
    }

    /** @throws Refusal if {@code entry} with {@code bytes} does not fit beside the others; it says all numbers */
    void check(VersionEntry entry, long bytes, Collection<VersionEntry> all) {
        String device = entry.placement().device();
        long others = used(all.stream()
                        .filter(other -> other.placement().device().equals(device))
                        .toList())
                - entry.sizeBytes();
        if (bytes > limitBytes - others) {
            throw new Refusal(
                    RefusalCode.OVER_BUDGET,
                    entry + " needs " + ByteSize.format(bytes) + ", but of the memory budget of "
                            + ByteSize.format(limitBytes) + (device.equals("cpu") ? " " : " of " + device + " ")
                            + ByteSize.format(others) + " are in use and "
                            + ByteSize.format(Math.max(0, limitBytes - others))
                            + " are free; unload something or raise --memory-budget");
        }
    }
}
