package dev.holdfast.engine;

import dev.holdfast.onnxruntime.OnnxRuntimeLoadException;
import dev.holdfast.protocol.Event;
import dev.holdfast.protocol.EventType;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.HolderEvents;
import dev.holdfast.protocol.HolderException;
import dev.holdfast.protocol.ModelListing;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that follows the holder: connects, lists, attaches, then waits for events, and begins again whenever the
 * connection breaks. Events say only that something changed; what is, the list says, so none can be missed for good.
 */
final class HolderLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HolderLink.class);
    private static final Set<EventType> CHANGES = Set.of(
            EventType.PUBLISHED,
            EventType.ACTIVATED,
            EventType.DRAINING,
            EventType.RETIRED,
            EventType.CORRUPT,
            EventType.LOST);
    /** When to look again in any case. */
    private static final Duration SETTLED = Duration.ofSeconds(30);

    private final EngineConfig config;
    private final ModelTable table;
    private final VersionBuilder builder;
    private final EngineBeans beans;
    private final Backoff backoff;
    private final Map<String, Attachment> attachments = new HashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = new Thread(this::follow, "holdfast-link");
    private boolean everConnected;
    private volatile @Nullable HolderClient client;
    private volatile @Nullable HolderEvents events;

    HolderLink(EngineConfig config, ModelTable table, VersionBuilder builder, EngineBeans beans) {
        this.config = config;
        this.table = table;
        this.builder = builder;
        this.beans = beans;
        this.backoff = new Backoff(config.shortestBackoff(), config.longestBackoff(), ThreadLocalRandom.current());
    }

    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    private void follow() {
        try {
            boolean closed = false;
            while (!closed) {
                try {
                    followOne();
                } catch (HolderException e) {
                    lost(e);
                } catch (OnnxRuntimeLoadException e) {
                    unusable(e);
                } catch (RuntimeException e) {
                    LOG.error("following the holder failed; trying again", e);
                    lost(e);
                }
                closed = closing.await(backoff.next().toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            LOG.debug("the link to the holder was interrupted", e);
        }
    }

    private void lost(RuntimeException e) {
        if (closing.getCount() > 0) {
            LOG.info(
                    "event=disconnect holder={} reason={}",
                    config.socket(),
                    LogValue.quoted(String.valueOf(e.getMessage())));
        }
        table.lost(String.valueOf(e.getMessage()));
    }

    /** The library may yet be brought, so this is tried again. */
    private void unusable(OnnxRuntimeLoadException e) {
        String reason = "ONNX Runtime can't be used: " + e.getMessage();
        LOG.error("event=runtime-failed holder={} reason={}", config.socket(), LogValue.quoted(reason));
        table.lost(reason);
    }

    /** Until the connection breaks. */
    private void followOne() {
        try (HolderClient connected = HolderClient.connect(config.socket(), config.connectTimeout());
                HolderEvents watched = connected.watch(Optional.empty(), 0)) {
            client = connected;
            events = watched;
            LOG.info(
                    "event={} holder={} instance={}",
                    everConnected ? "reconnect" : "connect",
                    config.socket(),
                    connected.welcome().instance());
            everConnected = true;
            builder.begin(connected.welcome().runtime());
            while (closing.getCount() > 0) {
                boolean settled = attach(connected);
                if (settled) {
                    backoff.reset();
                }
                awaitChange(watched, settled ? SETTLED : backoff.next());
            }
        }
    }

    private boolean attach(HolderClient connected) {
        attachments.values().forEach(attachment -> attachment.bringBack(connected));
        List<ModelListing> listings = connected.list();
        boolean settled = true;
        Set<String> listed = listings.stream().map(ModelListing::name).collect(Collectors.toSet());
        for (ModelListing listing : listings) {
            if (table.isWanted(listing.name()) && isWorthEntering(listing)) {
                settled &= attachment(listing.name()).follow(connected, listing);
            }
        }
        for (Attachment attachment : attachments.values()) {
            if (!listed.contains(attachment.model().name())) {
                settled &= attachment.followAbsence();
            }
        }
        beans.follow(table.all());
        table.followed(listings.stream()
                .filter(listing -> listing.active().isPresent())
                .map(ModelListing::name)
                .collect(Collectors.toSet()));
        return settled;
    }

    private boolean isWorthEntering(ModelListing listing) {
        return listing.active().isPresent() || attachments.containsKey(listing.name());
    }

    private Attachment attachment(String name) {
        return attachments.computeIfAbsent(name, any -> new Attachment(table.enter(name), builder));
    }

    private static void awaitChange(HolderEvents watched, Duration limit) {
        Optional<Event> event = watched.next(limit);
        while (event.isPresent() && !CHANGES.contains(event.get().eventType())) {
            event = watched.next(limit);
        }
    }

    /** Ends the thread; whatever it attached stays. */
    @Override
    public void close() {
        closing.countDown();
        thread.interrupt();
        HolderEvents watched = events;
        if (watched != null) {
            watched.close();
        }
        HolderClient connected = client;
        if (connected != null) {
            connected.close();
        }
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            thread.join(config.drainLimit().plus(config.connectTimeout()).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
