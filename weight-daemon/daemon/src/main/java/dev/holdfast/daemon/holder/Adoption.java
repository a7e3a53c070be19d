package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.journal.JournalRecord;
import dev.holdfast.daemon.journal.JournalState;
import dev.holdfast.daemon.state.StateDirectory;
import dev.holdfast.daemon.state.StateLayout;
import dev.holdfast.memory.ArenaException;
import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ContentDigest;
import dev.holdfast.memory.CpuIdentity;
import dev.holdfast.memory.NativeCallException;
import dev.holdfast.memory.PackedArena;
import dev.holdfast.memory.TreeDigest;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.protocol.BuildInfo;
import dev.holdfast.protocol.Manifest;
import dev.holdfast.protocol.ManifestCodec;
import dev.holdfast.protocol.ManifestException;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.VersionState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over what an earlier holder published: packed versions from disk; others wait for the {@link Offers} of the workers
 * that still have them.
 *
 * <p>Only digests in this holder's own journal count, and every byte is digested again before a version is leasable.
 * Thread-safe.
 */
final class Adoption {
    private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);

    private final StateDirectory directory;
    private final Publication publication;
    private final Retirement retirement;
    private final DigestJobs digests;
    private final List<VersionEntry> onDisk = new ArrayList<>();

    Adoption(StateDirectory directory, Publication publication, Retirement retirement, DigestJobs digests) {
        this.directory = directory;
        this.publication = publication;
        this.retirement = retirement;
        this.digests = digests;
    }

    /** Enters every journalled version: as ADOPTING, or on its way out as it was; before the holder answers anybody. */
    void begin(JournalState journal) {
        for (ContentDigest digest : directory.completeVersions()) {
            if (journal.versions().stream().noneMatch(known -> known.digest().equals(digest.hex()))) {
                LOG.warn(
                        "{} is not in the journal and is not served; loading its model again replaces it",
                        directory.layout().version(digest));
            }
        }
        for (JournalRecord.Published record : journal.versions()) {
            enter(journal, record);
        }
        // A later copy may have taken the place of one.
        onDisk.removeIf(entry -> entry.state() != VersionState.ADOPTING);
    }

    private void enter(JournalState journal, JournalRecord.Published record) {
        ContentDigest digest = new ContentDigest(record.digest());
        Optional<Manifest> found;
        try {
            found = readManifest(digest);
        } catch (IOException e) {
            // It may be readable again next time, and the bytes may be leased: nothing is given up.
            LOG.error("version {} of '{}' is not served: {}", record.version(), record.model(), e.toString());
            return;
        }
        if (found.isEmpty()) {
            publication.forgetAdoption(record);
            return;
        }
        boolean pinned = journal.isPinned(record.model(), record.version());
        VersionEntry entry = publication.beginAdoption(digest, found.get(), state(journal, record.digest()), pinned);
        if (entry.state() == VersionState.ADOPTING && entry.layout() == ArenaLayout.PACKED) {
            onDisk.add(entry);
        }
    }

    private static VersionState state(JournalState journal, String digest) {
        if (journal.isDraining(digest)) {
            return VersionState.DRAINING;
        }
        return journal.isLost(digest) ? VersionState.LOST : VersionState.ADOPTING;
    }

    /** Empty if the version is gone for good: no such directory, or not the manifest of its digest. */
    private Optional<Manifest> readManifest(ContentDigest digest) throws IOException {
        Path file = directory.layout().version(digest).resolve(StateLayout.MANIFEST);
        try {
            Manifest manifest = ManifestCodec.read(Files.readAllBytes(file));
            if (ManifestCodec.digestOf(manifest).equals(digest)) {
                directory.protectVersion(digest);
                return Optional.of(manifest);
            }
            LOG.error("{} is not the manifest of its digest; the version is dropped and can be loaded again", file);
        } catch (NoSuchFileException | ManifestException e) {
            LOG.warn("a version of an earlier holder is gone and can be loaded again: {} ({})", file, e.toString());
        }
        return Optional.empty();
    }

    /**
     * Digests the versions on disk and publishes those that are right; takes as long as reading them. One that can't be
     * read now is tried again at the next call.
     */
    synchronized void adoptFromDisk() {
        onDisk.removeIf(this::isSettled);
    }

    /** Tries to adopt a version. Returns false if that is to be tried again. */
    private boolean isSettled(VersionEntry entry) {
        try {
            Optional<Refusal> objection = objectionTo(entry.manifest());
            if (objection.isEmpty()) {
                publication.adopted(entry, Optional.empty());
            } else if (objection.get().code() == RefusalCode.CORRUPT) {
                retirement.dropCorrupt(entry, objection.get().reason());
            } else if (objection.get().code() == RefusalCode.RUNTIME_MISMATCH) {
                retirement.dropAdoption(entry, objection.get().reason());
            } else {
                LOG.error("{} can't be adopted yet: {}", entry, objection.get().reason());
                return false;
            }
            return true;
        } catch (RuntimeException e) {
            // The versions after it must not wait for this one.
            LOG.error("{} can't be adopted yet", entry, e);
            return false;
        }
    }

    /** Why a packed version on disk can't be used as it is, if there is a reason. */
    private Optional<Refusal> objectionTo(Manifest manifest) {
        BuildInfo build = manifest.build();
        CpuIdentity cpu = CpuIdentity.current();
        if (!build.architecture().equals(cpu.architecture())
                || !build.cpuFeatures().equals(cpu.features())) {
            return Optional.of(new Refusal(RefusalCode.RUNTIME_MISMATCH, "its weights were packed for another CPU"));
        }
        try {
            verify(manifest, Optional.empty());
            return Optional.empty();
        } catch (Refusal refusal) {
            return Optional.of(refusal);
        }
    }

    /**
     * Digests a version's bytes and graph as they are now.
     *
     * @param memory what descriptors hold of it; stays the caller's
     * @throws Refusal CORRUPT if they are not what the manifest says, STORAGE_FAILED if they can't be read
     */
    void verify(Manifest manifest, Optional<HeldMemory> memory) {
        Path files = directory.layout().version(ManifestCodec.digestOf(manifest));
        try {
            requireDigest("graph", manifest.graph().digest(), TreeDigest.of(files.resolve(StateLayout.GRAPH)));
            requireDigest("weights", manifest.arena().digest(), digest(manifest, memory, files));
        } catch (NoSuchFileException | ArenaException e) {
            throw new Refusal(RefusalCode.CORRUPT, "its bytes are not all there: " + e.getMessage(), e);
        } catch (IOException | NativeCallException e) {
            throw new Refusal(RefusalCode.STORAGE_FAILED, "its bytes can't be read: " + e, e);
        }
    }

    private ContentDigest digest(Manifest manifest, Optional<HeldMemory> memory, Path files) {
        if (memory.isPresent()) {
            HeldMemory held = memory.get();
            return held.arena().kind() == ArenaKind.HOST
                    ? held.arena().digest()
                    : digests.digest(held, manifest.arena().handle());
        }
        try (WeightArena packed = PackedArena.open(
                files.resolve(StateLayout.WEIGHTS), manifest.arena().sizeBytes())) {
            return packed.digest();
        }
    }

    private static void requireDigest(String what, ContentDigest expected, ContentDigest actual) {
        if (!expected.equals(actual)) {
            throw new Refusal(
                    RefusalCode.CORRUPT,
                    "the digest of its " + what + " is " + actual.abbreviated() + "..., not " + expected.abbreviated()
                            + "...");
        }
    }
}
