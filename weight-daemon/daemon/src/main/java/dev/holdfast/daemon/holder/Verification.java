package dev.holdfast.daemon.holder;

import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.VersionState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Digests resident versions again, on request; a wrong one becomes CORRUPT. Thread-safe. */
final class Verification {
    private final VersionTable table;
    private final Retirement retirement;
    private final Leases leases;
    private final Adoption adoption;

    Verification(VersionTable table, Retirement retirement, Leases leases, Adoption adoption) {
        this.table = table;
        this.retirement = retirement;
        this.leases = leases;
        this.adoption = adoption;
    }

    /**
     * Digests one version, or all published ones of a model; takes as long as reading them.
     *
     * @return a sentence for each
     * @throws Refusal CORRUPT for the first that is wrong, after all were looked at
     */
    String verify(String model, Optional<Long> version, Peer peer) {
        List<String> sentences = new ArrayList<>();
        List<Refusal> wrong = new ArrayList<>();
        for (VersionEntry entry : select(model, version)) {
            try {
                digestAgain(entry, peer);
                sentences.add(entry + " is what its digest says");
            } catch (Refusal refusal) {
                wrong.add(refusal);
            }
        }
        if (!wrong.isEmpty()) {
            wrong.subList(1, wrong.size()).forEach(wrong.get(0)::addSuppressed);
            throw wrong.get(0);
        }
        return String.join("; ", sentences);
    }

    private List<VersionEntry> select(String model, Optional<Long> version) {
        return table.locked(() -> version.isPresent()
                ? List.of(table.requireEntry(model, version.get()))
                : table.requireModel(model).entries().stream()
                        .filter(entry -> entry.state() == VersionState.PUBLISHED)
                        .toList());
    }

    /** Holds a lease meanwhile, so that the bytes stay where they are. */
    private void digestAgain(VersionEntry entry, Peer peer) {
        try (Grant grant = leases.regrant(entry, peer)) {
            try {
                adoption.verify(grant.manifest(), grant.memory());
            } catch (Refusal refusal) {
                String reason = refusal.reason();
                if (refusal.code() != RefusalCode.CORRUPT) {
                    throw new Refusal(refusal.code(), entry + " can't be verified: " + reason, refusal);
                }
                retirement.markCorrupt(entry, reason);
                throw new Refusal(RefusalCode.CORRUPT, entry + " is corrupt: " + reason, refusal);
            } finally {
                leases.end(grant.lease());
            }
        }
    }
}
