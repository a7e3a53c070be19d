package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineSettingTest {
    private static EngineConfig config(Map<SettingKey, String> values) {
        return EngineConfig.of(new SettingReader(setting -> Optional.ofNullable(values.get(setting))));
    }

    @Test
    void withoutSettingsTheDefaultsHold() {
        assertThat(config(Map.of())).isEqualTo(EngineConfig.defaults());
    }

    @Test
    void parametersAreReadByKey() {
        Map<String, String> parameters = new HashMap<>();
        parameters.put("holdfast.socket", " /tmp/s ");
        parameters.put("holdfast.models", "a, b");
        parameters.put("holdfast.queue.limit", " ");
        EngineConfig config = EngineConfig.of(SettingReader.of(parameters::get));
        assertThat(config.socket()).isEqualTo(Path.of("/tmp/s"));
        assertThat(config.models()).containsExactlyInAnyOrder("a", "b");
        assertThat(config.queueLimit()).isEqualTo(EngineConfig.DEFAULT_QUEUE_LIMIT);
    }

    @Test
    void howADeviceComputesIsRead() {
        CudaConfig cuda = config(Map.of(EngineSetting.CUDA_TF32, "on", EngineSetting.CUDA_MEMORY_LIMIT, "1048576"))
                .cuda();
        assertThat(cuda.tf32()).isTrue();
        assertThat(cuda.memoryLimitBytes()).hasValue(1 << 20);
        assertThat(config(Map.of(EngineSetting.CUDA_MEMORY_LIMIT, "0")).cuda().memoryLimitBytes())
                .isEmpty();
    }

    @Test
    void systemPropertyOverrulesTheParameter() {
        System.setProperty("holdfast.models", "from-property");
        try {
            EngineConfig config = EngineConfig.of(SettingReader.of(key -> "holdfast.models".equals(key) ? "a" : null));
            assertThat(config.models()).containsExactly("from-property");
        } finally {
            System.clearProperty("holdfast.models");
        }
    }

    @ParameterizedTest
    @CsvSource({"QUEUE_LIMIT, -1", "QUEUE_LIMIT, many", "CONNECT_TIMEOUT, -5"})
    void unsuitableValueIsNamed(EngineSetting setting, String value) {
        assertThatThrownBy(() -> config(Map.of(setting, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(setting.key())
                .hasMessageContaining(value);
    }

    @Test
    void variableIsTheKeyInCapitals() {
        assertThat(EngineSetting.CONNECT_TIMEOUT.variable()).isEqualTo("HOLDFAST_CONNECT_TIMEOUT");
    }
}
