package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.memory.ArenaWriter;
import dev.holdfast.memory.OwnedDescriptor;
import dev.holdfast.memory.SealedArena;
import dev.holdfast.memory.WeightArena;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("core")
class FrameConnectionTest {
    private static final Duration SOON = Loopback.SOON;

    private Loopback loopback;

    @BeforeEach
    void connect(@TempDir Path directory) throws IOException {
        loopback = new Loopback(directory);
    }

    @AfterEach
    void disconnect() throws IOException {
        loopback.close();
    }

    private static Stream<Message> everyMessage() {
        return Samples.everyMessage().stream();
    }

    @ParameterizedTest
    @MethodSource("everyMessage")
    void aMessageArrivesAsItWasSent(Message message) throws IOException {
        loopback.client.send(message, List.of(), SOON);
        try (Frame frame = loopback.holder.receive(SOON, SOON).orElseThrow()) {
            assertThat(frame.message()).isEqualTo(message);
            assertThat(frame.descriptorCount()).isZero();
        }
    }

    @Test
    void descriptorsArriveWithTheirFrame() throws IOException {
        try (WeightArena arena = arena();
                OwnedDescriptor second = arena.descriptor().orElseThrow().duplicate()) {
            OwnedDescriptor first = arena.descriptor().orElseThrow();
            loopback.holder.send(new ListRequest(), List.of(), SOON);
            loopback.holder.send(new StatusRequest(), List.of(first, second), SOON);
            loopback.holder.send(new Release(), List.of(first), SOON);
            assertThat(receivedDescriptors()).isEqualTo(0);
            assertThat(receivedDescriptors()).isEqualTo(2);
            assertThat(receivedDescriptors()).isEqualTo(1);
        }
    }

    private int receivedDescriptors() throws IOException {
        try (Frame frame = loopback.client.receive(SOON, SOON).orElseThrow()) {
            return frame.descriptorCount();
        }
    }

    @Test
    void aReceivedDescriptorNamesTheSameBytes() throws IOException {
        try (WeightArena arena = arena()) {
            loopback.holder.send(new Released(), List.of(arena.descriptor().orElseThrow()), SOON);
            try (Frame frame = loopback.client.receive(SOON, SOON).orElseThrow();
                    WeightArena received = SealedArena.adopt(frame.takeDescriptor(0), arena.sizeBytes())) {
                assertThat(received.digest()).isEqualTo(arena.digest());
            }
        }
    }

    @Test
    void aReceivedDescriptorClosesOnExec() throws IOException {
        try (WeightArena arena = arena()) {
            loopback.holder.send(new Released(), List.of(arena.descriptor().orElseThrow()), SOON);
            try (Frame frame = loopback.client.receive(SOON, SOON).orElseThrow();
                    OwnedDescriptor received = frame.takeDescriptor(0)) {
                assertThat(OpenDescriptors.closesOnExec(received.value())).isTrue();
            }
        }
    }

    @Test
    void aFrameClosesWhatNobodyTook() throws IOException {
        try (WeightArena arena = arena()) {
            OwnedDescriptor descriptor = arena.descriptor().orElseThrow();
            long before = OpenDescriptors.count();
            loopback.holder.send(new Released(), List.of(descriptor, descriptor), SOON);
            Frame frame = loopback.client.receive(SOON, SOON).orElseThrow();
            assertThat(OpenDescriptors.count()).isEqualTo(before + 2);
            frame.close();
            assertThat(OpenDescriptors.count()).isEqualTo(before);
        }
    }

    private static WeightArena arena() throws IOException {
        Assumptions.assumeTrue(SealedArena.isSupported(), "this platform has no memfds");
        try (ArenaWriter writer = SealedArena.create("test", 4096)) {
            return writer.finish();
        }
    }

