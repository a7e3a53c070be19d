package dev.holdfast.protocol;

import static dev.holdfast.protocol.ScriptedHolder.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newsclub.net.unix.AFUNIXServerSocketChannel;
import org.newsclub.net.unix.AFUNIXSocketAddress;

@Tag("core")
class HolderClientTest {
    private static final Duration SOON = Loopback.SOON;
    private static final Event EVENT = new Event(18, EventType.ACTIVATED, "linear", 3, "active", 0, 0);

    private Path path;

    @BeforeEach
    void choosePath(@TempDir Path directory) {
        path = directory.resolve("h.sock");
    }

    private HolderClient client() {
        return HolderClient.connect(path, SOON);
    }

    @Test
    void aMissingSocketSaysHowToStartTheHolder() {
        assertThatThrownBy(this::client)
                .isInstanceOf(HolderUnreachableException.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining("holdfast daemon")
                .hasMessageContaining("--socket or HOLDFAST_SOCKET");
    }

    @Test
    void aStaleSocketSaysThatTheHolderHasEnded() throws IOException {
        AFUNIXServerSocketChannel gone = AFUNIXServerSocketChannel.open();
        gone.setDeleteOnClose(false);
        gone.bind(AFUNIXSocketAddress.of(path), 1);
        gone.close();
        assertThatThrownBy(this::client)
                .isInstanceOf(HolderUnreachableException.class)
                .hasMessageContaining("the holder has ended");
    }

    @Test
    void aPathTooLongIsSaid() {
        assertThatThrownBy(() -> HolderClient.connect(Path.of("/" + "x".repeat(200)), SOON))
                .isInstanceOf(HolderUnreachableException.class)
                .hasMessageContaining("at most 107");
    }

    @Test
    void aHolderThatNeverAnswersIsGivenUp() throws IOException {
        try (HolderSocket silent = HolderSocket.bind(path)) {
            assertThatThrownBy(() -> HolderClient.connect(silent.path(), Duration.ofMillis(100)))
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageContaining("did not answer");
        }
    }

    @Test
    void aHolderThatAcceptsNobodyIsGivenUp() throws IOException {
        try (AFUNIXServerSocketChannel full = AFUNIXServerSocketChannel.open();
                RawPeer first = fill(full);
                RawPeer second = new RawPeer(path)) {
            assertThatThrownBy(() -> HolderClient.connect(path, Duration.ofMillis(100)))
                    .isInstanceOf(HolderUnreachableException.class)
                    .hasMessageContaining("in time");
            assertThat(Files.exists(path)).isTrue();
        }
    }

    /** A queue of 1 takes two connections: listen(2), unix_stream_connect in Linux's net/unix/af_unix.c. */
    private RawPeer fill(AFUNIXServerSocketChannel full) throws IOException {
        full.bind(AFUNIXSocketAddress.of(path), 1);
        return new RawPeer(path);
    }

    @Test
    void aFailedConnectionLeavesNoDescriptor() throws IOException {
        assertThatThrownBy(this::client).isInstanceOf(HolderUnreachableException.class);
        long before = OpenDescriptors.count();
        assertThatThrownBy(this::client).isInstanceOf(HolderUnreachableException.class);
        assertThat(OpenDescriptors.count()).isEqualTo(before);
    }

    @Test
    void theHandshakeTellsRightsAndInstance() throws Exception {
        try (ScriptedHolder holder = new ScriptedHolder(path, (connection, frame) -> {});
                HolderClient client = client()) {
            assertThat(client.welcome()).isEqualTo(Samples.welcome());
            assertThat(holder.heard).hasSize(1).first().isInstanceOf(Hello.class);
        }
    }

    @Test
    void aClientWithoutACommonVersionIsRefusedInWords() {
        assertThat(ProtocolVersion.agreeWith(new Hello(2, 3, "future"))).isEmpty();
        assertThat(ProtocolVersion.agreeWith(new Hello(1, 3, "neighbour"))).hasValue(1);
    }

    @Test
    void theListIsTheHoldersListing() throws Exception {
        try (ScriptedHolder holder = answering(new Listing(List.of(Samples.listing())));
                HolderClient client = client()) {
            assertThat(client.list()).containsExactly(Samples.listing());
            assertThat(holder.heard).contains(new ListRequest());
        }
    }

    @Test
    void theStatusIsTheHoldersReport() throws Exception {
        StatusReport report = new StatusReport(1, "v", "i", 1, 2, 3, 4, 5, 6, Map.of("m", 1L), List.of());
        try (ScriptedHolder holder = answering(report);
                HolderClient client = client()) {
            assertThat(client.status()).isEqualTo(report);
            assertThat(holder.heard).contains(new StatusRequest());
        }
    }

    @Test
    void administrativeRequestsArriveAsAsked() throws Exception {
        Done done = new Done("done", List.of(Samples.summary()));
        try (ScriptedHolder holder = answering(done);
                HolderClient client = client()) {
            assertThat(client.load("m", Optional.of(2L), true)).isEqualTo(done);
            assertThat(client.unload("m", Optional.empty(), true)).isEqualTo(done);
            assertThat(client.activate("m", Optional.of(2L))).isEqualTo(done);
            assertThat(client.rollback("m")).isEqualTo(done);
            assertThat(client.pin("m", 2, false)).isEqualTo(done);
            assertThat(client.verify("m", Optional.of(2L))).isEqualTo(done);
            assertThat(holder.heard)
                    .contains(
                            new Load("m", Optional.of(2L), true),
                            new Unload("m", Optional.empty(), true),
                            new Activate("m", Optional.of(2L)),
                            new Rollback("m"),
                            new Pin("m", 2, false),
                            new Verify("m", Optional.of(2L)));
        }
    }

    @Test
    void aRefusalKeepsTheClientUsable() throws Exception {
        try (ScriptedHolder holder = new ScriptedHolder(path, (connection, frame) -> {
                    boolean load = frame.message() instanceof Load;
                    reply(connection, load ? new Refused(RefusalCode.OVER_BUDGET, "too big") : new Listing(List.of()));
                });
                HolderClient client = client()) {
            assertThatThrownBy(() -> client.load("m", Optional.empty(), false))
                    .isInstanceOfSatisfying(
                            RefusedException.class, e -> assertThat(e.code()).isEqualTo(RefusalCode.OVER_BUDGET))
                    .hasMessage("too big");
            assertThat(client.list()).isEmpty();
            assertThat(holder.heard).hasSize(3);
        }
    }

    @Test
    void anAnswerOfAnotherKindIsAProtocolError() throws Exception {
        try (ScriptedHolder holder = answering(new Reserved());
                HolderClient client = client()) {
            assertThatThrownBy(client::list)
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("expected Listing, but Reserved came");
            assertThat(holder.heard).hasSize(2);
        }
    }

    @Test
    void aHolderThatDiesDuringARequestIsAnEvent() throws Exception {
        try (ScriptedHolder holder = new ScriptedHolder(path, (connection, frame) -> connection.close());
                HolderClient client = client()) {
            assertThatThrownBy(() -> client.load("m", Optional.empty(), false))
                    .isInstanceOf(ConnectionLostException.class);
            assertThat(holder.heard).hasSize(2);
        }
    }

    @Test
    void aConnectionThatBrokeSaysWhatToDo() throws Exception {
        try (ScriptedHolder holder = new ScriptedHolder(path, (connection, frame) -> {});
                HolderClient client = client()) {
            holder.dropConnections();
            assertThatThrownBy(client::list)
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageContaining("the connection to the holder broke: sendmsg failed with errno 32")
                    .hasMessageEndingWith("; try again, and see the holder's log for why it disconnected");
        }
    }

    @Test
    void eventsArriveInOrderAndMissedOnesAreTold() throws Exception {
        try (ScriptedHolder holder = new ScriptedHolder(path, (connection, frame) -> {
                    reply(connection, new Watching("5f0c", 17, true));
                    reply(connection, EVENT);
                });
                HolderClient client = client();
                HolderEvents events = client.watch(Optional.of("old"), 12)) {
            assertThat(events.watching().missed()).isTrue();
            assertThat(events.next()).isEqualTo(EVENT);
            assertThat(events.next(Duration.ofMillis(20))).isEmpty();
            assertThat(holder.heard).contains(new Watch(Optional.of("old"), 12));
        }
    }

    @Test
    void theEndOfAWatchIsTold() throws Exception {
        try (ScriptedHolder holder = new ScriptedHolder(
                        path, (connection, frame) -> reply(connection, new Watching("5f0c", 17, false)));
                HolderClient client = client();
                HolderEvents events = client.watch(Optional.empty(), 0)) {
            holder.dropConnections();
            assertThatThrownBy(events::next).isInstanceOf(ConnectionLostException.class);
        }
    }

    private ScriptedHolder answering(Reply reply) throws IOException {
        return new ScriptedHolder(path, (connection, frame) -> reply(connection, reply));
    }

    @Test
    void aLoaderReservesReportsAndOffers() throws Exception {
        Done done = new Done("published", List.of());
        try (ScriptedHolder holder = new ScriptedHolder(path, (connection, frame) -> {
                    if (frame.message() instanceof Reserve) {
                        reply(connection, new Reserved());
                    } else if (frame.message() instanceof Offer) {
                        reply(connection, done);
                    }
                });
                LoaderConnection loader = LoaderConnection.connect(path, SOON, "secret")) {
            loader.reserve(4096);
            loader.progress("reading", 1, 2);
            assertThat(loader.offer(Samples.manifest(), List.of())).isEqualTo(done);
            assertThat(holder.heard)
                    .contains(
                            new Reserve("secret", 4096),
                            new Progress("secret", "reading", 1, 2),
                            new Offer(Samples.manifest(), Optional.of("secret")));
        }
    }

    @Test
    void aLoadersFailureIsConfirmed() throws Exception {
        try (ScriptedHolder holder = answering(new Done("noted", List.of()));
                LoaderConnection loader = LoaderConnection.connect(path, SOON, "secret")) {
            loader.failed(RefusalCode.LOAD_FAILED, "not ONNX");
            assertThat(holder.heard).contains(new LoadFailed("secret", RefusalCode.LOAD_FAILED, "not ONNX"));
        }
    }
}
