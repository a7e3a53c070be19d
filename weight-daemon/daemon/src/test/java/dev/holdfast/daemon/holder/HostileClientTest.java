package dev.holdfast.daemon.holder;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.OpenDescriptorsCheck;
import dev.holdfast.protocol.FrameConnection;
import dev.holdfast.protocol.Granted;
import dev.holdfast.protocol.Hello;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.LeaseRequest;
import dev.holdfast.protocol.ListRequest;
import dev.holdfast.protocol.Listing;
import dev.holdfast.protocol.LoadFailed;
import dev.holdfast.protocol.Manifest;
import dev.holdfast.protocol.MessageCodec;
import dev.holdfast.protocol.Offer;
import dev.holdfast.protocol.Progress;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.Release;
import dev.holdfast.protocol.Released;
import dev.holdfast.protocol.Reserve;
import dev.holdfast.protocol.StatusRequest;
import dev.holdfast.protocol.VersionSelector;
import dev.holdfast.protocol.Watch;
import dev.holdfast.protocol.Watching;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that break every rule there is. Around each of them a well-behaved one leases all the time and must never
 * notice, and afterwards the holder has as many descriptors and threads as before.
 */
@Tag("core")
@ExtendWith(OpenDescriptorsCheck.class)
class HostileClientTest {
    private static final String MODEL = "bias";

    @TempDir
    static Path root;

    private static HolderBase base;
    private static Holder holder;

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

    private static RawClient connected() throws IOException {
        return RawClient.connect(base.socket());
    }

    private static RawClient greeted() throws IOException {
        return RawClient.greeted(base.socket());
    }

    private static LeaseRequest leaseRequest() {
        return new LeaseRequest(MODEL, VersionSelector.active(), 0, Optional.empty());
    }

    private static void endsAfterBadFrame(RawClient client) throws IOException {
        assertThat(client.refusal()).isEqualTo(RefusalCode.BAD_FRAME);
        assertThat(client.receive()).isEmpty();
    }

    /** Descriptors of some file, as many as wanted. */
    private static void sendWithDescriptors(RawClient client, byte[] frame, int count) throws IOException {
        try (FileInputStream file = new FileInputStream("/proc/self/status")) {
            client.sendBytes(frame, Collections.nCopies(count, file.getFD()).toArray(FileDescriptor[]::new));
        }
    }

    @Test
    void garbageInsteadOfAHandshakeEndsTheConnection() throws IOException {
        byte[] garbage = new byte[4096];
        new Random(1).nextBytes(garbage);
        try (RawClient client = connected()) {
            client.sendBytes(garbage);
            endsAfterBadFrame(client);
        }
    }

    @Test
    void garbageAfterTheHandshakeEndsTheConnection() throws IOException {
        try (RawClient client = greeted()) {
            client.sendBytes("GET / HTTP/1.1\r\nHost: holder\r\n\r\n".getBytes(UTF_8));
            endsAfterBadFrame(client);
        }
    }

    @Test
    void largeFrameBeforeTheHandshakeIsRefusedByItsHeader() throws IOException {
        try (RawClient client = connected()) {
            client.sendBytes(RawClient.header(FrameConnection.SMALL_BODY_BYTES + 1L, 0));
            endsAfterBadFrame(client);
        }
    }

    @Test
    void oversizedFrameIsRefusedByItsHeader() throws IOException {
        try (RawClient client = greeted()) {
            client.sendBytes(RawClient.header(0xffff_ffffL, 0));
            endsAfterBadFrame(client);
        }
    }

    @Test
    void frameCutShortByAnEndingClientCostsNothing() throws IOException {
        byte[] frame = RawClient.frame(MessageCodec.write(new StatusRequest()), 0);
        for (int length = 1; length < frame.length; length++) {
            try (RawClient client = greeted()) {
                client.sendBytes(Arrays.copyOf(frame, length));
            }
        }
    }

    @Test
    void bodyThatIsNotJsonEndsTheConnection() throws IOException {
        try (RawClient client = greeted()) {
            client.sendBytes(RawClient.frame("{\"type\":\"list\"".getBytes(UTF_8), 0));
            endsAfterBadFrame(client);
        }
    }

    @Test
    void jsonOfAnUnknownTypeEndsTheConnection() throws IOException {
        try (RawClient client = greeted()) {
            client.sendBytes(RawClient.frame("{\"type\":\"delete-everything\"}".getBytes(UTF_8), 0));
            endsAfterBadFrame(client);
        }
    }

