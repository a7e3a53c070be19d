package dev.holdfast.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxRuntimeTest {
    private final Path directory;

    OnnxRuntimeTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    @Tag("core")
    void theLibraryInTheJarIsUnpackedAndLoaded() {
        OnnxRuntime runtime = OnnxRuntime.load();

        assertThat(runtime.version()).isEqualTo("1.29.0");
        assertThat(runtime.library()).isRegularFile();
        assertThat(OnnxRuntime.load()).isSameAs(runtime);
    }

    @Test
    @Tag("core")
    void aNamedFileIsLoadedInstead() throws Exception {
        Path copy = Files.copy(OnnxRuntime.load().library(), directory.resolve("other.so"));

        assertThat(probe("-Dholdfast.onnxruntime.path=" + copy).output()).contains("1.29.0 " + copy.toRealPath());
    }

    @Test
    void aNamedFolderIsSearchedForTheLibrary() throws Exception {
        Path library = OnnxRuntime.load().library();

        assertThat(probe("-Dholdfast.onnxruntime.path=" + library.getParent()).output())
                .contains("1.29.0 " + library);
    }

    @Test
    void aNamedFileThatIsNotThereIsAnError() throws Exception {
        ChildJvm child = probe("-Dholdfast.onnxruntime.path=" + directory);

        assertThat(child.exitCode()).isOne();
        assertThat(child.output())
                .contains("OnnxRuntimeLoadException")
                .contains("there is no library " + directory.resolve("libonnxruntime.so"));
    }

    @Test
    @Tag("core")
    void aLibraryThatIsNotOnnxRuntimeIsAnError() throws IOException {
        Path other = mappedLibrary();

        assertThatThrownBy(() -> OnnxRuntime.load(other))
                .isInstanceOf(OnnxRuntimeLoadException.class)
                .hasMessageContaining(other.toString())
                .hasMessageContaining("is not ONNX Runtime");
    }

    @Test
    void aFileThatIsNoLibraryIsAnError() throws IOException {
        Path text = Files.writeString(directory.resolve("libonnxruntime.so"), "no library");

        assertThatThrownBy(() -> OnnxRuntime.load(text))
                .isInstanceOf(OnnxRuntimeLoadException.class)
                .hasMessageContaining(text.toString());
    }

    @Test
    void aBuildThatAnotherProcessNamesIsTrustedOnlyIfWhatALinkLeadsToIs() throws IOException {
        Path open = Files.createDirectory(directory.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path library = Files.writeString(open.resolve("libonnxruntime.so.1"), "no library");
        Files.setPosixFilePermissions(library, PosixFilePermissions.fromString("rw-r--r--"));
        Path folder = Files.createDirectory(directory.resolve("folder"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createSymbolicLink(folder.resolve("libonnxruntime.so"), library);

        assertThatThrownBy(() -> OnnxRuntime.loadTold(folder))
                .isInstanceOf(OnnxRuntimeLoadException.class)
                .hasMessageContaining("chmod go-w " + open.toRealPath());
    }

    @Test
    void aBuildThatIsTooOldIsRefusedWithBothVersions() {
        assertThatThrownBy(() -> OnnxRuntime.requireUsable(Path.of("/opt/ort/libonnxruntime.so"), "1.22.4"))
                .isInstanceOf(OnnxRuntimeLoadException.class)
                .hasMessage("/opt/ort/libonnxruntime.so is ONNX Runtime 1.22.4; Holdfast needs 1.23 or a later 1.x");
    }

    @Test
    void anotherBuildThatIsNewEnoughIsAccepted() {
        assertThatCode(() -> OnnxRuntime.requireUsable(directory, "1.28.0-dev")).doesNotThrowAnyException();
    }

    @Test
    void aSystemWithoutALibraryIsNamed() {
        assertThatThrownBy(() -> NativePlatform.of(Platform.LINUX, "riscv64"))
                .isInstanceOf(OnnxRuntimeLoadException.class)
                .hasMessageContaining("riscv64")
                .hasMessageContaining("-Dholdfast.onnxruntime.path");
    }

    @Test
    void aProcessThatNeverClosesItsEnvironmentEndsWell() throws Exception {
        assertThat(ChildJvm.run(List.of("-Dleave.open=true"), LoadProbe.class).exitCode())
                .isZero();
    }

    /** Reports would leave a device identifier in the home folder, or a file beside the process. */
    @Test
    @Tag("core")
    void nothingIsKeptForReportsToItsMaker() throws Exception {
        List<String> settings = List.of(
                "-Dholdfast.natives.dir=" + directory.resolve("natives"),
                "-Djna.tmpdir=" + Files.createDirectory(directory.resolve("jna")));
        List<String> command = ChildJvm.command(settings, LoadProbe.class);
        Path home = Files.createDirectory(directory.resolve("home"));
        Path work = Files.createDirectory(directory.resolve("work"));
        Path output = work.resolve("output");

        Map<String, String> environment = Map.of("HOME", home.toString(), "XDG_CACHE_HOME", home.toString());
        assertThat(ChildJvm.await(ChildJvm.start(command, environment, output), output)
                        .exitCode())
                .isZero();

        assertThat(home).isEmptyDirectory();
        try (Stream<Path> files = Files.list(work)) {
            assertThat(files).containsExactly(output);
        }
    }

    private static ChildJvm probe(String jvmArgument) throws Exception {
        return ChildJvm.run(List.of(jvmArgument), LoadProbe.class);
    }

    /** Some shared library of the system, which this JVM has loaded in any case. */
    private static Path mappedLibrary() throws IOException {
        Path maps = Path.of("/proc/self/maps");
        assumeTrue(Files.exists(maps), "needs /proc to find a library");
        return Files.readAllLines(maps).stream()
                .filter(line -> line.matches(".*/libc[.-].*so.*"))
                .map(line -> Path.of(line.substring(line.indexOf('/'))))
                .findFirst()
                .orElseThrow();
    }
}
