package dev.holdfast.daemon.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.protocol.ModelConfig;
import dev.holdfast.protocol.ModelConfig.DynamicBatching;
import dev.holdfast.protocol.ModelConfig.InstanceGroup;
import dev.holdfast.protocol.ModelConfig.QueuePolicy;
import dev.holdfast.protocol.ModelConfig.TensorConfig;
import dev.holdfast.protocol.ModelConfig.TimeoutAction;
import dev.holdfast.protocol.VersionPolicy;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
    @Test
    @Tag("core")
    void everyFieldThatHoldfastUsesIsRead() {
        ModelConfig config = parse("""
                        name: "m"
                        platform: "onnxruntime_onnx"
                        backend: "onnxruntime"
                        max_batch_size: 8
                        input [ { name: "a" data_type: TYPE_FP16 dims: [ 3, -1 ] }, { name: "b" data_type: TYPE_STRING } ]
                        output { name: "c", data_type: TYPE_BF16, dims: 1 }
                        dynamic_batching {
                          preferred_batch_size: [ 4, 8 ]
                          max_queue_delay_microseconds: 100
                          default_queue_policy {
                            timeout_action: DELAY default_timeout_microseconds: 5000 max_queue_size: 16
                          }
                        }
                        instance_group [ { count: 2 kind: KIND_CPU }, { kind: KIND_GPU gpus: [ 0, 1 ] } ]
                        version_policy: { latest { num_versions: 3 } }
                        parameters: { key: "threads" value: { string_value: "4" } }
                        """).config();
        assertThat(config)
                .isEqualTo(new ModelConfig(
                        "m",
                        "onnxruntime_onnx",
                        "onnxruntime",
                        8,
                        List.of(
                                new TensorConfig("a", "TYPE_FP16", List.of(3L, -1L)),
                                new TensorConfig("b", "TYPE_STRING", List.of())),
                        List.of(new TensorConfig("c", "TYPE_BF16", List.of(1L))),
                        java.util.Optional.of(new DynamicBatching(
                                List.of(4, 8), 100, new QueuePolicy(16, 5000, TimeoutAction.DELAY))),
                        List.of(
                                new InstanceGroup(2, "KIND_CPU", List.of()),
                                new InstanceGroup(1, "KIND_GPU", List.of(0, 1))),
                        VersionPolicy.latest(3),
                        java.util.Map.of("threads", "4")));
    }

    @Test
    void emptyFileGivesTheDefaultsWithTheDirectorysName() {
        assertThat(parse("").config().name()).isEqualTo("m");
        assertThat(parse("").config().versionPolicy()).isEqualTo(VersionPolicy.DEFAULT);
    }

    @Test
    void everyVersionServesIfThePolicySaysAll() {
        assertThat(parse("version_policy { all { } }").config().versionPolicy()).isEqualTo(VersionPolicy.all());
    }

    @Test
    void emptyDynamicBatchingTurnsTheBatcherOn() {
        assertThat(parse("max_batch_size: 4 dynamic_batching { }").config().dynamicBatching())
                .contains(new DynamicBatching(List.of(), 0, QueuePolicy.DEFAULT));
    }

    @Test
    @Tag("core")
    void fieldsThatHoldfastDoesNotUseAreNamedAndTheRestIsRead() {
        ConfigFile file = parse("""
                        optimization { cuda { graphs: true } }
                        max_batch_size: 2
                        input { name: "x" data_type: TYPE_FP32 dims: 4 reshape { shape: [ 2, 2 ] } }
                        frobnicate: [ 1, 2 ]
                        """);
        assertThat(file.config().maxBatchSize()).isEqualTo(2);
        assertThat(file.config().inputs()).hasSize(1);
        assertThat(file.warnings())
                .hasSize(3)
                .allSatisfy(warning ->
                        assertThat(warning).startsWith("config.pbtxt:").contains("is ignored"))
                .anySatisfy(warning -> assertThat(warning).contains("config.pbtxt:1:1: ModelConfig.optimization"))
                .anySatisfy(warning -> assertThat(warning).contains("config.pbtxt:3:48: ModelInput.reshape"))
                .anySatisfy(warning -> assertThat(warning).contains("config.pbtxt:4:1: ModelConfig.frobnicate"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max_batch_size: many|config.pbtxt:1:17:",
                "input { name: 'x' data_type: TYPE_FP99 }|TYPE_FP99",
                "max_batch_size: 99999999999|config.pbtxt:1:17:",
                "input { name: 'x'|config.pbtxt:1:",
                "name: 'm|config.pbtxt:1:7:",
                "version_policy { latest { } all { } }|policy_choice",
                "max_batch_size: 1 max_batch_size: 2|config.pbtxt:1:",
            })
    void syntaxErrorNamesFileLineAndColumn(String text, String phrase) {
        assertThatExceptionOfType(RepositoryException.class)
                .isThrownBy(() -> parse(text))
                .withMessageStartingWith("config.pbtxt:1:")
                .withMessageContaining(phrase);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "input { data_type: TYPE_FP32 }|input has no name",
                "input { name: 'x' }|input 'x' has no data_type",
                "input { name: 'x' data_type: TYPE_FP32 dims: 0 }|dimension 0",
                "output { name: 'y' data_type: TYPE_FP32 } output { name: 'y' data_type: TYPE_FP32 }|declared twice",
                "max_batch_size: 4 dynamic_batching { preferred_batch_size: 8 }|preferred_batch_size 8",
                "dynamic_batching { max_queue_delay_microseconds: 18446744073709551615 }|too large",
                "max_batch_size: 4 dynamic_batching { default_queue_policy { max_queue_size: 4294967295 } }|too large",
                "instance_group { count: -1 }|count -1",
                "instance_group { gpus: -1 }|GPU -1",
                "version_policy { specific { } }|at least one version",
                "version_policy { latest { num_versions: 4294967295 } }|too large",
            })
    void valueOutOfRangeNamesFileAndField(String text, String phrase) {
        assertThatExceptionOfType(RepositoryException.class)
                .isThrownBy(() -> parse(text))
                .withMessageStartingWith("config.pbtxt: ")
                .withMessageContaining(phrase);
    }

    @Test
    void endlessNestingIsRefused() {
        assertThatExceptionOfType(RepositoryException.class)
                .isThrownBy(() -> parse("a { ".repeat(100_000)))
                .withMessageContaining("nested too deep");
    }

    private static ConfigFile parse(String text) {
        return ConfigFile.parse("config.pbtxt", text, "m");
    }
}
