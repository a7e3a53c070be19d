package dev.holdfast.daemon.holder;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.FrameConnection;
import dev.holdfast.protocol.Hello;
import dev.holdfast.protocol.ListRequest;
import dev.holdfast.protocol.Listing;
import dev.holdfast.protocol.MessageCodec;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.Released;
import dev.holdfast.protocol.StatusRequest;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients whose frames break every rule there is. */
@Tag("core")
class HostileClientTest extends BesideASteadyWorker {
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
}
