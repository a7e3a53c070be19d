package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.holder.LoadTarget;
import dev.holdfast.memory.Mapping;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.VersionSelector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast lease}: a worker that only reads. */
@Command(
        name = "lease",
        description = "Leases a version, maps it, reads all of it, prints one line, and holds the lease until standard"
                + " input ends.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class LeaseCommand implements Callable<Integer> {
    private static final int CHUNK_BYTES = 1 << 20;

    @Mixin
    private final HolderConnection holder = new HolderConnection();

    @Parameters(paramLabel = "NAME[:VERSION]", description = "A version, or the active one of a model.")
    private LoadTarget target;

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            description = "How long to wait until it is published, such as 30s; otherwise asks once.")
    private Duration wait = Duration.ZERO;

    @Override
    public Integer call() throws IOException {
        VersionSelector selector =
                target.version().map(VersionSelector::exactly).orElseGet(VersionSelector::active);
        try (HolderClient client = holder.open();
                Lease lease = client.lease(target.model(), selector, wait, Optional.empty());
                WeightArena arena = lease.openArena();
                Mapping mapping = arena.map()) {
            readAll(mapping);
            holder.print("leased " + target.model() + ":" + lease.manifest().version() + ", "
                    + mapping.sizeBytes() + " bytes at 0x" + Long.toHexString(mapping.address()) + " in "
                    + lease.directory() + ", pid " + ProcessHandle.current().pid());
            awaitEndOfInput();
        }
        return ExitCode.DONE;
    }

    /** Touches every page, so that it counts as this process's share of them. */
    private static void readAll(Mapping mapping) {
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
        for (long offset = 0; offset < mapping.sizeBytes(); offset += CHUNK_BYTES) {
            chunk.clear().limit((int) Math.min(CHUNK_BYTES, mapping.sizeBytes() - offset));
            mapping.copyOut(offset, chunk);
        }
    }

    private static void awaitEndOfInput() throws IOException {
        while (System.in.read() >= 0) {
            // What is written here does not matter.
        }
    }
}
