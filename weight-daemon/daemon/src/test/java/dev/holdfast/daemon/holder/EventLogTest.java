package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.journal.Journal;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.memory.OpenDescriptorsCheck;
import dev.holdfast.protocol.Event;
import dev.holdfast.protocol.EventType;
import dev.holdfast.protocol.Message;
import dev.holdfast.protocol.Watch;
import dev.holdfast.protocol.Watching;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(OpenDescriptorsCheck.class)
class EventLogTest {
    private static final String INSTANCE = "this holder";

    /** As many as the log remembers for those who come back. */
    private static final int REMEMBERED = 1_024;

    @TempDir
    Path directory;

    private Journal journal() {
        return Journal.open(directory.resolve("journal"));
    }

    private static void push(EventLog log, int events) {
        for (int i = 0; i < events; i++) {
            log.push(EventType.PROGRESS, "m", 1, "filling");
        }
    }

    private static List<Long> numbers(EventLog.Subscription subscription, int count) throws InterruptedException {
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Event event = subscription.poll(0, TimeUnit.SECONDS);
            if (event != null) {
                numbers.add(event.number());
            }
        }
        return numbers;
    }

    @Test
    void eventsAreNumberedFromOne() throws InterruptedException {
        try (Journal journal = journal()) {
            EventLog log = new EventLog(INSTANCE, journal);
            EventLog.Subscription watcher = log.subscribe(Optional.empty(), 0);
            push(log, 3);
            assertThat(numbers(watcher, 4)).containsExactly(1L, 2L, 3L);
        }
    }

    @Test
    void newWatcherGetsNothingOld() throws InterruptedException {
        try (Journal journal = journal()) {
            EventLog log = new EventLog(INSTANCE, journal);
            push(log, 3);
            EventLog.Subscription watcher = log.subscribe(Optional.empty(), 0);
            assertThat(watcher.missed()).isFalse();
            assertThat(watcher.lastEvent()).isEqualTo(3);
            assertThat(numbers(watcher, 1)).isEmpty();
        }
    }

    @Test
    void returningWatcherGetsWhatItHasNotSeen() throws InterruptedException {
        try (Journal journal = journal()) {
            EventLog log = new EventLog(INSTANCE, journal);
            push(log, 5);
            EventLog.Subscription watcher = log.subscribe(Optional.of(INSTANCE), 3);
            assertThat(watcher.missed()).isFalse();
            assertThat(numbers(watcher, 3)).containsExactly(4L, 5L);
        }
    }

    @Test
    void watcherThatWasAwayTooLongIsToldSo() {
        try (Journal journal = journal()) {
            EventLog log = new EventLog(INSTANCE, journal);
            push(log, REMEMBERED + 2);
            assertThat(log.subscribe(Optional.of(INSTANCE), 1).missed()).isTrue();
            assertThat(log.subscribe(Optional.of(INSTANCE), 2).missed()).isFalse();
        }
    }

    @Test
    void watcherOfAnotherHolderIsToldThatItMissedSomething() throws InterruptedException {
        try (Journal journal = journal()) {
            EventLog log = new EventLog(INSTANCE, journal);
            push(log, 2);
            EventLog.Subscription watcher = log.subscribe(Optional.of("an earlier holder"), 2);
            assertThat(watcher.missed()).isTrue();
            assertThat(numbers(watcher, 1)).isEmpty();
        }
    }

    @Test
    void watcherThatClaimsToHaveSeenTheFutureIsToldThatItMissedSomething() {
        try (Journal journal = journal()) {
            EventLog log = new EventLog(INSTANCE, journal);
            push(log, 2);
            assertThat(log.subscribe(Optional.of(INSTANCE), 1_000).missed()).isTrue();
        }
    }

    @Test
    void watcherThatDoesNotReadIsCutAtItsBacklog() {
        try (Journal journal = journal()) {
            EventLog log = new EventLog(INSTANCE, journal);
            EventLog.Subscription slow = log.subscribe(Optional.empty(), 0);
            push(log, 4_096);
            assertThat(slow.isEnded()).isFalse();
            push(log, 1);
            assertThat(slow.isEnded()).isTrue();
        }
    }

    @Test
    void endedSubscriptionGetsNoMore() throws InterruptedException {
        try (Journal journal = journal()) {
            EventLog log = new EventLog(INSTANCE, journal);
            EventLog.Subscription watcher = log.subscribe(Optional.empty(), 0);
            log.end(watcher);
            push(log, 1);
            assertThat(watcher.isEnded()).isTrue();
            assertThat(numbers(watcher, 1)).isEmpty();
        }
    }

    @Test
    void numbersGoOnWithoutAGapAfterACleanStop() {
        try (Journal journal = journal()) {
            EventLog log = new EventLog(INSTANCE, journal);
            push(log, 10);
            log.recordLast();
        }
        try (Journal journal = journal()) {
            EventLog log = new EventLog("the next holder", journal);
            push(log, 1);
            assertThat(log.last()).isEqualTo(11);
        }
    }

    @Test
    @Tag("core")
    void numbersOfAKilledHolderAreNeverUsedAgain() throws Exception {
        long last;
        try (ChildJvm killed =
                ChildJvm.start(EventPusher.class, directory.resolve("journal").toString(), "300")) {
            last = Long.parseLong(killed.readLine());
        }
        assertThat(last).isEqualTo(300);
        try (Journal journal = journal()) {
            assertThat(new EventLog("the next holder", journal).last()).isGreaterThanOrEqualTo(last);
        }
    }

    @Test
    @Tag("core")
    void watcherThatStopsReadingIsCutOffAndToldWhenItComesBack() throws Exception {
        HolderBase base = new HolderBase(directory);
        try (Holder holder = base.start(ArenaLayout.PACKED)) {
            Watching watching;
            long lastSeen;
            try (RawClient watcher = RawClient.greeted(base.socket())) {
                watching = watch(watcher, new Watch(Optional.empty(), 0));
                push(holder.events(), 12_000);
                lastSeen = readToTheEnd(watcher);
            }
            assertThat(lastSeen).isLessThan(holder.events().last());
            try (RawClient watcher = RawClient.greeted(base.socket())) {
                assertThat(watch(watcher, new Watch(Optional.of(watching.instance()), lastSeen))
                                .missed())
                        .isTrue();
            }
        }
    }

    private static Watching watch(RawClient client, Watch watch) throws Exception {
        client.send(watch);
        return (Watching) client.receive().orElseThrow();
    }

    /** The number of the last event before the holder cut the watcher off. */
    private static long readToTheEnd(RawClient watcher) throws Exception {
        // Not a byte is read until the holder has given up, or reading would make room again.
        long deadline = System.nanoTime() + HolderBase.LIMIT.toNanos();
        while (isServed() && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
        long last = 0;
        for (Optional<Message> next = watcher.receive(); next.isPresent(); next = watcher.receive()) {
            last = ((Event) next.get()).number();
        }
        return last;
    }

    private static boolean isServed() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("holdfast-connection"));
    }
}
