package dev.holdfast.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentCodingTest {
    private static byte[] zeros(int count) throws IOException {
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(coded)) {
            gzip.write(new byte[count]);
        }
        return coded.toByteArray();
    }

    private static int refusal(byte[] coded, long limit) {
        RequestRefusedException[] refused = new RequestRefusedException[1];
        assertThatExceptionOfType(RequestRefusedException.class)
                .isThrownBy(() -> ContentCoding.GZIP.decode(new Body(List.of(ByteBuffer.wrap(coded))), limit))
                .satisfies(e -> refused[0] = e);
        return refused[0].status();
    }

    @Test
    void bombIsRefusedAtTheLimit() throws IOException {
        assertThat(refusal(zeros(100_000_000), 1_000_000)).isEqualTo(413);
    }

    @Test
    void truncatedBodyIsRefused() throws IOException {
        byte[] coded = zeros(1000);
        assertThat(refusal(Arrays.copyOf(coded, coded.length - 9), 10_000)).isEqualTo(400);
    }

    @Test
    void bodyInNoSuchCodingIsRefused() {
        assertThat(refusal(new byte[100], 10_000)).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "none|none",
                "gzip|GZIP",
                "deflate, gzip;q=0.5|DEFLATE",
                "gzip;q=0|none",
                "br, zstd|none",
                "deflate;q=0.1, gzip;q=0.9|GZIP",
            })
    void clientsPreferenceIsFollowed(
            @org.jspecify.annotations.Nullable String header, @org.jspecify.annotations.Nullable ContentCoding coding) {
        assertThat(ContentCoding.preferred(header).orElse(null)).isEqualTo(coding);
    }
}