    @Test
    void deeplyNestedJsonEndsTheConnection() throws IOException {
        try (RawClient client = greeted()) {
            client.sendBytes(RawClient.frame(("{\"type\":\"list\",\"x\":" + "[".repeat(60_000)).getBytes(UTF_8), 0));
            endsAfterBadFrame(client);
        }
    }

    @Test
    void requestBeforeTheHandshakeEndsTheConnection() throws IOException {
        try (RawClient client = connected()) {
            client.send(new ListRequest());
            endsAfterBadFrame(client);
        }
    }

    @Test
    void clientOfAnUnknownProtocolIsToldWhichThereAre() throws IOException {
        try (RawClient client = connected()) {
            client.send(new Hello(1000, 1001, "from the future"));
            assertThat(client.refusal()).isEqualTo(RefusalCode.PROTOCOL_VERSION);
            assertThat(client.receive()).isEmpty();
        }
    }

    @Test
    void replySentAsARequestEndsTheConnection() throws IOException {
        try (RawClient client = greeted()) {
            client.send(new Released());
            endsAfterBadFrame(client);
        }
    }

    @Test
    void secondHelloIsRefused() throws IOException {
        try (RawClient client = greeted()) {
            client.send(RawClient.hello());
            assertThat(client.refusal()).isEqualTo(RefusalCode.BAD_REQUEST);
        }
    }

    @Test
    void helloWithADescriptorEndsTheConnection() throws IOException {
        try (RawClient client = connected()) {
            sendWithDescriptors(client, RawClient.frame(MessageCodec.write(RawClient.hello()), 1), 1);
            endsAfterBadFrame(client);
        }
    }

    @Test
    void descriptorsThatARequestDoesNotTakeAreRefusedAndClosed() throws IOException {
        try (RawClient client = greeted()) {
            sendWithDescriptors(client, RawClient.frame(MessageCodec.write(new ListRequest()), 3), 3);
            assertThat(client.refusal()).isEqualTo(RefusalCode.BAD_REQUEST);
            client.send(new ListRequest());
            assertThat(client.receive().orElseThrow()).isInstanceOf(Listing.class);
        }
    }

    @Test
    void descriptorsThatNobodyAnnouncedEndTheConnection() throws IOException {
        try (RawClient client = greeted()) {
            sendWithDescriptors(client, RawClient.frame(MessageCodec.write(new ListRequest()), 0), 2);
            endsAfterBadFrame(client);
        }
    }

    @Test
    void moreDescriptorsThanAFrameCarriesEndTheConnection() throws IOException {
        try (RawClient client = greeted()) {
            sendWithDescriptors(client, RawClient.frame(MessageCodec.write(new ListRequest()), 5), 5);
            endsAfterBadFrame(client);
        }
    }

    @Test
    void asManyDescriptorsAsTheKernelTakesAreAllClosed() throws IOException {
        for (int i = 0; i < 20; i++) {
            try (RawClient client = greeted()) {
                sendWithDescriptors(client, RawClient.frame(MessageCodec.write(new ListRequest()), 253), 253);
                endsAfterBadFrame(client);
            }
        }
    }

    @Test
    void announcedDescriptorsThatDoNotComeEndTheConnection() throws IOException {
        try (RawClient client = greeted()) {
            client.sendBytes(RawClient.frame(MessageCodec.write(new ListRequest()), 2));
            endsAfterBadFrame(client);
        }
    }

    @Test
    void secondLeaseOnOneConnectionIsRefusedAndTheFirstStays() throws IOException {
        try (RawClient client = greeted()) {
            client.send(leaseRequest());
            assertThat(client.receive().orElseThrow()).isInstanceOf(Granted.class);
            client.send(leaseRequest());
            assertThat(client.refusal()).isEqualTo(RefusalCode.BAD_REQUEST);
            client.send(new Release());
            assertThat(client.receive().orElseThrow()).isInstanceOf(Released.class);
        }
    }

    @Test
    void watchOnAConnectionThatLeasesIsRefused() throws IOException {
        try (RawClient client = greeted()) {
            client.send(leaseRequest());
            assertThat(client.receive().orElseThrow()).isInstanceOf(Granted.class);
            client.send(new Watch(Optional.empty(), 0));
            assertThat(client.refusal()).isEqualTo(RefusalCode.BAD_REQUEST);
        }
    }

