package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.loader.HostMemory;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.HolderException;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.VersionSelector;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A worker of versions in {@link HostMemory}: leases, maps by the handle, and reads all bytes over and over. Says
 * {@code ready HASH}; {@code reads on HASH} once its holder is gone and, in mode {@code offer}, {@code reattached HASH}
 * when a new one has the version. In mode {@code keep} it never brings the version back.
 */
public final class OwnedReaderMain {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private OwnedReaderMain() {}

    /** Arguments: socket, model, mode. */
    public static void main(String[] arguments) throws Exception {
        Path socket = Path.of(arguments[0]);
        Lease lease = first(socket, arguments[1]);
        MappedByteBuffer bytes;
        try (FileChannel opened = FileChannel.open(
                HostMemory.path(lease.manifest().arena().handle().orElseThrow()))) {
            bytes = opened.map(
                    FileChannel.MapMode.READ_ONLY, 0, lease.manifest().arena().sizeBytes());
        }
        say("ready " + bytes.hashCode());
        while (true) {
            while (lease.isConnected()) {
                Thread.sleep(5);
            }
            say("reads on " + bytes.hashCode());
            if (arguments[2].equals("keep")) {
                Thread.sleep(Long.MAX_VALUE);
            }
            Lease again = bringBack(socket, lease);
            lease.close();
            lease = again;
            say("reattached " + bytes.hashCode());
        }
    }

    private static Lease first(Path socket, String model) {
        try (HolderClient client = HolderClient.connect(socket, LIMIT)) {
            return client.lease(model, VersionSelector.active(), LIMIT, Optional.empty());
        }
    }

    private static Lease bringBack(Path socket, Lease lost) throws InterruptedException {
        while (true) {
            try (HolderClient client = HolderClient.connect(socket, LIMIT)) {
                return client.offer(lost);
            } catch (HolderException e) {
                Thread.sleep(50);
            }
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
