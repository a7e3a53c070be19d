package dev.holdfast.bench;

import dev.holdfast.memory.Mapping;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.HolderException;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.VersionSelector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The victim of {@link ChurnCommand}: attaches, says so, and waits to be killed. */
final class ChurnWorker {
    /** The one line it prints. */
    static final String ATTACHED = "attached";

    /** Its exit code if it got no lease, which is no fault while the holder restarts. */
    static final int NO_LEASE = 3;

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private ChurnWorker() {}

    /** Attaches; the arguments are the holder's socket and a model's name. */
    public static void main(String[] arguments) throws IOException {
        try (HolderClient client = HolderClient.connect(Path.of(arguments[0]), LIMIT);
                Lease lease = client.lease(arguments[1], VersionSelector.active(), LIMIT, Optional.empty());
                WeightArena arena = lease.openArena();
                Mapping mapping = arena.map()) {
            mapping.copyOut(mapping.sizeBytes() / 2, ByteBuffer.allocate(1));
            System.out.println(ATTACHED);
            System.out.flush();
            System.exit(System.in.read() < 0 ? 0 : 1);
        } catch (HolderException e) {
            System.err.println(e.getMessage());
            System.exit(NO_LEASE);
        }
    }
}
