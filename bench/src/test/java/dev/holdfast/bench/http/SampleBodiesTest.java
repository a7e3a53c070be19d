package dev.holdfast.bench.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("core")
class SampleBodiesTest {
    private static String text(RequestBody body) {
        return StandardCharsets.ISO_8859_1.decode(body.content()).toString();
    }

    @Test
    void binaryBodyIsJsonAsLongAsItsHeaderSaysAndThenTheNumbers() throws Exception {
        RequestBody body = SampleBodies.named("linear:10000", true);
        int json = Integer.parseInt(body.fields().getOrDefault("Inference-Header-Content-Length", ""));
        assertThat(body.sizeBytes()).isEqualTo(json + 40_000);
        assertThat(text(body).substring(0, json))
                .startsWith("{")
                .endsWith("}")
                .contains("\"shape\":[1,10000]", "\"binary_data_size\":40000");
    }

    @Test
    void rawBodyIsTheNumbersAlone() throws Exception {
        assertThat(SampleBodies.named("raw:10000", false).sizeBytes()).isEqualTo(40_000);
    }

    @Test
    void miniLmHasThreeInputsOfOneShape() throws Exception {
        RequestBody body = SampleBodies.named("minilm:8x16", true);
        assertThat(text(body)).contains("\"input_ids\"", "\"attention_mask\"", "\"token_type_ids\"", "[8,16]");
        int json = Integer.parseInt(body.fields().getOrDefault("Inference-Header-Content-Length", ""));
        assertThat(body.sizeBytes() - json).isEqualTo(3 * 8 * 16 * Long.BYTES);
    }

    @Test
    void anythingElseIsAFile(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("request"), "as it is");
        assertThat(text(SampleBodies.named(file.toString(), true))).isEqualTo("as it is");
    }
}
