package dev.holdfast.daemon.holder;

import dev.holdfast.protocol.MessageCodec;
import dev.holdfast.protocol.StatusRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients that keep the holder waiting. */
@Tag("core")
class SlowClientTest extends BesideASteadyWorker {
    /** All at once, because each takes as long as the holder's patience. */
    @Test
    void slowAndSilentClientsAreCutOff() throws Exception {
        List<CompletableFuture<Void>> clients = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            clients.add(inThread(SlowClientTest::sayNothing));
        }
        clients.add(inThread(SlowClientTest::greetByteByByte));
        clients.add(inThread(SlowClientTest::askByteByByte));
        clients.add(inThread(SlowClientTest::announceAndStop));
        CompletableFuture.allOf(clients.toArray(CompletableFuture[]::new)).get();
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
            client.awaitEnd();
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
