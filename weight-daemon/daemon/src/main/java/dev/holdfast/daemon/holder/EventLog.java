package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.journal.Journal;
import dev.holdfast.daemon.journal.JournalException;
import dev.holdfast.daemon.journal.JournalRecord;
import dev.holdfast.protocol.Event;
import dev.holdfast.protocol.EventType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Numbers events, remembers the latest, and hands them to subscribers.
 *
 * <p>Numbers never repeat, not even across a crash: they are journalled in blocks before they are used, so a restarted
 * holder goes on above every number that can have been seen. Thread-safe.
 */
final class EventLog {
    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);

    private static final int REMEMBERED = 1_024;
    private static final int SUBSCRIBER_BACKLOG = 4_096;
    private static final long BLOCK = 256;

    private final String instance;
    private final Journal journal;
    private final Deque<Event> recent = new ArrayDeque<>();
    private final Set<Subscription> subscriptions = new HashSet<>();
    private long last;
    private long reserved;

    EventLog(String instance, Journal journal) {
        this.instance = instance;
        this.journal = journal;
        this.last = journal.state().lastEvent();
        this.reserved = last;
    }

    /** The number of the latest event. */
    synchronized long last() {
        return last;
    }

    void push(EventType type, String model, long version, String text) {
        push(type, model, version, text, 0, 0);
    }

    synchronized void push(EventType type, String model, long version, String text, long doneBytes, long totalBytes) {
        reserveNext();
        Event event = new Event(++last, type, model, version, text, doneBytes, totalBytes);
        recent.addLast(event);
        if (recent.size() > REMEMBERED) {
            recent.removeFirst();
        }
        subscriptions.removeIf(subscription -> !subscription.deliver(event));
    }

    private void reserveNext() {
        if (last < reserved) {
            return;
        }
        try {
            journal.append(new JournalRecord.Events(last + BLOCK));
        } catch (JournalException e) {
            // The event is worth more than its number: it is pushed, and only a crash right now could repeat numbers.
            LOG.error("event numbers could not be reserved: {}", e.getMessage());
        }
        reserved = last + BLOCK;
    }

    /**
     * Starts delivery of every later event, after those remembered that the subscriber has not seen.
     *
     * @param seenInstance the holder instance whose numbers the subscriber knows, if any
     * @param afterEvent the last number it has seen
     */
    synchronized Subscription subscribe(Optional<String> seenInstance, long afterEvent) {
        List<Event> backlog = new ArrayList<>();
        for (Event event : recent) {
            if (event.number() > afterEvent) {
                backlog.add(event);
            }
        }
        boolean sameInstance = seenInstance.filter(instance::equals).isPresent();
        boolean missed = seenInstance.isPresent() && (!sameInstance || afterEvent + backlog.size() != last);
        Subscription subscription = new Subscription(last, missed);
        if (sameInstance) {
            backlog.forEach(subscription::deliver);
        }
        subscriptions.add(subscription);
        return subscription;
    }

    synchronized void end(Subscription subscription) {
        subscription.ended.set(true);
        subscriptions.remove(subscription);
    }

    /** On a clean stop the exact number is journalled, so the next holder leaves no gap. */
    synchronized void recordLast() {
        journal.append(new JournalRecord.Events(last));
    }

    /** One watcher's queue. It ends when its watcher is too slow for its backlog. */
    static final class Subscription {
        private final BlockingQueue<Event> queue = new ArrayBlockingQueue<>(SUBSCRIBER_BACKLOG);
        private final AtomicBoolean ended = new AtomicBoolean();
        private final long lastEvent;
        private final boolean missed;

        private Subscription(long lastEvent, boolean missed) {
            this.lastEvent = lastEvent;
            this.missed = missed;
        }

        /** The latest number when the subscription began. */
        long lastEvent() {
            return lastEvent;
        }

        /** Whether events between the subscriber's last and this log's first are lost to it. */
        boolean missed() {
            return missed;
        }

        boolean isEnded() {
            return ended.get();
        }

        private boolean deliver(Event event) {
            if (!queue.offer(event)) {
                ended.set(true);
            }
            return !ended.get();
        }

        /** The next event, or null if none came in that time. */
        @Nullable
        Event poll(long timeout, TimeUnit unit) throws InterruptedException {
            return queue.poll(timeout, unit);
        }
    }
}
