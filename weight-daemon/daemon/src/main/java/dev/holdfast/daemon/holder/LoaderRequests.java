package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.journal.JournalException;
import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.state.StateLayout;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.protocol.EventType;
import dev.holdfast.protocol.Frame;
import dev.holdfast.protocol.LoadFailed;
import dev.holdfast.protocol.Manifest;
import dev.holdfast.protocol.ManifestCodec;
import dev.holdfast.protocol.Progress;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.Reserve;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** What loaders ask of the holder while they work: room, attention, and in the end to take what they made. Thread-safe. */
final class LoaderRequests {
    private final Loads loads;
    private final Publication publication;
    private final EventLog events;
    private final Placement placement;

    LoaderRequests(Loads loads, Publication publication, EventLog events, Placement placement) {
        this.loads = loads;
        this.publication = publication;
        this.events = events;
        this.placement = placement;
    }

    /** @throws Refusal if the bytes do not fit the memory budget; the load has then failed */
    void reserve(Reserve request, Peer peer) {
        LoadTask task = loads.taskOf(request.loadToken(), peer);
        try {
            publication.reserve(task.entry(), request.sizeBytes());
        } catch (Refusal refusal) {
            task.fail(refusal.code(), refusal.reason());
            throw refusal;
        }
    }

    void progress(Progress progress, Peer peer) {
        VersionEntry entry = loads.taskOf(progress.loadToken(), peer).entry();
        events.push(
                EventType.PROGRESS,
                entry.model(),
                entry.version(),
                progress.stage(),
                progress.doneBytes(),
                progress.totalBytes());
    }

    void failed(LoadFailed failure, Peer peer) {
        loads.taskOf(failure.loadToken(), peer).fail(failure.code(), failure.reason());
    }

    /**
     * Takes a loader's finished version.
     *
     * @param frame that brought the offer; a sealed version's descriptor is taken from it
     * @throws Refusal if it is not what the holder asked for or can't be made durable; the load has then failed
     * @throws JournalException likewise
     */
    void offer(String token, Manifest manifest, Frame frame, Peer peer) {
        LoadTask task = loads.taskOf(token, peer);
        task.settling().lock();
        try {
            if (!task.claimOffer()) {
                throw new Refusal(RefusalCode.OFFER_REFUSED, "this load has had its offer, or failed before it");
            }
            settle(task, manifest, frame);
        } finally {
            task.settling().unlock();
        }
    }

    private void settle(LoadTask task, Manifest manifest, Frame frame) {
        try {
            publish(task, manifest, frame);
            task.succeed();
        } catch (Refusal refusal) {
            task.fail(refusal.code(), refusal.reason());
            throw refusal;
        } catch (JournalException e) {
            task.fail(RefusalCode.STORAGE_FAILED, Objects.requireNonNull(e.getMessage()));
            throw e;
        }
    }

    private void publish(LoadTask task, Manifest manifest, Frame frame) {
        requireAskedFor(task.entry(), manifest);
        OfferedDescriptors.check(manifest, frame);
        publication.reserve(task.entry(), manifest.arena().sizeBytes());
        Optional<HeldMemory> memory = open(task, manifest, frame);
        try {
            publication.publish(task.entry(), manifest, ManifestCodec.digestOf(manifest), memory, task.finished());
        } catch (RuntimeException e) {
            memory.ifPresent(HeldMemory::close);
            throw e;
        }
    }

    private void requireAskedFor(VersionEntry entry, Manifest manifest) {
        Placement offered = Placement.of(manifest.arena());
        if (!manifest.model().equals(entry.model())
                || manifest.version() != entry.version()
                || !offered.equals(placement)) {
            throw new Refusal(
                    RefusalCode.OFFER_REFUSED,
                    "version " + manifest.version() + " of '" + manifest.model() + "' (" + offered
                            + ") was offered, but " + entry + " (" + placement + ") was asked for");
        }
    }

    private static Optional<HeldMemory> open(LoadTask task, Manifest manifest, Frame frame) {
        if (manifest.arena().layout() != ArenaLayout.PACKED) {
            return Optional.of(OfferedDescriptors.adopt(manifest, frame));
        }
        Path weights = task.finished().resolve(StateLayout.WEIGHTS);
        long expected = manifest.arena().sizeBytes();
        try {
            if (Files.size(weights) != expected) {
                throw new Refusal(
                        RefusalCode.OFFER_REFUSED, weights + " has not the " + expected + " bytes its manifest states");
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new Refusal(RefusalCode.OFFER_REFUSED, weights + " can't be read: " + e, e);
        }
    }
}
