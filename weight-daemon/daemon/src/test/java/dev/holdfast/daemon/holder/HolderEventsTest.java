package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.OpenDescriptorsCheck;
import dev.holdfast.protocol.Event;
import dev.holdfast.protocol.EventType;
import dev.holdfast.protocol.HolderEvents;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What watchers hear, and how they can tell what they did not hear. */
@ExtendWith(OpenDescriptorsCheck.class)
class HolderEventsTest {
    @TempDir
    Path root;

    private ServingHolder start() throws IOException {
        ServingHolder holder = ServingHolder.start(root, ArenaLayout.SEALED);
        ModelZoo.bias(holder.models(), "bias", 1, 4096, 1);
        return holder;
    }

    private static List<Event> through(HolderEvents events, EventType last) {
        List<Event> heard = new ArrayList<>();
        do {
            heard.add(events.next());
        } while (heard.get(heard.size() - 1).eventType() != last);
        return heard;
    }

    @Test
    @Tag("core")
    void lifeOfAVersionIsToldInOrderAndWithoutGaps() throws IOException {
        try (ServingHolder holder = start();
                HolderEvents events = holder.watch()) {
            assertThat(events.watching().missed()).isFalse();
            holder.load("bias", 1);
            holder.client().unload("bias", Optional.of(1L), false);
            List<Event> heard = through(events, EventType.RETIRED);
            assertThat(heard)
                    .filteredOn(event -> event.eventType() != EventType.PROGRESS)
                    .extracting(Event::eventType)
                    .containsExactly(
                            EventType.LOADING,
                            EventType.PUBLISHED,
                            EventType.ACTIVATED,
                            EventType.DRAINING,
                            EventType.RETIRED);
            assertThat(heard).allMatch(event -> event.model().equals("bias") && event.version() == 1);
            long first = events.watching().lastEvent() + 1;
            assertThat(heard)
                    .extracting(Event::number)
                    .containsExactlyElementsOf(LongStream.range(first, first + heard.size())
                            .boxed()
                            .toList());
        }
    }

    @Test
    void progressOfALoadArrivesStageByStageWithItsBytes() throws IOException {
        try (ServingHolder holder = start();
                HolderEvents events = holder.watch()) {
            holder.load("bias", 1);
            List<Event> progress = through(events, EventType.PUBLISHED).stream()
                    .filter(event -> event.eventType() == EventType.PROGRESS)
                    .toList();
            assertThat(progress)
                    .extracting(Event::text)
                    .containsSubsequence("checking", "digesting source", "optimising", "filling", "digesting arena");
            assertThat(progress)
                    .allMatch(event -> event.totalBytes() == 0 || event.doneBytes() <= event.totalBytes())
                    .anyMatch(event -> event.text().equals("filling")
                            && event.doneBytes() == 4096 * 4
                            && event.totalBytes() == 4096 * 4);
        }
    }

    @Test
    void watcherThatComesBackIsToldWhatItHasNotHeard() throws IOException {
        try (ServingHolder holder = start()) {
            String instance = holder.client().welcome().instance();
            holder.load("bias", 1);
            long seen = holder.status().lastEvent();
            holder.client().unload("bias", Optional.of(1L), false);
            try (HolderEvents again = holder.client().watch(Optional.of(instance), seen)) {
                assertThat(again.watching().missed()).isFalse();
                assertThat(again.watching().lastEvent()).isEqualTo(seen + 2);
                assertThat(through(again, EventType.RETIRED))
                        .extracting(Event::number, Event::eventType)
                        .containsExactly(tuple(seen + 1, EventType.DRAINING), tuple(seen + 2, EventType.RETIRED));
            }
        }
    }

    @Test
    void watcherOfAnEarlierHolderIsToldThatItMissedSomethingAndNumbersGoOn() throws IOException {
        String instance;
        long last;
        try (ServingHolder first = start()) {
            instance = first.client().welcome().instance();
            first.load("bias", 1);
            last = first.status().lastEvent();
        }
        try (ServingHolder second = ServingHolder.start(root, ArenaLayout.SEALED);
                HolderEvents events = second.client().watch(Optional.of(instance), last)) {
            assertThat(events.watching().missed()).isTrue();
            assertThat(events.watching().instance()).isNotEqualTo(instance);
            assertThat(events.watching().lastEvent()).isGreaterThanOrEqualTo(last);
        }
    }
}
