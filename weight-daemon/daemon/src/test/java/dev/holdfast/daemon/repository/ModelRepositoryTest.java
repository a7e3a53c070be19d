package dev.holdfast.daemon.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.protocol.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelRepositoryTest {
    private Path root;

    @BeforeEach
    void useDirectory(@TempDir Path temporary) {
        root = temporary;
    }

    @Test
    @Tag("core")
    void modelWithoutConfigurationHasTheDefaultsAndItsVersions() throws IOException {
        Path modelFile = ModelZoo.bias(root, "m", 10, 4, 1);
        ModelZoo.bias(root, "m", 2, 4, 1);
        ModelEntry entry = repository().find("m");
        assertThat(entry.versions()).containsExactly(2L, 10L);
        assertThat(entry.selectedVersions()).containsExactly(10L);
        assertThat(entry.config().name()).isEqualTo("m");
        assertThat(entry.config().inputs()).isEqualTo(ModelConfig.DEFAULT.inputs());
        assertThat(entry.warnings()).isEmpty();
        assertThat(entry.version(10)).isEqualTo(new ModelVersionSource("m", 10, modelFile, root.resolve("m/10")));
    }

    @Test
    void namesAreTheVisibleDirectoriesInOrder() throws IOException {
        for (String name : new String[] {"b", "a", ".draft-1"}) {
            Files.createDirectory(root.resolve(name));
        }
        Files.createFile(root.resolve("README"));
        assertThat(repository().names()).containsExactly("a", "b");
    }

    @Test
    void versionPolicyOfTheConfigurationSelects() throws IOException {
        for (int version = 1; version <= 3; version++) {
            ModelZoo.bias(root, "m", version, 4, 1);
        }
        config("version_policy: { specific { versions: [ 1, 3, 9 ] } }");
        assertThat(repository().find("m").selectedVersions()).containsExactly(1L, 3L);
    }

    @Test
    void defaultModelFilenameIsHonoured() throws IOException {
        Path modelFile = ModelZoo.bias(root, "m", 1, 4, 1);
        Path renamed = Files.move(modelFile, modelFile.resolveSibling("net.onnx"));
        config("default_model_filename: 'net.onnx'");
        assertThat(repository().find("m").version(1).modelFile()).isEqualTo(renamed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"latest", "0", "01", "-1", "1.0", "1a", "99999999999999999999", "9999999999999999999"})
    void directoryThatIsNoVersionIsIgnoredAndNamed(String directory) throws IOException {
        ModelZoo.bias(root, "m", 1, 4, 1);
        Path ignored = Files.createDirectory(root.resolve("m").resolve(directory));
        ModelEntry entry = repository().find("m");
        assertThat(entry.versions()).containsExactly(1L);
        assertThat(entry.warnings()).singleElement().asString().contains(ignored.toString(), "is ignored");
    }

    @Test
    void modelWithoutAnyVersionIsRefusedNamingWhatWasIgnored() throws IOException {
        Files.createDirectories(root.resolve("m/v1"));
        refused("m").withMessageContaining("has no version").withMessageContaining("v1 is ignored");
    }

    @Test
    void missingModelIsRefusedNamingThoseThereAre() throws IOException {
        ModelZoo.bias(root, "linear", 1, 4, 1);
        refused("liner").withMessageContaining("no model 'liner'").withMessageContaining("there are: linear");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", "", "a/b", "../m", "a\\b", "a\0b"})
    void nameThatLeavesTheRepositoryIsRefused(String name) {
        refused(name);
    }

    @Test
    void missingVersionIsRefusedNamingThoseThereAre() throws IOException {
        ModelZoo.bias(root, "m", 2, 4, 1);
        ModelEntry entry = repository().find("m");
        assertThatExceptionOfType(RepositoryException.class)
                .isThrownBy(() -> entry.version(3))
                .withMessageContaining("no version 3")
                .withMessageContaining("[2]");
    }

    @Test
    void missingModelFileIsRefusedWithItsPath() throws IOException {
        Files.createDirectories(root.resolve("m/1"));
        ModelEntry entry = repository().find("m");
        assertThatExceptionOfType(RepositoryException.class)
                .isThrownBy(() -> entry.version(1))
                .withMessageContaining(root.resolve("m/1/model.onnx").toString());
    }

    @Test
    void modelDirectoryMayBeASymbolicLinkOutOfTheRoot(@TempDir Path elsewhere) throws IOException {
        ModelZoo.bias(elsewhere, "real", 1, 4, 1);
        Files.createSymbolicLink(root.resolve("m"), elsewhere.resolve("real"));
        assertThat(repository().find("m").version(1).modelFile()).exists();
    }

    @Test
    void missingRepositoryIsRefused() {
        Path missing = root.resolve("nowhere");
        assertThatExceptionOfType(RepositoryException.class)
                .isThrownBy(() -> new ModelRepository(missing))
                .withMessageContaining("does not exist: " + missing);
    }

    @Test
    void fileAsRepositoryIsRefused() throws IOException {
        Path file = Files.createFile(root.resolve("file"));
        assertThatExceptionOfType(RepositoryException.class)
                .isThrownBy(() -> new ModelRepository(file))
                .withMessageContaining("not a directory");
    }

    @Test
    void fileInPlaceOfAModelIsRefused() throws IOException {
        Files.createFile(root.resolve("m"));
        refused("m").withMessageContaining("model 'm' is not a directory");
    }

    @Test
    void repositoryThatVanishedIsReported() throws IOException {
        Path gone = Files.createDirectory(root.resolve("models"));
        ModelRepository repository = new ModelRepository(gone);
        Files.delete(gone);
        assertThatExceptionOfType(RepositoryException.class)
                .isThrownBy(repository::names)
                .withMessageContaining("can't be read: " + gone);
    }

    @Test
    void unreadableModelDirectoryIsReported() throws IOException {
        ModelZoo.bias(root, "m", 1, 4, 1);
        Path model = Files.setPosixFilePermissions(root.resolve("m"), PosixFilePermissions.fromString("-wx------"));
        assumeFalse(Files.isReadable(model), "this user may read every directory");
        refused("m").withMessageContaining("can't be read: " + model);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: 'other'|for the model 'other'",
                "backend: 'python'|backend is 'python'",
                "platform: 'tensorrt_plan'|platform is 'tensorrt_plan'",
                "default_model_filename: '../x.onnx'|not a path",
                "max_batch_size: -1|max_batch_size",
            })
    void configurationThatCannotBeServedIsRefusedWithItsFile(String config, String phrase) throws IOException {
        ModelZoo.bias(root, "m", 1, 4, 1);
        Path file = config(config);
        refused("m").withMessageContaining(file.toString()).withMessageContaining(phrase);
    }

    @ParameterizedTest
    @ValueSource(strings = {"name: 'm' backend: 'onnxruntime'", "platform: 'onnxruntime_onnx'", ""})
    void configurationForOnnxRuntimeIsAccepted(String config) throws IOException {
        ModelZoo.bias(root, "m", 1, 4, 1);
        config(config);
        assertThat(repository().find("m").warnings()).isEmpty();
    }

    @Test
    void configurationBeyondOneMebibyteIsRefused() throws IOException {
        ModelZoo.bias(root, "m", 1, 4, 1);
        config(" ".repeat((1 << 20) + 1));
        refused("m").withMessageContaining("longer than 1 MiB");
    }

    @Test
    void configurationThatIsNotTextIsRefused() throws IOException {
        ModelZoo.bias(root, "m", 1, 4, 1);
        Files.write(root.resolve("m/config.pbtxt"), new byte[] {(byte) 0xff, (byte) 0xfe});
        refused("m").withMessageContaining("not UTF-8 text");
    }

    @Test
    void directoryAsConfigurationIsRefused() throws IOException {
        ModelZoo.bias(root, "m", 1, 4, 1);
        Files.createDirectory(root.resolve("m/config.pbtxt"));
        refused("m").withMessageContaining("config.pbtxt can't be read");
    }

    private Path config(String text) throws IOException {
        return Files.writeString(root.resolve("m/config.pbtxt"), text);
    }

    private ModelRepository repository() {
        return new ModelRepository(root);
    }

    private ThrowableAssertAlternative<RepositoryException> refused(String name) {
        return assertThatExceptionOfType(RepositoryException.class)
                .isThrownBy(() -> repository().find(name));
    }
}
