package dev.holdfast.bench;

import dev.holdfast.memory.Mapping;
import dev.holdfast.memory.PackedArena;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.VersionSelector;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Attachments to one arena, again and again, timed step by step. */
final class Attachments {
    private final String name;
    private final Source source;
    private final ByteBuffer oneByte = ByteBuffer.allocateDirect(1);
    private final Samples first = new Samples();
    private final Samples lease = new Samples();
    private final Samples open = new Samples();
    private final Samples map = new Samples();
    private final Samples firstByte = new Samples();
    private final Samples attach = new Samples();

    /** Where an arena comes from. */
    private interface Source {
        Holding take();
    }

    /** What is held while the arena is used, and how to open the arena. */
    private interface Holding extends AutoCloseable {
        WeightArena openArena();

        @Override
        void close();
    }

    private Attachments(String name, Source source) {
        this.name = name;
        this.source = source;
    }

    /** To a version that the client's holder has published; each over a connection of its own, as a worker does. */
    static Attachments leased(String name, HolderClient client, String model) {
        return new Attachments(name, () -> {
            Lease lease = client.lease(model, VersionSelector.active(), Duration.ZERO, Optional.empty());
            return holding(lease::openArena, lease::close);
        });
    }

    /** To a new sparse file, without a holder. */
    static Attachments sparse(Path directory, long mebibytes) throws IOException {
        Path file = directory.resolve("sparse" + mebibytes);
        long sizeBytes = mebibytes << 20;
        try (RandomAccessFile created = new RandomAccessFile(file.toFile(), "rw")) {
            created.setLength(sizeBytes);
        }
        return new Attachments(
                "packed, sparse file, no holder, " + mebibytes + " MiB",
                () -> holding(() -> PackedArena.open(file, sizeBytes), () -> {}));
    }

    private static Holding holding(Supplier<WeightArena> opening, Runnable closing) {
        return new Holding() {
            @Override
            public WeightArena openArena() {
                return opening.get();
            }

            @Override
            public void close() {
                closing.run();
            }
        };
    }

    /** Attaches, reads one byte of the middle, and detaches; whether that counts is up to {@code measured}. */
    void attach(boolean measured) {
        long started = System.nanoTime();
        try (Holding holding = source.take()) {
            long leased = System.nanoTime();
            try (WeightArena arena = holding.openArena()) {
                long opened = System.nanoTime();
                try (Mapping mapping = arena.map()) {
                    long mapped = System.nanoTime();
                    mapping.copyOut(mapping.sizeBytes() / 2, oneByte.clear());
                    record(measured, started, leased, opened, mapped, System.nanoTime());
                }
            }
        }
    }

    private void record(boolean measured, long started, long leased, long opened, long mapped, long read) {
        if (first.count() == 0) {
            first.add((mapped - started) / 1e6);
        }
        if (measured) {
            lease.add((leased - started) / 1e6);
            open.add((opened - leased) / 1e6);
            map.add((mapped - opened) / 1e6);
            firstByte.add((read - mapped) / 1e6);
            attach.add((mapped - started) / 1e6);
        }
    }

    void print() {
        System.out.printf(
                Locale.ROOT,
                "| %s | %.1f | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f |%n",
                name,
                first.median(),
                lease.median(),
                open.median(),
                map.median(),
                firstByte.median(),
                attach.min(),
                attach.median(),
                attach.quantile(0.95));
        System.out.printf(Locale.ROOT, "<!-- %s, every nth: %s -->%n", name, attach.raw());
    }
}
