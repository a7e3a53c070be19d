package dev.holdfast.daemon.loader;

import dev.holdfast.memory.ArenaException;
import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ContentDigest;
import dev.holdfast.memory.NativeCallException;
import dev.holdfast.memory.OwnedDescriptor;
import dev.holdfast.memory.SealedArena;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.memory.cuda.CudaArena;
import dev.holdfast.memory.cuda.CudaCounter;
import dev.holdfast.memory.cuda.CudaOutOfMemoryException;
import dev.holdfast.memory.cuda.CudaUnavailableException;
import dev.holdfast.protocol.DigestConnection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * The entry of a child that digests one arena where it is, mapped read-only, and ends. Exit codes: 0 the holder has been
 * told the digest or why there is none, 2 no job.
 */
public final class DigestMain {
    private static final int NO_JOB = 2;
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    private DigestMain() {}

    /**
     * Does one job.
     *
     * @param arguments none; the job is the first line of standard input
     */
    public static void main(String[] arguments) throws IOException {
        run(ArenaTarget::of);
    }

    /** Does one job with other memory. */
    static void run(ArenaTargets targets) throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line = input.readLine();
        if (line == null) {
            System.err.println("a digesting child is started by the holder, with its job on standard input");
            System.exit(NO_JOB);
        }
        run(DigestJob.fromJson(line), targets);
        // What a driver started may keep threads of its own.
        System.exit(0);
    }

    private static void run(DigestJob job, ArenaTargets targets) {
        try (DigestConnection holder = DigestConnection.connect(Path.of(job.socket()), CONNECT_LIMIT, job.token())) {
            try {
                holder.digested(digest(job, holder, targets));
            } catch (ArenaException
                    | NativeCallException
                    | CudaUnavailableException
                    | CudaOutOfMemoryException
                    | UnsupportedOperationException e) {
                holder.failed(Objects.requireNonNullElse(e.getMessage(), e.toString()));
            }
        }
    }

    private static ContentDigest digest(DigestJob job, DigestConnection holder, ArenaTargets targets) {
        if (job.kind() == ArenaKind.HOST) {
            try (WeightArena arena = SealedArena.adopt(holder.fetch(1).get(0), job.sizeBytes())) {
                return arena.digest();
            }
        }
        if (job.handle().isPresent()) {
            ArenaTarget target = targets.of(new Placement(job.kind(), ArenaLayout.SEALED, job.device()));
            // With its lifeline, as everybody who uses it has one.
            try (OwnedDescriptor lifeline = holder.fetch(1).get(0);
                    WeightArena arena = target.open(job.handle().get(), job.sizeBytes())) {
                return arena.digest();
            }
        }
        List<OwnedDescriptor> memory = holder.fetch(2);
        // Opening the counter is the check of it.
        try (WeightArena arena = CudaArena.adopt(memory.get(0), job.device(), job.sizeBytes());
                CudaCounter counter = CudaCounter.adopt(memory.get(1), job.device())) {
            return arena.digest();
        }
    }
}
