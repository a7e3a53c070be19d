package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.loader.DigestJob;
import dev.holdfast.memory.ContentDigest;
import dev.holdfast.memory.OwnedDescriptor;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.protocol.Digested;
import dev.holdfast.protocol.RefusalCode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Digests arenas that the holder can't map itself, for it never loads a device's driver: each by a child that is given
 * the descriptor, maps it read-only, and ends. Thread-safe; a digest blocks the thread that asks for it.
 */
final class DigestJobs implements AutoCloseable {
    private final HolderConfig config;
    private final ChildPrograms programs;
    private final Map<String, Running> running = new ConcurrentHashMap<>();
    private volatile boolean stopping;

    /**
     * @param child once it is started; it may ask before whoever started it knows it
     * @param answer what the child told, once it has
     */
    private record Running(
            HeldMemory memory, CompletableFuture<LoaderProcess> child, AtomicReference<@Nullable Digested> answer) {
        boolean isOf(Peer peer) {
            return child.handle((started, failure) -> started != null && started.pid() == peer.pid())
                    .join();
        }
    }

    DigestJobs(HolderConfig config, ChildPrograms programs) {
        this.config = config;
        this.programs = programs;
    }

    /**
     * The digest of an arena's bytes as they are now.
     *
     * @param memory stays the caller's
     * @param handle what it is opened by, if that is no descriptor
     * @throws Refusal STORAGE_FAILED if they can't be digested, or its counter is none, STOPPING if the holder stops meanwhile
     */
    ContentDigest digest(HeldMemory memory, Optional<String> handle) {
        WeightArena arena = memory.arena();
        String token = UUID.randomUUID().toString();
        DigestJob job = new DigestJob(
                token,
                config.socket().toAbsolutePath().toString(),
                arena.kind(),
                arena.device(),
                arena.sizeBytes(),
                handle);
        Running mine = new Running(memory, new CompletableFuture<>(), new AtomicReference<>());
        running.put(token, mine);
        try (LoaderProcess child = LoaderProcess.start(programs.digester(), job, config.loaderJvmOptions())) {
            mine.child().complete(child);
            return await(mine, child);
        } catch (IOException e) {
            throw failed("no child could be started: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(RefusalCode.STOPPING, "the holder is stopping", e);
        } finally {
            running.remove(token);
            mine.child().cancel(false);
        }
    }

    private ContentDigest await(Running mine, LoaderProcess child) throws InterruptedException {
        boolean ended = !stopping && child.waitFor(config.loadDeadline());
        Digested answer = mine.answer().get();
        if (answer != null && answer.digest().isPresent()) {
            return answer.digest().get();
        }
        if (answer != null) {
            throw failed(answer.failure().orElseThrow(), null);
        }
        if (stopping) {
            throw new Refusal(RefusalCode.STOPPING, "the holder is stopping");
        }
        throw failed(
                ended ? child.epitaph() : "it took longer than " + config.loadDeadline() + " (--load-deadline)", null);
    }

    private static Refusal failed(String reason, @Nullable Throwable cause) {
        return new Refusal(RefusalCode.STORAGE_FAILED, "its bytes can't be digested: " + reason, cause);
    }

    /** What a child is to look at; the descriptors stay their owner's. @throws Refusal for strangers */
    List<OwnedDescriptor> memoryFor(String token, Peer peer) {
        return jobOf(token, peer).memory().descriptors();
    }

    /** Takes a child's answer. @throws Refusal for strangers */
    void answer(Digested answer, Peer peer) {
        jobOf(answer.token(), peer).answer().set(answer);
    }

    private Running jobOf(String token, Peer peer) {
        Running job = running.get(token);
        if (job == null || !job.isOf(peer)) {
            throw new Refusal(RefusalCode.BAD_REQUEST, peer + " is no child of this holder, or its job is over");
        }
        return job;
    }

    /** Ends every child; their digests are refused. */
    @Override
    public void close() {
        stopping = true;
        for (Running job : running.values()) {
            CompletableFuture<?> unused = job.child().thenAccept(LoaderProcess::close);
        }
    }
}
