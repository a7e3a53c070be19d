package dev.holdfast.daemon.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.onnx.OnnxFuzzTarget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Mutated model files and configurations: whatever they are, the answer is a value or a declared refusal. */
class SourceFuzzTest {
    private static final int MODELS = 60_000;
    private static final int CONFIGURATIONS = 60_000;
    private static final long SEED = 20_261_124;

    private static final String CONFIG = """
            name: "m" backend: "onnxruntime" max_batch_size: 8
            input [ { name: "x" data_type: TYPE_FP32 dims: [ 4, -1 ] reshape: { shape: [ 2, 2 ] } } ]
            output { name: "y" data_type: TYPE_INT64 dims: 1 }
            dynamic_batching { preferred_batch_size: [ 4, 8 ] max_queue_delay_microseconds: 100
              default_queue_policy { timeout_action: DELAY max_queue_size: 16 } }
            instance_group [ { count: 2 kind: KIND_GPU gpus: [ 0 ] } ]
            version_policy: { specific { versions: [ 1, 2 ] } }
            parameters: { key: "k" value: { string_value: "v\\n\\x41\\101" } } # comment
            """;

    @Test
    @Tag("core")
    void mutatedModelsAreReadOrRefused() throws IOException {
        Random random = new Random(SEED);
        OnnxFuzzTarget target = new OnnxFuzzTarget();
        int refused = 0;
        for (int i = 0; i < MODELS; i++) {
            refused += target.reads(Mutation.of(target.seed(i), random)) ? 0 : 1;
        }
        assertThat(refused).as("refused of %d models", MODELS).isBetween(MODELS / 100, MODELS);
    }

    @Test
    @Tag("core")
    void mutatedConfigurationsAreReadOrRefused() {
        Random random = new Random(SEED);
        byte[] seed = CONFIG.getBytes(StandardCharsets.UTF_8);
        int refused = 0;
        for (int i = 0; i < CONFIGURATIONS; i++) {
            refused += reads(new String(Mutation.of(seed, random), StandardCharsets.ISO_8859_1)) ? 0 : 1;
        }
        assertThat(refused)
                .as("refused of %d configurations", CONFIGURATIONS)
                .isBetween(CONFIGURATIONS / 100, CONFIGURATIONS);
    }

    private static boolean reads(String text) {
        try {
            return ConfigFile.parse("config.pbtxt", text, "m").config().name().equals("m");
        } catch (RepositoryException refusal) {
            assertThat(refusal.getMessage()).startsWith("config.pbtxt:");
            return false;
        }
    }
}
