package dev.holdfast.protocol;

import static dev.holdfast.protocol.ScriptedHolder.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.memory.AdvisoryLock;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ArenaWriter;
import dev.holdfast.memory.OwnedDescriptor;
import dev.holdfast.memory.SealedArena;
import dev.holdfast.memory.WeightArena;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("core")
class LeaseTest {
    private static final Duration SOON = Loopback.SOON;
    private static final int ARENA_BYTES = 4096;
    private static final VersionSelector ACTIVE = VersionSelector.active();

    private Path directory;
    private Path weights;
    private Path path;

    @BeforeEach
    void makeVersion(@TempDir Path temporary) throws IOException {
        directory = temporary;
        path = temporary.resolve("h.sock");
        weights = Files.write(temporary.resolve("weights"), new byte[ARENA_BYTES]);
    }

    /** Grants every lease on a packed version, as a holder does: with a lock taken for the worker. */
    private void grantPacked(FrameConnection connection, Frame frame) throws IOException {
        if (frame.message() instanceof Release) {
            reply(connection, new Released());
            return;
        }
        Manifest manifest = Samples.manifest(ArenaLayout.PACKED, ARENA_BYTES);
        try (AdvisoryLock lock = AdvisoryLock.trySharedOn(weights).orElseThrow()) {
            reply(connection, Samples.granted(manifest, directory.toString()), lock.descriptor());
        }
    }

    private Lease lease(Duration wait) {
        try (HolderClient client = HolderClient.connect(path, SOON)) {
            return client.lease("linear", ACTIVE, wait, Optional.empty());
        }
    }

    @Test
    void aPackedLeaseOpensTheDirectorysWeights() throws Exception {
        try (ScriptedHolder holder = new ScriptedHolder(path, this::grantPacked);
                Lease lease = lease(Duration.ZERO);
                WeightArena arena = lease.openArena()) {
            assertThat(arena.sizeBytes()).isEqualTo(ARENA_BYTES);
            assertThat(lease.directory()).isEqualTo(directory);
            assertThat(lease.manifest().model()).isEqualTo("linear");
            assertThat(holder.heard).contains(new LeaseRequest("linear", ACTIVE, 0, Optional.empty()));
        }
    }

    @Test
    void aSealedLeaseAdoptsTheArenaThatCameWithIt() throws Exception {
        try (WeightArena origin = sealed();
                ScriptedHolder holder = new ScriptedHolder(path, sealedGrants(origin));
                Lease lease = lease(Duration.ZERO);
                WeightArena first = lease.openArena();
                WeightArena second = lease.openArena()) {
            assertThat(first.digest()).isEqualTo(origin.digest());
            assertThat(second.digest()).isEqualTo(origin.digest());
            assertThat(holder.heard).hasSize(3);
        }
    }

    private ScriptedHolder.Script sealedGrants(WeightArena origin) {
        Manifest manifest = Samples.manifest(ArenaLayout.SEALED, ARENA_BYTES);
        return (connection, frame) -> {
            try (AdvisoryLock lock = AdvisoryLock.trySharedOn(weights).orElseThrow()) {
                OwnedDescriptor arena = origin.descriptor().orElseThrow();
                reply(connection, Samples.granted(manifest, directory.toString()), lock.descriptor(), arena);
            }
        };
    }

    private static WeightArena sealed() throws IOException {
        Assumptions.assumeTrue(SealedArena.isSupported(), "this platform has no memfds");
        try (ArenaWriter writer = SealedArena.create("lease-test", ARENA_BYTES)) {
            return writer.finish();
        }
    }

    @Test
    void theLockIsHeldUntilTheLeaseCloses() throws Exception {
        try (ScriptedHolder holder = new ScriptedHolder(path, this::grantPacked)) {
            Lease lease = lease(Duration.ZERO);
            assertThat(AdvisoryLock.isHeldByAnyone(weights)).isTrue();
            lease.close();
            awaitUnlocked();
            assertThat(holder.heard).hasSize(3);
        }
    }

    /** The scripted holder closes its own copy of the lock a moment after it has sent it. */
    private void awaitUnlocked() throws IOException {
        Deadline deadline = Deadline.after(SOON);
        while (AdvisoryLock.isHeldByAnyone(weights)) {
            assertThat(deadline.isOver()).as("still locked").isFalse();
            Thread.onSpinWait();
        }
    }

    @Test
    void theLockOutlivesTheHolder() throws Exception {
        Lease lease;
        try (ScriptedHolder holder = new ScriptedHolder(path, this::grantPacked)) {
            lease = lease(Duration.ZERO);
            assertThat(lease.isConnected()).isTrue();
            holder.dropConnections();
        }
        try (lease;
                WeightArena arena = lease.openArena()) {
            assertThat(AdvisoryLock.isHeldByAnyone(weights)).isTrue();
            assertThat(arena.sizeBytes()).isEqualTo(ARENA_BYTES);
        }
    }

