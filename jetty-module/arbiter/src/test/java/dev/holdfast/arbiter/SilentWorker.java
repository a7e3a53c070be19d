package dev.holdfast.arbiter;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import dev.holdfast.control.ControlConnection;
import dev.holdfast.control.ControlMessage;
import dev.holdfast.control.ControlMessage.StageReached;
import dev.holdfast.control.ControlMessage.WorkerHello;
import dev.holdfast.control.LifeLock;
import dev.holdfast.control.StartStage;
import dev.holdfast.control.WorkerEnvironment;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A worker's process without a server: says that it listens, and from then on obeys nobody. With the argument {@code stay} it
 * holds its life lock; with {@code leave} it has none, and ends its link; with {@code let-go} the thread that holds its lock ends.
 */
final class SilentWorker {
    private SilentWorker() {}

    public static void main(String[] arguments) throws Exception {
        WorkerEnvironment environment = WorkerEnvironment.ofThisProcess().orElseThrow();
        Path life = environment.lifeFile();
        CompletableFuture<Void> letGo = new CompletableFuture<>();
        switch (arguments[0]) {
            case "stay" -> LifeLock.hold(life);
            case "let-go" -> lock(life, letGo);
            default -> {}
        }
        ControlConnection link = listen(environment);
        if (arguments[0].equals("leave")) {
            link.close();
        }
        letGo.complete(null);
        try {
            Thread.currentThread().join();
        } finally {
            Reference.reachabilityFence(link);
        }
    }

    private static ControlConnection listen(WorkerEnvironment environment) throws IOException {
        ControlConnection link = ControlConnection.connect(environment.socket());
        link.send(new WorkerHello(
                ControlMessage.VERSION,
                environment.token(),
                ProcessHandle.current().pid()));
        link.send(new StageReached(StartStage.LISTENING, 1));
        return link;
    }

    /** Has a thread hold the lock until it ends: to the kernel, the owner is dead then. */
    private static void lock(Path life, CompletableFuture<Void> until) throws IOException {
        MappedByteBuffer page;
        try (FileChannel channel = FileChannel.open(life, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE))) {
            page = channel.map(MapMode.READ_WRITE, 0, channel.size());
        }
        CompletableFuture<Integer> locked = new CompletableFuture<>();
        Pointer mutex = Native.getDirectBufferPointer(page);
        Thread holder = new Thread(() -> {
            locked.complete(
                    NativeLibrary.getProcess().getFunction("pthread_mutex_lock").invokeInt(new Object[] {mutex}));
            try {
                until.join();
            } finally {
                Reference.reachabilityFence(page);
            }
        });
        holder.start();
        if (locked.join() != 0) {
            throw new IOException("the lock is not to be had");
        }
    }
}
