package dev.holdfast.engine;

import dev.holdfast.memory.ContentDigest;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.HolderException;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.ModelListing;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.RefusedException;
import dev.holdfast.protocol.VersionSelector;
import dev.holdfast.protocol.VersionState;
import dev.holdfast.protocol.VersionSummary;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one model here follow what the holder lists of it: new versions are leased, built and warmed first, then requests
 * are switched at once, then what has gone drains. One thread.
 */
final class Attachment {
    private static final Logger LOG = LoggerFactory.getLogger(Attachment.class);
    /** Refusals that time may cure. */
    private static final Set<RefusalCode> PASSING = Set.of(
            RefusalCode.LEASE_UNAVAILABLE,
            RefusalCode.STOPPING,
            RefusalCode.TOO_MANY_CONNECTIONS,
            RefusalCode.INTERNAL);

    private final ServedModel model;
    private final VersionBuilder builder;
    /** Versions that can't be built, by what they were: the same is not tried again. What passes is not among them. */
    private final Map<Long, ContentDigest> hopeless = new HashMap<>();
    /** Why offers were refused last, so that each reason is logged once. */
    private final Map<Long, String> refusals = new HashMap<>();

    Attachment(ServedModel model, VersionBuilder builder) {
        this.model = model;
        this.builder = builder;
    }

    ServedModel model() {
        return model;
    }

    /**
     * Brings versions whose holder went away to the one of today.
     *
     * @throws HolderException if that one goes away as well
     */
    void bringBack(HolderClient client) {
        for (ServingVersion version : model.routes().versions().values()) {
            if (!version.lease().isConnected()) {
                offer(client, version);
            }
        }
    }

    private void offer(HolderClient client, ServingVersion version) {
        try {
            hold("offer", version, client.offer(version.lease()));
            refusals.remove(version.number());
        } catch (RefusedException e) {
            String reason = String.valueOf(e.getMessage());
            if (!reason.equals(refusals.put(version.number(), reason))) {
                LOG.info(
                        "event=offer-refused model={} version={} reason={}",
                        model.name(),
                        version.number(),
                        LogValue.quoted(reason));
            }
        }
    }

    private void hold(String event, ServingVersion version, Lease lease) {
        version.hold(lease);
        LOG.info("event={} model={} version={} lease={}", event, model.name(), version.number(), lease.id());
        try {
            model.sharedCounter().use(lease.counterFile());
        } catch (RuntimeException e) {
            LOG.error(
                    "event=counter-failed model={} reason={}",
                    model.name(),
                    LogValue.quoted(String.valueOf(e.getMessage())));
        }
    }

    /**
     * Follows a listing that has the model.
     *
     * @return whether nothing is left to be tried again
     */
    boolean follow(HolderClient client, ModelListing listing) {
        Map<Long, VersionSummary> published = listing.versions().stream()
                .filter(version -> version.state() == VersionState.PUBLISHED)
                .collect(Collectors.toMap(VersionSummary::version, version -> version));
        Map<Long, VersionSummary> all =
                listing.versions().stream().collect(Collectors.toMap(VersionSummary::version, version -> version));
        NavigableMap<Long, ServingVersion> next = new TreeMap<>();
        boolean settled = attach(client, published.values(), next);
        keep(listing, all, next);
        model.keepFailures(published.keySet());
        model.route(new Routes(next, active(listing, next)));
        return settled && next.values().stream().allMatch(v -> v.lease().isConnected());
    }

    /** Puts what serves each version into {@code next}; nothing built is left over if the holder goes away meanwhile. */
    private boolean attach(
            HolderClient client, Collection<VersionSummary> published, NavigableMap<Long, ServingVersion> next) {
        boolean settled = true;
        try {
            for (VersionSummary version : published) {
                Optional<ServingVersion> serving = serving(client, version);
                serving.ifPresent(built -> next.put(built.number(), built));
                settled &= isHopeless(version)
                        || serving.filter(here -> isCopy(here, version)).isPresent();
            }
            return settled;
        } catch (RuntimeException e) {
            next.values().removeAll(model.routes().versions().values());
            next.values().forEach(model::retire);
            throw e;
        }
    }

    private boolean isHopeless(VersionSummary version) {
        return version.digest().isPresent() && version.digest().get().equals(hopeless.get(version.version()));
    }

    /** Whether that is what the holder lists, not another copy of the same number that serves until then. */
    private static boolean isCopy(ServingVersion here, VersionSummary listed) {
        return listed.digest().filter(here.digest()::equals).isPresent();
    }

