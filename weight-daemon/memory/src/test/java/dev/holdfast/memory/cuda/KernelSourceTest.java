package dev.holdfast.memory.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import dev.holdfast.memory.ContentDigest;
import dev.holdfast.memory.TreeDigest;
import dev.holdfast.memory.WeightFiles;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernels without a device: what is shipped is what the source gives, and the source computes what it should. */
class KernelSourceTest {
    private static final Path SOURCE = Path.of("src/main/cuda");
    private static final String CLANG = "clang-16";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @Test
    void theShippedPtxIsWhatTheSourceGives() throws Exception {
        assumeCommand(CLANG);
        Path compiled = directory.resolve("kernels.ptx");
        run(SOURCE.resolve("compile").toString(), compiled.toString(), CLANG);
        assertThat(Kernels.ptx()).isEqualTo(Files.readString(compiled));
    }

    @Test
    @Tag("core")
    void driversOfCuda12CanReadThePtx() {
        assertThat(Kernels.ptx()).contains(".version 7.0", ".target sm_70");
    }

    @Test
    @Tag("core")
    void theDigestKernelDigestsLeavesAsTheProcessorDoes() throws Exception {
        NativeLibrary kernels = compiledForTheProcessor();
        for (int size : new int[] {1, 55, 56, 63, 64, 65, 119, 120, 65_535, 65_536, 65_537, 65_592, 300_000}) {
            byte[] content = WeightFiles.randomBytes(size, size);
            Path file = Files.write(directory.resolve("content"), content);
            assertThat(digest(kernels, content)).as("%d bytes", size).isEqualTo(TreeDigest.of(file));
        }
    }

    private static ContentDigest digest(NativeLibrary kernels, byte[] content) {
        int leaves = (content.length + TreeDigest.LEAF_BYTES - 1) / TreeDigest.LEAF_BYTES;
        Memory bytes = new Memory(content.length).align(16);
        bytes.write(0, content, 0, content.length);
        Memory digests = new Memory(32L * leaves);
        for (long thread = 0; thread < leaves + 3; thread++) {
            runAs(kernels, thread, leaves + 3);
            call(kernels, "holdfast_leaf_digests", bytes, (long) content.length, (long) TreeDigest.LEAF_BYTES, digests);
        }
        return TreeDigest.ofLeaves(content.length, root -> root.update(digests.getByteArray(0, 32 * leaves)));
    }

    @Test
    void theCountingKernelAddsAndTheRaisingKernelNeverLowers() throws Exception {
        NativeLibrary kernels = compiledForTheProcessor();
        Memory counter = new Memory(8);
        Memory result = new Memory(8);
        counter.setLong(0, 41);
        runAs(kernels, 0, 1);
        call(kernels, "holdfast_count", counter, 1L, result);
        assertThat(result.getLong(0)).isEqualTo(42);
        call(kernels, "holdfast_raise", counter, 7L, result);
        assertThat(result.getLong(0)).isEqualTo(42);
        call(kernels, "holdfast_raise", counter, 100L, result);
        assertThat(result.getLong(0)).isEqualTo(100);
        assertThat(counter.getLong(0)).isEqualTo(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sm_70", "sm_75", "sm_80", "sm_86", "sm_89", "sm_90"})
    void nvidiasCompilerAcceptsThePtx(String architecture) {
        PtxCompiler.assumeHere();
        assertThat(PtxCompiler.compile(Kernels.ptx(), architecture)).isPositive();
    }

    private NativeLibrary compiledForTheProcessor() throws Exception {
        assumeCommand("g++");
        Path library = directory.resolve("libkernels.so");
        run(
                "g++",
                "-x",
                "c++",
                "-std=c++17",
                "-O2",
                "-Wno-unknown-pragmas",
                "-shared",
                "-fPIC",
                "-o",
                library.toString(),
                SOURCE.resolve("kernels.cu").toString());
        return NativeLibrary.getInstance(library.toString());
    }

    private static void runAs(NativeLibrary kernels, long thread, long count) {
        call(kernels, "run_as", thread, count);
    }

    private static void call(NativeLibrary kernels, String name, Object... arguments) {
        kernels.getFunction(name).invokeVoid(arguments);
    }

    private static void assumeCommand(String name) {
        boolean there = List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
        Assumptions.assumeTrue(there, "needs " + name + " on the PATH");
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }
}