    @Test
    void theHoldersDeathIsTold() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        try (ScriptedHolder holder = new ScriptedHolder(path, this::grantPacked);
                Lease lease = lease(Duration.ZERO)) {
            lease.onDisconnect(told::countDown);
            holder.dropConnections();
            assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(lease.isConnected()).isFalse();
        }
    }

    @Test
    void aReleaseIsConfirmed() throws Exception {
        try (ScriptedHolder holder = new ScriptedHolder(path, this::grantPacked)) {
            Lease lease = lease(Duration.ZERO);
            assertThat(lease.release(SOON)).isTrue();
            assertThat(holder.heard).contains(new Release());
            assertThat(lease.isConnected()).isFalse();
        }
    }

    @Test
    void aReleaseAfterTheHoldersDeathIsNotConfirmed() throws Exception {
        Lease lease;
        try (ScriptedHolder holder = new ScriptedHolder(path, this::grantPacked)) {
            lease = lease(Duration.ZERO);
            holder.dropConnections();
        }
        assertThat(lease.release(SOON)).isFalse();
        awaitUnlocked();
    }

    @Test
    void aWaitIsRepeatedUntilAVersionIsThere() throws Exception {
        try (ScriptedHolder holder = new ScriptedHolder(path, unavailableTimes(2));
                Lease lease = lease(Duration.ofSeconds(-1))) {
            assertThat(holder.heard.stream().filter(LeaseRequest.class::isInstance))
                    .hasSize(3);
            assertThat(lease.id()).isEqualTo(9);
        }
    }

    @Test
    void withoutAWaitTheHolderIsAskedOnce() throws Exception {
        try (ScriptedHolder holder = new ScriptedHolder(path, unavailableTimes(1))) {
            assertThatThrownBy(() -> lease(Duration.ZERO))
                    .isInstanceOfSatisfying(
                            RefusedException.class, e -> assertThat(e.code()).isEqualTo(RefusalCode.LEASE_UNAVAILABLE));
            assertThat(holder.heard.stream().filter(LeaseRequest.class::isInstance))
                    .hasSize(1);
        }
    }

    private ScriptedHolder.Script unavailableTimes(int times) {
        int[] left = {times};
        return (connection, frame) -> {
            if (left[0]-- > 0) {
                reply(connection, new Refused(RefusalCode.LEASE_UNAVAILABLE, "not yet"));
            } else {
                grantPacked(connection, frame);
            }
        };
    }

    @Test
    void aGrantWithoutItsLockIsAProtocolErrorAndLeavesNothingOpen() throws Exception {
        Manifest manifest = Samples.manifest(ArenaLayout.PACKED, ARENA_BYTES);
        try (ScriptedHolder holder = new ScriptedHolder(
                path, (connection, frame) -> reply(connection, Samples.granted(manifest, "/nowhere")))) {
            assertThatThrownBy(() -> lease(Duration.ZERO))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("1 descriptors, not 0");
            assertThat(holder.heard).hasSize(3);
        }
    }

    @Test
    void aSealedLeaseIsOfferedToTheNextHolder() throws Exception {
        try (WeightArena origin = sealed()) {
            Lease lost;
            try (ScriptedHolder first = new ScriptedHolder(path, sealedGrants(origin))) {
                lost = lease(Duration.ZERO);
                first.dropConnections();
            }
            try (lost;
                    ScriptedHolder next = new ScriptedHolder(path, this::adoptSealed);
                    HolderClient client = HolderClient.connect(path, SOON);
                    Lease again = client.offer(lost);
                    WeightArena arena = again.openArena()) {
                assertThat(arena.digest()).isEqualTo(origin.digest());
                assertThat(next.heard).contains(new Offer(lost.manifest(), Optional.empty()));
            }
        }
    }

    /** What a new holder does with an offer: it takes the arena, looks at it and grants a lease on it. */
    private void adoptSealed(FrameConnection connection, Frame frame) throws IOException {
        Offer offer = ClientConnection.expect(frame, Offer.class);
        try (WeightArena offered = SealedArena.adopt(frame.takeDescriptor(0), ARENA_BYTES);
                AdvisoryLock lock = AdvisoryLock.trySharedOn(weights).orElseThrow()) {
            reply(
                    connection,
                    Samples.granted(offer.manifest(), directory.toString()),
                    lock.descriptor(),
                    offered.descriptor().orElseThrow());
        }
    }

    @Test
    void aPackedLeaseIsOfferedWithoutADescriptor() throws Exception {
        try (ScriptedHolder holder = new ScriptedHolder(path, this::grantPacked);
                Lease lease = lease(Duration.ZERO);
                HolderClient client = HolderClient.connect(path, SOON);
                Lease again = client.offer(lease)) {
            assertThat(again.manifest()).isEqualTo(lease.manifest());
            assertThat(holder.heard).contains(new Offer(lease.manifest(), Optional.empty()));
        }
    }

    @Test
    void aRefusedOfferLeavesTheOldLeaseAsItWas() throws Exception {
        try (ScriptedHolder holder = new ScriptedHolder(path, (connection, frame) -> {
                    if (frame.message() instanceof Offer) {
                        reply(connection, new Refused(RefusalCode.OFFER_REFUSED, "not in the journal"));
                    } else {
                        grantPacked(connection, frame);
                    }
                });
                Lease lease = lease(Duration.ZERO);
                HolderClient client = HolderClient.connect(path, SOON)) {
            assertThatThrownBy(() -> client.offer(lease)).isInstanceOf(RefusedException.class);
            assertThat(AdvisoryLock.isHeldByAnyone(weights)).isTrue();
            assertThat(holder.heard).isNotEmpty();
        }
    }
}