    @Test
    void leaseOnAConnectionThatWatchesIsRefused() throws IOException {
        try (RawClient client = greeted()) {
            client.send(new Watch(Optional.empty(), 0));
            assertThat(client.receive().orElseThrow()).isInstanceOf(Watching.class);
            client.send(leaseRequest());
            assertThat(client.refusal()).isEqualTo(RefusalCode.BAD_REQUEST);
        }
    }

    @Test
    void releaseWithoutALeaseIsRefused() throws IOException {
        try (RawClient client = greeted()) {
            client.send(new Release());
            assertThat(client.refusal()).isEqualTo(RefusalCode.BAD_REQUEST);
        }
    }

    @Test
    void clientsThatVanishWithTheirLeaseLeaveNone() throws IOException {
        for (int i = 0; i < 20; i++) {
            try (RawClient client = greeted()) {
                client.send(leaseRequest());
            }
        }
    }

    @Test
    void offerWithAForgedTokenIsRefused() throws IOException {
        try (RawClient client = greeted()) {
            client.send(new Offer(manifest(client), Optional.of("no-such-load")));
            assertThat(client.refusal()).isEqualTo(RefusalCode.OFFER_REFUSED);
        }
    }

    /** The manifest of a lease that is given back. */
    private static Manifest manifest(RawClient client) throws IOException {
        client.send(leaseRequest());
        Manifest manifest = ((Granted) client.receive().orElseThrow()).manifest();
        client.send(new Release());
        assertThat(client.receive().orElseThrow()).isInstanceOf(Released.class);
        return manifest;
    }

    @Test
    void loadersRequestsWithForgedTokensAreRefused() throws IOException {
        try (RawClient client = greeted()) {
            client.send(new Reserve("no-such-load", 1));
            assertThat(client.refusal()).isEqualTo(RefusalCode.OFFER_REFUSED);
            client.send(new Progress("no-such-load", "filling", 1, 2));
            assertThat(client.refusal()).isEqualTo(RefusalCode.OFFER_REFUSED);
            client.send(new LoadFailed("no-such-load", RefusalCode.LOAD_FAILED, "made up"));
            assertThat(client.refusal()).isEqualTo(RefusalCode.OFFER_REFUSED);
        }
    }

    /** All at once, because each takes as long as the holder's patience. */
    @Test
    void slowAndSilentClientsAreCutOff() throws Exception {
        List<CompletableFuture<Void>> clients = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            clients.add(inThread(HostileClientTest::sayNothing));
        }
        clients.add(inThread(HostileClientTest::greetByteByByte));
        clients.add(inThread(HostileClientTest::askByteByByte));
        clients.add(inThread(HostileClientTest::announceAndStop));
        CompletableFuture.allOf(clients.toArray(CompletableFuture[]::new)).get();
    }

    private static CompletableFuture<Void> inThread(Callable<Void> body) {
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

    private static Void sayNothing() throws IOException {
        try (RawClient client = connected()) {
            client.awaitEnd();
            return null;
        }
    }

    private static Void greetByteByByte() throws Exception {
        try (RawClient client = connected()) {
            trickle(client, RawClient.frame(MessageCodec.write(RawClient.hello()), 0));
            return null;
        }
    }

    private static Void askByteByByte() throws Exception {
        try (RawClient client = greeted()) {
            trickle(client, RawClient.frame(MessageCodec.write(new StatusRequest()), 0));
            return null;
        }
    }

    /** One byte a second, until the holder has had enough; it must not last until the frame is complete. */
    private static void trickle(RawClient client, byte[] frame) throws Exception {
        CompletableFuture<Void> cut = inThread(() -> {
            endsAfterBadFrame(client);
            return null;
        });
        int sent = 0;
        while (!cut.isDone() && sent < frame.length - 1 && isSent(client, frame[sent])) {
            sent++;
            Thread.sleep(1_000);
        }
        cut.get();
    }

    /** Returns false if the holder has cut the client off at this very moment, which its reading side sees as well. */
    private static boolean isSent(RawClient client, byte next) {
        try {
            client.sendBytes(new byte[] {next});
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Void announceAndStop() throws IOException {
        try (RawClient client = greeted()) {
            client.sendBytes(RawClient.header(1000, 0));
            endsAfterBadFrame(client);
            return null;
        }
    }
}
