package dev.holdfast.protocol;

import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ContentDigest;
import java.util.List;
import java.util.Optional;

/**
 * A version as the holder sees it at one moment.
 *
 * @param version its number
 * @param state where it is in its life
 * @param digest of its manifest; empty while it is loading
 * @param kind where its bytes live, or will
 * @param layout how tensors lie in it, or will
 * @param device the device's UUID, or {@code "cpu"}
 * @param sizeBytes of its arena; while it is loading, what is reserved for it
 * @param pinned whether it stays resident whatever the policy says
 * @param reason why it is in this state, where that is not plain
 * @param leases who holds it
 */
public record VersionSummary(
        long version,
        VersionState state,
        Optional<ContentDigest> digest,
        ArenaKind kind,
        ArenaLayout layout,
        String device,
        long sizeBytes,
        boolean pinned,
        Optional<String> reason,
        List<LeaseSummary> leases) {
    public VersionSummary {
        leases = List.copyOf(leases);
    }

    /** How its bytes reach other processes: {@code file}, {@code fd} or {@code cuda-ipc}. */
    public String share() {
        return switch (kind) {
            case HOST -> layout == ArenaLayout.PACKED ? "file" : "fd";
            case CUDA -> "fd";
            case CUDA_IPC -> kind.wireName();
        };
    }
}