    /** What serves a published version: what did already, or something new. */
    private Optional<ServingVersion> serving(HolderClient client, VersionSummary listed) {
        Optional<ServingVersion> here =
                Optional.ofNullable(model.routes().versions().get(listed.version()));
        Optional<ServingVersion> same = here.filter(version -> isCopy(version, listed));
        if (same.filter(version -> version.lease().isConnected()).isPresent() || isHopeless(listed)) {
            return here;
        }
        builder.expect(listed.device());
        Optional<Lease> lease = lease(client, listed);
        if (same.isPresent()) {
            lease.ifPresent(newer -> hold("reattach", same.get(), newer));
            return same;
        }
        return lease.flatMap(granted -> build(granted, listed)).or(() -> here);
    }

    private Optional<Lease> lease(HolderClient client, VersionSummary version) {
        try {
            Lease lease = client.lease(
                    model.name(),
                    VersionSelector.exactly(version.version()),
                    Duration.ZERO,
                    Optional.of(builder.identity()));
            LOG.info("event=lease model={} version={} lease={}", model.name(), version.version(), lease.id());
            return Optional.of(lease);
        } catch (RefusedException e) {
            if (!PASSING.contains(e.code())) {
                version.digest().ifPresent(digest -> hopeless.put(version.version(), digest));
            }
            model.failed(version.version(), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private Optional<ServingVersion> build(Lease lease, VersionSummary version) {
        try {
            ServingVersion built = builder.build(lease, model.sharedCounter(), () -> model.recorder(version.version()));
            hopeless.remove(version.version());
            model.succeeded(version.version());
            LOG.info(
                    "event=attach model={} version={} layout={} bytes={} lease={}",
                    model.name(),
                    version.version(),
                    built.declared().layout(),
                    built.declared().arenaBytes(),
                    lease.id());
            return Optional.of(built);
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.debug("building failed", e);
            FailureKind kind = FailureKind.of(e);
            if (!kind.isPassing()) {
                version.digest().ifPresent(digest -> hopeless.put(version.version(), digest));
            }
            model.failed(version.version(), kind.describe(e));
            lease.close();
            return Optional.empty();
        }
    }

    /**
     * Keeps what the holder does not list as published but is served on here: versions that a restarted holder has yet to
     * adopt, or whose memory's owner has ended, until policy or operator let them go; and, while the version that should be
     * active can't be built, those that drain or that no holder knows.
     */
    private void keep(ModelListing listing, Map<Long, VersionSummary> all, NavigableMap<Long, ServingVersion> next) {
        for (ServingVersion version : model.routes().versions().values()) {
            VersionState state = state(all, version);
            if (state == VersionState.ADOPTING || state == VersionState.LOST) {
                next.putIfAbsent(version.number(), version);
            }
        }
        boolean activeServes = listing.active().filter(next::containsKey).isPresent();
        for (ServingVersion version : model.routes().versions().values()) {
            VersionState state = state(all, version);
            boolean orphan = state == null && !version.lease().isConnected() && !activeServes;
            boolean standsIn =
                    state == VersionState.DRAINING && listing.active().isPresent() && !activeServes;
            if (orphan || standsIn) {
                next.putIfAbsent(version.number(), version);
            }
        }
    }

    private static @Nullable VersionState state(Map<Long, VersionSummary> all, ServingVersion version) {
        VersionSummary listed = all.get(version.number());
        return listed == null ? null : listed.state();
    }

    private OptionalLong active(ModelListing listing, NavigableMap<Long, ServingVersion> next) {
        Optional<Long> listed = listing.active().filter(next::containsKey);
        if (listed.isPresent()) {
            return OptionalLong.of(listed.get());
        }
        OptionalLong former = model.routes().active();
        if (former.isPresent() && next.containsKey(former.getAsLong())) {
            return former;
        }
        return next.isEmpty() ? OptionalLong.empty() : OptionalLong.of(next.lastKey());
    }

    /** Follows a listing without the model: what a connected holder let go ends, what no holder knows serves on. */
    boolean followAbsence() {
        NavigableMap<Long, ServingVersion> next = new TreeMap<>(model.routes().versions());
        next.values().removeIf(version -> version.lease().isConnected());
        OptionalLong former = model.routes().active();
        boolean stays = former.isPresent() && next.containsKey(former.getAsLong());
        OptionalLong other = next.isEmpty() ? OptionalLong.empty() : OptionalLong.of(next.lastKey());
        model.keepFailures(Set.of());
        model.route(new Routes(next, stays ? former : other));
        return next.isEmpty();
    }
}
