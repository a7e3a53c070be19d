package dev.holdfast.daemon.holder;

import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ContentDigest;
import dev.holdfast.protocol.Frame;
import dev.holdfast.protocol.Manifest;
import dev.holdfast.protocol.ManifestCodec;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.VersionState;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What workers bring back after a restart: versions, and with them their leases.
 *
 * <p>A version that is to serve again is adopted once its bytes are known to be right. One on its way out is not looked at:
 * its worker gets back what it has brought, nobody else is given that, and the lease counts until it ends. Thread-safe.
 */
final class Offers {
    private static final Logger LOG = LoggerFactory.getLogger(Offers.class);

    private final VersionTable table;
    private final Publication publication;
    private final Leases leases;
    private final Adoption adoption;
    private final Map<VersionEntry, Object> locks = new ConcurrentHashMap<>();

    Offers(VersionTable table, Publication publication, Leases leases, Adoption adoption) {
        this.table = table;
        this.publication = publication;
        this.leases = leases;
        this.adoption = adoption;
    }

    /**
     * Takes an offer.
     *
     * @param frame that brought it; descriptors are taken from it
     * @param worker gets its lease, before this returns
     * @throws Refusal if this holder never published the version, what is offered is not it, or it is not granted
     */
    void take(Manifest manifest, Frame frame, Peer peer, Consumer<Grant> worker) {
        OfferedDescriptors.check(manifest, frame);
        VersionEntry entry = find(manifest);
        if (table.locked(entry::isLeaving)) {
            renew(entry, manifest, frame, peer, worker);
            return;
        }
        // Workers come back all at once; one is checked, the others then find the version published.
        synchronized (locks.computeIfAbsent(entry, any -> new Object())) {
            if (entry.layout() != ArenaLayout.PACKED && awaitsOffer(entry)) {
                adopt(entry, manifest, frame, peer);
            }
        }
        worker.accept(leases.regrant(entry, peer));
    }

    private VersionEntry find(Manifest manifest) {
        ContentDigest digest = ManifestCodec.digestOf(manifest);
        return table.locked(() -> table.model(manifest.model()).stream()
                .flatMap(versions -> versions.copies(manifest.version()).stream())
                .filter(known -> known.digest().filter(digest::equals).isPresent())
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        RefusalCode.OFFER_REFUSED,
                        "this holder has published no version " + manifest.version() + " of model '" + manifest.model()
                                + "' with digest " + digest.abbreviated() + "...; lease it anew")));
    }

    private boolean awaitsOffer(VersionEntry entry) {
        return table.locked(() -> entry.state() == VersionState.ADOPTING);
    }

    private void adopt(VersionEntry entry, Manifest manifest, Frame frame, Peer peer) {
        HeldMemory memory = OfferedDescriptors.adopt(manifest, frame);
        try {
            adoption.verify(manifest, Optional.of(memory));
            publication.adopted(entry, Optional.of(memory));
        } catch (Refusal refusal) {
            memory.close();
            LOG.warn("offer of {} by {} refused: {}", entry, peer, refusal.reason());
            RefusalCode code = refusal.code() == RefusalCode.CORRUPT ? RefusalCode.OFFER_REFUSED : refusal.code();
            throw new Refusal(code, entry + ": " + refusal.reason(), refusal);
        } catch (RuntimeException e) {
            memory.close();
            throw e;
        }
        LOG.info("{} was brought back by {}", entry, peer);
    }

    /** The worker's descriptors are sent before they are closed here. */
    private void renew(VersionEntry entry, Manifest manifest, Frame frame, Peer peer, Consumer<Grant> worker) {
        Optional<HeldMemory> brought = OfferedDescriptors.take(manifest, frame);
        try {
            worker.accept(leases.renew(entry, brought, peer));
        } finally {
            brought.ifPresent(HeldMemory::close);
        }
    }
}
