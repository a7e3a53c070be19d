package dev.holdfast.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.Event;
import dev.holdfast.protocol.EventType;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private final AtomicLong nanos = new AtomicLong();

    private static Event progress(String stage, long done, long total) {
        return new Event(1, EventType.PROGRESS, "m", 3, stage, done, total);
    }

    private String drawn() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void barShowsPartBytesAndRateOfTheStage() {
        ProgressBar bar = new ProgressBar(stream, nanos::get);

        bar.show(progress("filling", 0, 8 << 20));
        nanos.addAndGet(2_000_000_000L);
        bar.show(progress("filling", 4 << 20, 8 << 20));

        assertThat(drawn()).endsWith("\rm:3 filling [############------------]  50%  4.0 MiB of 8.0 MiB  2.0 MiB/s");
    }

    @Test
    void barCoversWhatALongerLineLeft() {
        ProgressBar bar = new ProgressBar(stream, nanos::get);

        bar.show(progress("digesting", 0, 0));
        bar.show(progress("x", 0, 0));
        bar.end();

        assertThat(drawn()).isEqualTo("\rm:3 digesting ...\rm:3 x ...        \r         \r");
    }

    @Test
    void moreThanAllIsAll() {
        new ProgressBar(stream, nanos::get).show(progress("filling", 9, 8));

        assertThat(drawn()).contains("[########################] 100%");
    }

    @Test
    void linesNameEachStageOnce() {
        StageLines lines = new StageLines(stream);

        lines.show(progress("checking", 0, 0));
        lines.show(progress("filling", 0, 2048));
        lines.show(progress("filling", 1024, 2048));

        assertThat(drawn().lines()).containsExactly("m:3 checking", "m:3 filling (2.0 KiB)");
    }
}
