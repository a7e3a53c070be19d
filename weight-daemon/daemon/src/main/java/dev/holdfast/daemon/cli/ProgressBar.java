package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.holder.ByteSize;
import dev.holdfast.protocol.Event;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A load's progress for people: one line, drawn over itself with stage, bar, percent, bytes and rate. */
final class ProgressBar implements LoadDisplay {
    private static final int CELLS = 24;

    private final PrintStream stream;
    private final LongSupplier nanoTime;
    private String stage = "";
    private long stageBegan;
    private int lastWidth;

    /** @param nanoTime the clock that rates are computed by */
    ProgressBar(PrintStream stream, LongSupplier nanoTime) {
        this.stream = stream;
        this.nanoTime = nanoTime;
    }

    @Override
    public void show(Event progress) {
        String now = progress.version() + " " + progress.text();
        if (!now.equals(stage)) {
            stage = now;
            stageBegan = nanoTime.getAsLong();
        }
        draw(line(progress));
    }

    private String line(Event progress) {
        String what = progress.model() + ":" + progress.version() + " " + progress.text();
        if (progress.totalBytes() <= 0) {
            return what + " ...";
        }
        double part = Math.min(1, progress.doneBytes() / (double) progress.totalBytes());
        int filled = (int) (part * CELLS);
        return String.format(
                Locale.ROOT,
                "%s [%s%s] %3d%%  %s of %s%s",
                what,
                "#".repeat(filled),
                "-".repeat(CELLS - filled),
                (int) (part * 100),
                ByteSize.format(progress.doneBytes()),
                ByteSize.format(progress.totalBytes()),
                rate(progress.doneBytes()));
    }

    private String rate(long doneBytes) {
        double seconds = (nanoTime.getAsLong() - stageBegan) / (double) TimeUnit.SECONDS.toNanos(1);
        return seconds <= 0 || doneBytes == 0 ? "" : "  " + ByteSize.format((long) (doneBytes / seconds)) + "/s";
    }

    /** Blanks cover what a longer line before has left. */
    private void draw(String line) {
        stream.print("\r" + line + " ".repeat(Math.max(0, lastWidth - line.length())));
        stream.flush();
        lastWidth = line.length();
    }

    @Override
    public void end() {
        if (lastWidth > 0) {
            stream.print("\r" + " ".repeat(lastWidth) + "\r");
            stream.flush();
        }
    }
}
