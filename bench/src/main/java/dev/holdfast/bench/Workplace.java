package dev.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A temporary directory with a model repository, a holder's state and its socket; deleted when closed. */
final class Workplace implements AutoCloseable {
    private final Path root;

    private Workplace(Path root) {
        this.root = root;
    }

    /** @param parent must exist; the path must be short enough for a socket's address, unix(7) */
    static Workplace in(Path parent) throws IOException {
        Path root = Files.createTempDirectory(parent, "holdfast-bench-");
        Files.createDirectories(root.resolve("models"));
        return new Workplace(root);
    }

    Path root() {
        return root;
    }

    Path models() {
        return root.resolve("models");
    }

    Path state() {
        return root.resolve("state");
    }

    Path socket() {
        return root.resolve("socket");
    }

    /** What the holder writes. */
    Path log() {
        return root.resolve("holder.log");
    }

    /** Forgets every version and all that is cached; no holder may run. */
    void clearState() throws IOException {
        if (Files.exists(state())) {
            delete(state());
        }
    }

    private static void delete(Path tree) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> paths = Files.walk(tree)) {
            deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.delete(path);
        }
    }

    @Override
    public void close() throws IOException {
        delete(root);
    }
}