    @Test
    void aLargeManifestArrivesWhole() throws Exception {
        loopback.holder.limitBody(FrameConnection.LARGEST_BODY_BYTES);
        String reason = "r".repeat(900_000);
        Refused large = new Refused(RefusalCode.INTERNAL, reason);
        CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> send(loopback.client, large));
        try (Frame frame = loopback.holder.receive(SOON, SOON).orElseThrow()) {
            assertThat(frame.message()).isEqualTo(large);
        }
        sent.get(20, TimeUnit.SECONDS);
    }

    private static void send(FrameConnection connection, Message message) {
        try {
            connection.send(message, List.of(), SOON);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aBodyAboveTheReceiversLimitIsRefused() throws IOException {
        loopback.client.send(new Refused(RefusalCode.INTERNAL, "r".repeat(65_536)), List.of(), SOON);
        assertThatThrownBy(() -> loopback.holder.receive(SOON, SOON))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("65536 are accepted");
    }

    @Test
    void nothingIsReceivedAfterABadFrame() throws IOException {
        loopback.client.send(new Refused(RefusalCode.INTERNAL, "r".repeat(65_536)), List.of(), SOON);
        assertThatThrownBy(() -> loopback.holder.receive(SOON, SOON)).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> loopback.holder.receive(SOON, SOON)).isInstanceOf(IOException.class);
    }

    @Test
    void moreThanFourDescriptorsAreNotSent() throws IOException {
        try (WeightArena arena = arena()) {
            OwnedDescriptor descriptor = arena.descriptor().orElseThrow();
            List<OwnedDescriptor> five = List.of(descriptor, descriptor, descriptor, descriptor, descriptor);
            assertThatThrownBy(() -> loopback.client.send(new Release(), five, SOON))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        loopback.client.send(new Release(), List.of(), SOON);
        assertThat(loopback.holder.receive(SOON, SOON)).isPresent();
    }

    @Test
    void aConnectionClosedBetweenFramesEndsCleanly() throws IOException {
        loopback.client.close();
        assertThat(loopback.holder.receive(SOON, SOON)).isEqualTo(Optional.empty());
    }

    @Test
    void aSilentPeerOnlyExceedsTheIdleLimit() throws IOException {
        assertThatThrownBy(() -> loopback.holder.receive(Duration.ofMillis(20), SOON))
                .isInstanceOf(SocketTimeoutException.class);
        loopback.client.send(new Release(), List.of(), SOON);
        assertThat(loopback.holder.receive(SOON, SOON)).isPresent();
    }

    @Test
    void aPeerThatDoesNotReadDoesNotHoldTheSenderUp() {
        Refused large = new Refused(RefusalCode.INTERNAL, "r".repeat(900_000));
        assertThatThrownBy(() -> loopback.holder.send(large, List.of(), Duration.ofMillis(50)))
                .isInstanceOf(SocketTimeoutException.class);
        assertThat(loopback.holder.isOpen()).isFalse();
    }

    @Test
    void closingWakesAReceiverThatWaitsWithoutLimit() throws Exception {
        CompletableFuture<Throwable> receiver = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                receiver.complete(
                        new AssertionError(String.valueOf(loopback.holder.receive(FrameConnection.UNLIMITED, SOON))));
            } catch (IOException e) {
                receiver.complete(e);
            }
        });
        thread.start();
        BlockedThread.await(thread);
        loopback.holder.close();
        assertThat(receiver.get(20, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
    }

    @Test
    void closingWakesASenderThatWaitsWithoutLimit() throws Exception {
        Refused large = new Refused(RefusalCode.INTERNAL, "r".repeat(900_000));
        CompletableFuture<Throwable> sender = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                loopback.holder.send(large, List.of(), FrameConnection.UNLIMITED);
                sender.complete(new AssertionError("sent"));
            } catch (IOException e) {
                sender.complete(e);
            }
        });
        thread.start();
        BlockedThread.await(thread);
        loopback.holder.close();
        assertThat(sender.get(20, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
    }

    @Test
    void thePeerIsKnownByProcessUserAndGroups() throws IOException {
        PeerCredentials peer = loopback.holder.peer();
        assertThat(peer.pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(peer.uid()).isEqualTo(((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue());
        assertThat(peer.groups()).contains(peer.gid());
    }

    @Test
    void whatWasSaidBeforeClosingIsHeardAfterASendThatFailed() throws IOException {
        Refused refusal = new Refused(RefusalCode.NOT_PERMITTED, "not you");
        loopback.holder.send(refusal, List.of(), SOON);
        loopback.holder.close();
        assertThatThrownBy(() -> loopback.client.send(new Release(), List.of(), SOON))
                .isInstanceOf(IOException.class);
        try (Frame frame = loopback.client.receive(SOON, SOON).orElseThrow()) {
            assertThat(frame.message()).isEqualTo(refusal);
        }
    }
}
