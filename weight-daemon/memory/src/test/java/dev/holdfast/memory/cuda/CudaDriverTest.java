package dev.holdfast.memory.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.memory.ChildJvm;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a machine without a usable driver answers: real processes, and libraries that a compiler makes here. */
class CudaDriverTest {
    private static final String NAME_OF_ERRORS =
            "int cuGetErrorName(int code, const char **name) { *name = \"CUDA_ERROR_OF_TEST\"; return 0; }";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @Test
    @Tag("core")
    void aMissingDriverIsNamedWithTheRemedyAndHostArenasGoOn() throws Exception {
        CudaUnavailableException.Reason reason = reasonHere();
        Assumptions.assumeTrue(
                reason == CudaUnavailableException.Reason.DRIVER_MISSING, "this machine has a CUDA driver");
        try (ChildJvm child = ChildJvm.start(CudaDriverProcess.class)) {
            assertThat(child.readLine())
                    .startsWith("DRIVER_MISSING: no CUDA driver: libcuda.so.1 can't be loaded"
                            + " (cannot open shared object file: No such file or directory); install the NVIDIA driver")
                    .contains("--device cpu");
            assertThat(child.readLine()).isEqualTo("host arena");
        }
    }

    private static CudaUnavailableException.Reason reasonHere() {
        try {
            CudaDriver.load();
            return CudaUnavailableException.Reason.OTHER_DEVICE;
        } catch (CudaUnavailableException e) {
            return e.reason();
        }
    }

    @Test
    void anOldDriverIsNamedWithTheVersionNeeded() throws Exception {
        assertThat(answerWith("int cuDriverGetVersion(int *version) { *version = 11080; return 0; }"))
                .startsWith("DRIVER_TOO_OLD: ")
                .contains("CUDA 11.8")
                .contains("12.0 is needed")
                .contains("525.60");
    }

    @Test
    void aDriverWithoutADeviceIsNamed() throws Exception {
        assertThat(answerWith(
                        "int cuDriverGetVersion(int *version) { *version = 12040; return 0; }",
                        "int cuInit(unsigned flags) { return 100; }"))
                .startsWith("NO_DEVICE: ")
                .contains("12.4 sees no device")
                .contains("CUDA_VISIBLE_DEVICES");
    }

    @Test
    void aDriverThatDoesNotStartIsNamedWithItsError() throws Exception {
        assertThat(answerWith(
                        "int cuDriverGetVersion(int *version) { *version = 12040; return 0; }",
                        "int cuInit(unsigned flags) { return 999; }",
                        NAME_OF_ERRORS))
                .startsWith("DRIVER_FAILED: ")
                .contains("cuInit failed with CUDA_ERROR_OF_TEST (999)");
    }

    @Test
    void aTruncatedLibraryInTheTemporaryFolderIsNotLoaded() throws Exception {
        Path bad = directory.resolve("libJCudaDriver-12.6.0-linux-x86_64.so");
        Files.write(bad, new byte[1000]);
        assertThat(answerUnder(
                        List.of("JDK_JAVA_OPTIONS=-Djava.io.tmpdir=" + directory),
                        "int cuDriverGetVersion(int *version) { *version = 12040; return 0; }",
                        "int cuInit(unsigned flags) { return 100; }"))
                .startsWith("NO_DEVICE: ");
        assertThat(Files.size(bad)).isEqualTo(1000);
    }

    private String answerWith(String... functions) throws Exception {
        return answerUnder(List.of(), functions);
    }

    /** What a process answers whose driver's library has these functions, in C, and no others. */
    private String answerUnder(List<String> variables, String... functions) throws Exception {
        Path folder = Files.createDirectory(directory.resolve("driver"));
        compile(folder, functions);
        List<String> environment = new ArrayList<>(List.of("env", "LD_LIBRARY_PATH=" + folder));
        environment.addAll(variables);
        try (ChildJvm child = ChildJvm.startUnder(environment, CudaDriverProcess.class)) {
            String answer = child.readLine();
            assertThat(child.readLine()).isEqualTo("host arena");
            return answer;
        }
    }

    private void compile(Path folder, String... functions) throws IOException, InterruptedException {
        assumeCompiler();
        Path source = Files.write(directory.resolve("driver.c"), List.of(functions));
        Process compiler = new ProcessBuilder(
                        "gcc",
                        "-shared",
                        "-fPIC",
                        "-Wl,-soname,libcuda.so.1",
                        "-o",
                        folder.resolve("libcuda.so.1").toString(),
                        source.toString())
                .inheritIO()
                .start();
        assertThat(compiler.waitFor()).isZero();
    }

    private static void assumeCompiler() {
        boolean there = List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "gcc")));
        Assumptions.assumeTrue(there && File.separatorChar == '/', "needs gcc on the PATH");
    }
}
