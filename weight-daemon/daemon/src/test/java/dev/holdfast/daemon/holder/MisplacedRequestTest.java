package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.protocol.Granted;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.LoadFailed;
import dev.holdfast.protocol.Manifest;
import dev.holdfast.protocol.Offer;
import dev.holdfast.protocol.Progress;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.Release;
import dev.holdfast.protocol.Released;
import dev.holdfast.protocol.Reserve;
import dev.holdfast.protocol.Watch;
import dev.holdfast.protocol.Watching;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Requests that are no client's to make, or not now. */
@Tag("core")
class MisplacedRequestTest extends BesideASteadyWorker {
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

    @Test
    void rightTokenFromAProcessThatIsNotTheLoaderIsRefusedAndTheLoadGoesOn() throws Exception {
        ModelZoo.bias(base.models(), MODEL, 2, 1024, 2f);
        try (HolderClient operator = base.client();
                RawClient thief = greeted()) {
            Manifest manifest = manifest(thief);
            CompletableFuture<Void> load = inThread(() -> {
                operator.load(MODEL, Optional.of(2L), false);
                return null;
            });
            String token = stolenToken();
            thief.send(new Reserve(token, 1));
            assertThat(thief.refusal()).isEqualTo(RefusalCode.OFFER_REFUSED);
            thief.send(new LoadFailed(token, RefusalCode.LOAD_FAILED, "made up"));
            assertThat(thief.refusal()).isEqualTo(RefusalCode.OFFER_REFUSED);
            thief.send(new Offer(manifest, Optional.of(token)));
            assertThat(thief.refusal()).isEqualTo(RefusalCode.OFFER_REFUSED);
            load.get();
        }
    }

    /** Tokens travel on the standard input of loaders only; a test has to look into the holder for one. */
    private static String stolenToken() throws Exception {
        Field tasks = Loads.class.getDeclaredField("tasks");
        tasks.setAccessible(true);
        Map<?, ?> tokens = (Map<?, ?>) tasks.get(holder.loads());
        long deadline = System.nanoTime() + HolderBase.LIMIT.toNanos();
        while (tokens.isEmpty() && System.nanoTime() < deadline) {
            Thread.sleep(1);
        }
        return (String) tokens.keySet().iterator().next();
    }
}
