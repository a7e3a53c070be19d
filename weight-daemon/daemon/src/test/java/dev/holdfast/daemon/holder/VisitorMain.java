package dev.holdfast.daemon.holder;

import dev.holdfast.memory.SharedCounter;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.HolderEvents;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.RefusedException;
import dev.holdfast.protocol.VersionSelector;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;

/**
 * A process that tries everything a client can, and everything one should not, and says what became of each: {@code
 * ATTEMPT: ok}, the holder's refusal, {@code denied} by the kernel, or {@code wrong}.
 */
public final class VisitorMain {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Path socket;
    private final Path state;
    private final String model;

    private VisitorMain(Path socket, Path state, String model) {
        this.socket = socket;
        this.state = state;
        this.model = model;
    }

    /** What may be refused. */
    private interface Attempt {
        void make() throws IOException;
    }

    /** Arguments: socket, state directory, model. */
    public static void main(String[] arguments) {
        VisitorMain visitor = new VisitorMain(Path.of(arguments[0]), Path.of(arguments[1]), arguments[2]);
        visitor.tryFiles();
        attempt("connect", visitor::tryRequests);
    }

    private static void attempt(String name, Attempt attempt) {
        System.out.println(name + ": " + outcome(attempt));
    }

    private static String outcome(Attempt attempt) {
        try {
            attempt.make();
            return "ok";
        } catch (RefusedException e) {
            return e.code().name();
        } catch (AccessDeniedException e) {
            return "denied";
        } catch (IOException | RuntimeException e) {
            return e.toString().replace('\n', ' ');
        }
    }

    private void tryFiles() {
        attempt("read journal", () -> open(state.resolve("journal"), StandardOpenOption.READ));
        attempt("write journal", () -> open(state.resolve("journal"), StandardOpenOption.WRITE));
        attempt("read lock", () -> open(state.resolve("lock"), StandardOpenOption.READ));
        attempt("list cache", () -> list(state.resolve("cache")));
        attempt("list tmp", () -> list(state.resolve("tmp")));
        attempt("list versions", () -> list(state.resolve("versions")));
        attempt(
                "create version",
                () -> Files.createDirectory(state.resolve("versions").resolve("forged")));
    }

    private static void open(Path file, OpenOption option) throws IOException {
        FileChannel.open(file, option).close();
    }

    private static void list(Path directory) throws IOException {
        try (DirectoryStream<Path> opened = Files.newDirectoryStream(directory)) {
            // Opening it is the attempt.
        }
    }

    private void tryRequests() {
        try (HolderClient client = HolderClient.connect(socket, LIMIT)) {
            attempt("list", client::list);
            attempt("status", client::status);
            attempt("watch", () -> watch(client));
            attempt("lease", () -> lease(client));
            attempt("activate", () -> client.activate(model, Optional.of(1L)));
            attempt("pin", () -> client.pin(model, 1, false));
            attempt("verify", () -> client.verify(model, Optional.of(1L)));
            attempt("rollback", () -> client.rollback(model));
            attempt("load", () -> client.load("no-such-model", Optional.empty(), false));
            attempt("unload", () -> client.unload("no-such-model", Optional.empty(), false));
        }
    }

    private static void watch(HolderClient client) {
        try (HolderEvents events = client.watch(Optional.empty(), 0)) {
            events.watching();
        }
    }

    private void lease(HolderClient client) {
        try (Lease lease = client.lease(model, VersionSelector.active(), Duration.ZERO, Optional.empty())) {
            attempt("read bytes", () -> readBytes(lease));
            attempt("count", () -> count(lease));
            for (String file : new String[] {"graph", "weights", "manifest"}) {
                Path path = lease.directory().resolve(file);
                attempt("write " + file, () -> open(path, StandardOpenOption.WRITE));
                attempt("delete " + file, () -> Files.delete(path));
            }
            attempt("offer", () -> client.offer(lease).close());
        }
    }

    private static void readBytes(Lease lease) {
        try (WeightArena arena = lease.openArena()) {
            if (!arena.digest().equals(lease.manifest().arena().digest())) {
                throw new IllegalStateException("other bytes");
            }
        }
    }

    private static void count(Lease lease) {
        try (SharedCounter counter = SharedCounter.open(lease.counterFile())) {
            if (counter.addAndGet(1) < 1) {
                throw new IllegalStateException("the counter does not count");
            }
        }
    }
}
