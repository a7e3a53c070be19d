package dev.holdfast.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.engine.EngineSetting;
import dev.holdfast.engine.SettingKey;
import dev.holdfast.engine.SettingReader;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    private static Settings settings(Map<SettingKey, String> values) {
        return Settings.of(new SettingReader(setting -> Optional.ofNullable(values.get(setting))));
    }

    @Test
    void defaultsAreThoseDocumented() {
        Settings settings = settings(Map.of());
        assertThat(settings.limits()).isEqualTo(Limits.DEFAULT);
        assertThat(settings.requestTimeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(settings.repository()).isFalse();
        assertThat(settings.repositoryRole()).isEqualTo("holdfast-admin");
        assertThat(settings.metrics()).isTrue();
    }

    @Test
    void valuesArriveWhereTheyBelong() {
        Settings settings = settings(Map.of(
                EngineSetting.SOCKET, "/tmp/s",
                EngineSetting.MODELS, "a, b",
                Setting.BODY_LIMIT, "100",
                Setting.REQUEST_TIMEOUT, "0",
                Setting.REPOSITORY, "on"));
        assertThat(settings.engine().socket()).isEqualTo(Path.of("/tmp/s"));
        assertThat(settings.engine().models()).containsExactlyInAnyOrder("a", "b");
        assertThat(settings.limits().bodyBytes()).isEqualTo(100);
        assertThat(settings.requestTimeout()).isZero();
        assertThat(settings.repository()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"BODY_LIMIT, many", "BODY_LIMIT, 0", "REPOSITORY, maybe"})
    void unsuitableValueIsNamed(Setting setting, String value) {
        assertThatThrownBy(() -> settings(Map.of(setting, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(setting.key())
                .hasMessageContaining(value);
    }

    @Test
    void variableIsTheKeyInCapitals() {
        assertThat(Setting.JSON_DEPTH_LIMIT.variable()).isEqualTo("HOLDFAST_LIMIT_JSON_DEPTH");
    }

    @Test
    void everyKeyIsDocumented() throws IOException {
        StringBuilder docs = new StringBuilder();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("../../docs"), "*.md")) {
            for (Path file : files) {
                docs.append(Files.readString(file));
            }
        }
        Stream<SettingKey> keys = Stream.concat(Arrays.stream(Setting.values()), Arrays.stream(EngineSetting.values()));
        assertThat(keys).allSatisfy(setting -> assertThat(docs).contains("`" + setting.key() + "`"));
    }
}
