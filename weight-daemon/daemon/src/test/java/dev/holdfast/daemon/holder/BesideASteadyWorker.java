package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.OpenDescriptorsCheck;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.LeaseRequest;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.VersionSelector;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A holder with one model, and around each test a well-behaved client that leases all the time: it must never notice
 * what the test does, and afterwards the holder must have as many descriptors and threads as before.
 */
@ExtendWith(OpenDescriptorsCheck.class)
abstract class BesideASteadyWorker {
    static final String MODEL = "bias";

    @TempDir
    static Path root;

    static HolderBase base;
    static Holder holder;

    private Census before;
    private SteadyWorker steady;

    @BeforeAll
    static void startHolder() throws IOException {
        base = new HolderBase(root);
        ModelZoo.bias(base.models(), MODEL, 1, 1024, 1f);
        holder = base.start(ArenaLayout.PACKED);
        try (HolderClient client = base.client()) {
            client.load(MODEL, Optional.empty(), false);
        }
    }

    @AfterAll
    static void stopHolder() {
        holder.close();
    }

    @BeforeEach
    void startSteadyWorker() throws IOException {
        before = Census.take();
        steady = new SteadyWorker(base.client(), MODEL);
    }

    @AfterEach
    void nothingHappenedToAnybodyElse() throws IOException {
        steady.close();
        before.awaitReturn();
    }

    static RawClient connected() throws IOException {
        return RawClient.connect(base.socket());
    }

    static RawClient greeted() throws IOException {
        return RawClient.greeted(base.socket());
    }

    static LeaseRequest leaseRequest() {
        return new LeaseRequest(MODEL, VersionSelector.active(), 0, Optional.empty());
    }

    static void endsAfterBadFrame(RawClient client) throws IOException {
        assertThat(client.refusal()).isEqualTo(RefusalCode.BAD_FRAME);
        assertThat(client.receive()).isEmpty();
    }

    /** Descriptors of some file, as many as wanted. */
    static void sendWithDescriptors(RawClient client, byte[] frame, int count) throws IOException {
        try (FileInputStream file = new FileInputStream("/proc/self/status")) {
            client.sendBytes(frame, Collections.nCopies(count, file.getFD()).toArray(FileDescriptor[]::new));
        }
    }

    static CompletableFuture<Void> inThread(Callable<Void> body) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(null, () -> complete(done, body), "hostile-client", 256 * 1024);
        thread.start();
        return done;
    }

    private static void complete(CompletableFuture<Void> done, Callable<Void> body) {
        try {
            done.complete(body.call());
        } catch (Exception | AssertionError e) {
            done.completeExceptionally(e);
        }
    }
}
