package dev.holdfast.daemon.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.daemon.maven.ArtifactException;
import dev.holdfast.daemon.maven.MavenFetch;
import dev.holdfast.daemon.maven.MavenJars;
import dev.holdfast.natives.NativesDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Tag("core")
@EnabledOnOs(value = OS.LINUX, disabledReason = "the jar made here is one for Linux")
class RuntimeInstallTest {
    private static final MavenJars NOWHERE = new MavenJars(List.of(), new MavenFetch("no-such-maven", "3"));

    @TempDir
    private Path directory;

    private Path natives;

    @BeforeEach
    void natives() {
        natives = directory.resolve("natives");
    }

    @Test
    void librariesThatCudaNeedsAreUnpackedUnderTheNamesTheyAreLoadedBy() throws Exception {
        MadeJar jar = MadeJar.at(directory.resolve("a.jar"), MadeJar.COMPLETE);

        RuntimeFolder installed = install(jar);

        assertThat(natives).isDirectoryContaining("glob:**/onnxruntime-1.28.0-1.5.14-cuda13");
        assertThat(installed.library()).hasContent("libonnxruntime.so.1");
        assertThat(names(installed.path())).containsExactlyInAnyOrderElementsOf(RuntimeFolder.libraries());
        assertThat(RuntimeFolder.in(natives)).containsExactly(installed);
    }

    @Test
    void onlyTheirOwnerMayWriteThemAndEverybodyMayLoadThem() throws Exception {
        RuntimeFolder installed = install(MadeJar.at(directory.resolve("a.jar"), MadeJar.COMPLETE));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(installed.path())))
                .isEqualTo("rwxr-xr-x");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(installed.library())))
                .isEqualTo("rw-r--r--");
        NativesDirectory.requireTrusted(installed.path());
    }

    @Test
    void whatIsThereIsNeitherFetchedNorWrittenAgain() throws Exception {
        MadeJar jar = MadeJar.at(directory.resolve("a.jar"), MadeJar.COMPLETE);
        RuntimeFolder first = install(jar);
        Files.delete(jar.path());

        assertThat(new RuntimeInstall(jar.runtime(), NOWHERE).into(natives, Optional.empty()))
                .isEqualTo(first);
    }

    @Test
    void incompleteFolderIsReplaced() throws Exception {
        MadeJar jar = MadeJar.at(directory.resolve("a.jar"), MadeJar.COMPLETE);
        Files.delete(install(jar).cudaProvider());
        assertThat(RuntimeFolder.in(natives)).isEmpty();

        assertThat(install(jar).cudaProvider()).isRegularFile();
    }

    @Test
    void jarThatIsNotThePublishedOneIsRefused() throws Exception {
        MadeJar jar = MadeJar.at(directory.resolve("a.jar"), MadeJar.COMPLETE);
        MadeJar other = MadeJar.at(directory.resolve("b.jar"), MadeJar.COMPLETE.subList(0, 3));

        assertThatExceptionOfType(ArtifactException.class)
                .isThrownBy(() -> new RuntimeInstall(jar.runtime(), NOWHERE).into(natives, Optional.of(other.path())))
                .withMessageContainingAll(
                        "b.jar", jar.runtime().sha1(), other.runtime().sha1(), "--jar");
        assertThat(natives).doesNotExist();
    }

    @Test
    void jarWithoutALibraryLeavesNothingBehind() throws Exception {
        MadeJar jar = MadeJar.at(directory.resolve("a.jar"), MadeJar.COMPLETE.subList(0, 2));

        assertThatExceptionOfType(ArtifactException.class)
                .isThrownBy(() -> install(jar))
                .withMessageContaining("has no " + MadeJar.FOLDER + "libonnxruntime_providers_cuda.so");
        assertThat(names(natives)).isEmpty();
    }

    @Test
    void jarOfTheLocalMavenRepositoryIsUsed() throws Exception {
        MadeJar jar = MadeJar.at(directory.resolve("a.jar"), MadeJar.COMPLETE);
        Path kept = jar.runtime().artifact().in(directory.resolve("m2"));
        Files.createDirectories(kept.getParent());
        Files.move(jar.path(), kept);

        MavenJars local = new MavenJars(List.of(directory.resolve("m2")), NOWHERE.maven());
        assertThat(new RuntimeInstall(jar.runtime(), local)
                        .into(natives, Optional.empty())
                        .library())
                .isRegularFile();
        assertThat(kept).isRegularFile();
    }

    @Test
    void jarThatMavenFetchedIsUsedAndNotKept() throws Exception {
        MadeJar jar = MadeJar.at(directory.resolve("a.jar"), MadeJar.COMPLETE);
        Path script = directory.resolve("maven");
        Files.writeString(
                script,
                "#!/bin/sh\nfor a in \"$@\"; do case $a in -DoutputDirectory=*) cp '" + jar.path() + "' \"${a#*=}/"
                        + jar.runtime().artifact().fileName() + "\"; echo \"${a#*=}\" >'" + directory
                        + "/where';; esac; done\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));

        MavenJars fetching = new MavenJars(List.of(), new MavenFetch(script.toString(), "3"));
        new RuntimeInstall(jar.runtime(), fetching).into(natives, Optional.empty());

        assertThat(Path.of(Files.readString(directory.resolve("where")).strip()))
                .doesNotExist();
    }

    @Test
    void missingMavenIsReportedWithTheArtifactAndTheRemedy() {
        assertThatExceptionOfType(ArtifactException.class)
                .isThrownBy(() -> new RuntimeInstall(PublishedRuntimes.known().of(13, "linux"), NOWHERE)
                        .into(natives, Optional.empty()))
                .withMessageMatching("org.bytedeco:onnxruntime:[\\w.-]+:jar:linux-x86_64-gpu is not on this machine.*"
                        + "-Dartifact=org.bytedeco:.*--jar");
    }

    @Test
    void everyPublishedBuildHasItsOwnFolderAndChecksum() {
        PublishedRuntimes known = PublishedRuntimes.known();
        assertThat(Stream.of("linux", "windows")
                        .flatMap(system -> Stream.of(known.of(12, system), known.of(13, system))))
                .allSatisfy(runtime -> assertThat(runtime.sha1()).matches("[0-9a-f]{40}"))
                .allSatisfy(runtime -> assertThat(runtime.artifact().version()).matches("1\\.\\d+\\.\\d.*"))
                .extracting(CudaRuntime::folder)
                .doesNotHaveDuplicates();
    }

    @Test
    void unknownCudaVersionNamesTheKnown() {
        assertThatExceptionOfType(ArtifactException.class)
                .isThrownBy(() -> PublishedRuntimes.known().of(11, "linux"))
                .withMessageContaining("CUDA 11; known: 12, 13");
    }

    @Test
    void installationIsToldByItsLayout() throws IOException {
        Path home = directory.resolve("hf");
        Files.createDirectories(home.resolve("lib"));
        Path jar = home.resolve("lib/holdfast-daemon.jar");
        assertThat(InstallationFolder.home(jar)).isEmpty();

        Files.createDirectories(home.resolve("bin"));
        Files.createFile(home.resolve("bin/holdfast"));
        assertThat(InstallationFolder.home(jar)).contains(home);
    }

    private RuntimeFolder install(MadeJar jar) throws IOException {
        return new RuntimeInstall(jar.runtime(), NOWHERE).into(natives, Optional.of(jar.path()));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
