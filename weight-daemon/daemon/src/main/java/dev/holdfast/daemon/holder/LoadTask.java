package dev.holdfast.daemon.holder;

import dev.holdfast.protocol.RefusalCode;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One load under way: which version, where its loader works, and what came of it. Thread-safe. */
final class LoadTask {
    private final String token;
    private final VersionEntry entry;
    private final Path workDirectory;
    private final Lock settling = new ReentrantLock();
    private final CompletableFuture<Boolean> published = new CompletableFuture<>();
    private boolean offered;
    private @Nullable Refusal failure;

    /**
     * @param token what the loader proves itself with
     * @param entry the version, LOADING
     * @param workDirectory of its loader
     */
    LoadTask(String token, VersionEntry entry, Path workDirectory) {
        this.token = token;
        this.entry = entry;
        this.workDirectory = workDirectory;
    }

    String token() {
        return token;
    }

    VersionEntry entry() {
        return entry;
    }

    Path workDirectory() {
        return workDirectory;
    }

    /** Where the finished version lies when it is offered. */
    Path finished() {
        return workDirectory.resolve("version");
    }

    /** Claims the one offer that a load takes. @return false if it was claimed before or the load is over */
    synchronized boolean claimOffer() {
        boolean first = !offered && failure == null;
        offered = true;
        return first;
    }

    void succeed() {
        published.complete(true);
    }

    /** Completed once the version is published. */
    CompletableFuture<?> publication() {
        return published;
    }

    /**
     * Held while its offer is dealt with, and while its end is: a loader that dies with its offer under way must not have
     * failed and be published as well.
     */
    Lock settling() {
        return settling;
    }

    boolean isPublished() {
        return published.isDone();
    }

    /** Keeps the first reason; later ones follow from it. No offer is taken from here on. */
    synchronized void fail(RefusalCode code, String reason) {
        if (failure == null) {
            failure = new Refusal(code, reason);
        }
    }

    synchronized Optional<Refusal> failure() {
        return Optional.ofNullable(failure);
    }
}
