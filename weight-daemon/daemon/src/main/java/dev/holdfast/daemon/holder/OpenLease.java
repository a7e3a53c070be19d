package dev.holdfast.daemon.holder;

import dev.holdfast.protocol.LeaseSummary;
import java.time.Duration;
import java.time.Instant;

/**
 * One lease, as long as its connection lives.
 *
 * @param id unique within a holder's life
 * @param entry the version
 * @param peer who has it
 * @param since when it was granted
 */
record OpenLease(long id, VersionEntry entry, Peer peer, Instant since) {
    LeaseSummary summary(Instant now) {
        return new LeaseSummary(
                id,
                peer.pid(),
                peer.uid(),
                peer.command(),
                Duration.between(since, now).toMillis());
    }
}
