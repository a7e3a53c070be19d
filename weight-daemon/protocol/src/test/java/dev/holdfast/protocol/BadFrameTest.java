package dev.holdfast.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("core")
class BadFrameTest {
    private static final Duration SOON = Loopback.SOON;
    private static final byte[] BODY = "{\"type\":\"list\"}".getBytes(UTF_8);

    private HolderSocket listener;
    private RawPeer peer;
    private FrameConnection holder;
    private long descriptorsBefore;

    @BeforeEach
    void connect(@TempDir Path directory) throws IOException {
        listener = HolderSocket.bind(directory.resolve("h.sock"));
        peer = new RawPeer(listener.path());
        holder = listener.accept();
        descriptorsBefore = OpenDescriptors.count();
    }

    @AfterEach
    void disconnect() throws IOException {
        holder.close();
        peer.close();
        listener.close();
    }

    private AbstractThrowableAssert<?, ?> refusal() {
        return assertThatThrownBy(() -> holder.receive(SOON, SOON)).isInstanceOf(ProtocolException.class);
    }

    private void sendFrame(int announced, int sent) throws IOException {
        byte[] frame = FrameHeader.frame(BODY, announced);
        if (sent == 0) {
            peer.send(frame);
        } else {
            peer.send(frame, sent);
        }
    }

    @ParameterizedTest
    @CsvSource({"0,1", "1,0", "1,2", "2,1", "4,3", "0,60", "0,61", "1,200", "4,253"})
    void descriptorsOtherThanAnnouncedAreClosedAndRefused(int announced, int sent) throws IOException {
        sendFrame(announced, sent);
        refusal().hasMessageContaining("announces " + announced).hasMessageContaining(sent + " came");
        assertThat(OpenDescriptors.count()).isEqualTo(descriptorsBefore);
    }

    @Test
    void moreThanFourAnnouncedDescriptorsAreClosedAndRefused() throws IOException {
        sendFrame(5, 5);
        refusal().hasMessageContaining("at most 4");
        assertThat(OpenDescriptors.count()).isEqualTo(descriptorsBefore);
    }

    @Test
    void descriptorsThatComeWithTheBodyAreClosedAndRefused() throws IOException {
        peer.send(RawPeer.header(BODY.length, 1));
        peer.send(BODY, 1);
        refusal().hasMessageContaining("announces 1");
        assertThat(OpenDescriptors.count()).isEqualTo(descriptorsBefore);
    }

    @Test
    void unannouncedDescriptorsOnTheBodyAreClosedAndRefused() throws IOException {
        peer.send(RawPeer.header(BODY.length, 0));
        peer.send(BODY, 3);
        refusal().hasMessageContaining("3 came");
        assertThat(OpenDescriptors.count()).isEqualTo(descriptorsBefore);
    }

    @Test
    void descriptorsOfAFrameThatIsNoMessageAreClosed() throws IOException {
        peer.send(FrameHeader.frame("{".getBytes(UTF_8), 2), 2);
        refusal();
        assertThat(OpenDescriptors.count()).isEqualTo(descriptorsBefore);
    }

    @Test
    void descriptorsOfAFrameThatNeverEndsAreClosed() throws IOException {
        peer.send(RawPeer.header(BODY.length, 2), 2);
        peer.close();
        refusal().hasMessageContaining("ended inside a frame");
        assertThat(OpenDescriptors.count()).isLessThan(descriptorsBefore);
    }

    @ParameterizedTest
    @CsvSource({"0", "65537", "16777217", "2147483647", "2147483648", "4294967295"})
    void anImpossibleLengthIsRefusedFromTheHeaderAlone(long length) throws IOException {
        peer.send(RawPeer.header(length, 0));
        refusal().hasMessageContaining("announces " + length + " bytes");
    }

    @Test
    void aWrongMagicIsRefused() throws IOException {
        byte[] header = RawPeer.header(BODY.length, 0);
        header[6] = 'G';
        peer.send(header);
        refusal().hasMessageContaining("'HF'");
    }

    @Test
    void anotherProtocolIsRefused() throws IOException {
        peer.send("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8));
        refusal().hasMessageContaining("'HF'");
    }

    @Test
    void aBodyBeforeItsHeaderIsRefused() throws IOException {
        peer.send(BODY);
        peer.send(RawPeer.header(BODY.length, 0));
        refusal();
    }

    @Test
    void aBodyThatIsNotJsonIsRefused() throws IOException {
        peer.send(FrameHeader.frame("hello".getBytes(UTF_8), 0));
        refusal().hasMessageContaining("not a message");
    }

    @Test
    void anEndInsideTheHeaderIsNoCleanEnd() throws IOException {
        peer.send(new byte[] {0, 0});
        peer.close();
        refusal().hasMessageContaining("ended inside a frame");
    }

    @Test
    void anEndInsideTheBodyIsNoCleanEnd() throws IOException {
        peer.send(RawPeer.header(BODY.length, 0));
        peer.send(new byte[] {'{'});
        peer.close();
        refusal().hasMessageContaining("ended inside a frame");
    }

    @Test
    void aFrameInSinglePiecesIsRead() throws Exception {
        Thread sender = trickle(FrameHeader.frame(BODY, 0), 0, new AtomicBoolean(true));
        try (Frame frame = holder.receive(SOON, SOON).orElseThrow()) {
            assertThat(frame.message()).isEqualTo(new ListRequest());
        }
        sender.join();
    }

    @Test
    void aFrameThatTricklesInIsRefusedByItsTotalTime() throws Exception {
        byte[] endless = new byte[60_000];
        System.arraycopy(RawPeer.header(endless.length - 8L, 0), 0, endless, 0, 8);
        AtomicBoolean going = new AtomicBoolean(true);
        Thread sender = trickle(endless, 5, going);
        assertThatThrownBy(() -> holder.receive(SOON, Duration.ofMillis(100)))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("not complete after 100 ms");
        going.set(false);
        sender.join();
    }

    private Thread trickle(byte[] bytes, long pauseMillis, AtomicBoolean going) {
        Thread thread = new Thread(() -> {
            try {
                for (int i = 0; i < bytes.length && going.get(); i++) {
                    peer.send(new byte[] {bytes[i]});
                    Thread.sleep(pauseMillis);
                }
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        thread.start();
        return thread;
    }

    @Test
    void aThousandBadFramesLeaveNoDescriptorBehind() throws IOException {
        Random random = new Random(7);
        long before = OpenDescriptors.count();
        for (int i = 0; i < 1000; i++) {
            try (RawPeer bad = new RawPeer(listener.path());
                    FrameConnection connection = listener.accept()) {
                byte[] frame = FrameHeader.frame(BODY, random.nextInt(4));
                frame[random.nextInt(frame.length)] ^= (byte) (1 + random.nextInt(255));
                bad.send(frame, 5 + random.nextInt(80));
                assertThatThrownBy(() -> connection.receive(SOON, SOON)).isInstanceOf(ProtocolException.class);
            }
        }
        assertThat(OpenDescriptors.count()).isEqualTo(before);
    }
}
