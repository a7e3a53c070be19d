package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.memory.OwnedDescriptor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Feeds mutated frames, handshakes and manifests to the code that reads them from a socket or a disk. Each input's seed
 * is the run's seed plus its number; {@code -Dholdfast.fuzz.seed} repeats a run.
 */
class ProtocolFuzzTest {
    private static final long SEED = Long.getLong("holdfast.fuzz.seed", 20_261_124L);
    private static final int FRAMES = 100_000;
    private static final int HANDSHAKES = 20_000;
    private static final int MANIFESTS = 20_000;
    private static final Duration LIMIT = Duration.ofDays(1);

    /** Gives its bytes in pieces of random size, as a socket may. */
    private static final class Pieces implements ByteSource {
        private final byte[] bytes;
        private final Random random;
        private int position;

        Pieces(byte[] bytes, Random random) {
            this.bytes = bytes;
            this.random = random;
        }

        @Override
        public int read(byte[] target, int offset, int length, List<OwnedDescriptor> descriptors, Deadline deadline) {
            int left = bytes.length - position;
            if (left == 0) {
                return -1;
            }
            int count = 1 + random.nextInt(Math.min(length, left));
            System.arraycopy(bytes, position, target, offset, count);
            position += count;
            return count;
        }
    }

    private static List<byte[]> everyBody() {
        List<byte[]> bodies = new ArrayList<>();
        Samples.everyMessage().forEach(message -> bodies.add(MessageCodec.write(message)));
        return bodies;
    }

    @Test
    void mutatedFramesGiveMessagesOrProtocolExceptions() {
        List<byte[]> bodies = everyBody();
        int refused = 0;
        for (int i = 0; i < FRAMES; i++) {
            Random random = new Random(SEED + i);
            byte[] body = bodies.get(random.nextInt(bodies.size()));
            // Half keep a header that suits the body, so that mutations get past it.
            byte[] input = random.nextBoolean()
                    ? FrameHeader.frame(Mutation.of(body, random), 0)
                    : Mutation.of(FrameHeader.frame(body, 0), random);
            refused += readAll(input, random, SEED + i) ? 0 : 1;
        }
        assertThat(refused).as("frames refused").isBetween(FRAMES / 4, FRAMES - 1);
    }

    @Test
    void mutatedHandshakesGiveMessagesOrProtocolExceptions() {
        byte[] hello = MessageCodec.write(new Hello(1, 1, "holdfast-java/0.1.0"));
        byte[] welcome = MessageCodec.write(Samples.welcome());
        int refused = 0;
        for (int i = 0; i < HANDSHAKES; i++) {
            Random random = new Random(SEED + i);
            byte[] body = Mutation.of(random.nextBoolean() ? hello : welcome, random);
            refused += readAll(FrameHeader.frame(body, 0), random, SEED + i) ? 0 : 1;
        }
        assertThat(refused).as("handshakes refused").isBetween(HANDSHAKES / 4, HANDSHAKES - 1);
    }

    @Test
    void mutatedManifestsGiveManifestsOrManifestExceptions() {
        byte[] manifest = ManifestCodec.write(Samples.manifest());
        int refused = 0;
        for (int i = 0; i < MANIFESTS; i++) {
            byte[] input = Mutation.of(manifest, new Random(SEED + i));
            try {
                assertThat(ManifestCodec.read(input).version()).isPositive();
            } catch (ManifestException e) {
                refused++;
            } catch (Throwable e) {
                throw new AssertionError("seed " + (SEED + i), e);
            }
        }
        assertThat(refused).as("manifests refused").isBetween(MANIFESTS / 4, MANIFESTS - 1);
    }

    /** Whether all of the input was frames. */
    private static boolean readAll(byte[] input, Random random, long seed) {
        FrameDecoder decoder = new FrameDecoder(new Pieces(input, random), FrameConnection.SMALL_BODY_BYTES);
        try {
            while (decoder.next(LIMIT, LIMIT).isPresent()) {
                assertThat(input).isNotEmpty();
            }
            return true;
        } catch (ProtocolException e) {
            return false;
        } catch (IOException | RuntimeException | Error e) {
            throw new AssertionError("seed " + seed, e);
        }
    }
}
