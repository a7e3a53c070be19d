package dev.holdfast.memory.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Platform;
import java.nio.charset.StandardCharsets;
import jcuda.LogLevel;
import jcuda.nvptxcompiler.JNvPTXCompiler;
import jcuda.nvptxcompiler.nvPTXCompileResult;
import jcuda.nvptxcompiler.nvPTXCompilerHandle;
import org.junit.jupiter.api.Assumptions;

/** NVIDIA's PTX compiler of CUDA 12.6, which JCuda brings; the one in a driver of that version. Needs no device. */
final class PtxCompiler {
    private PtxCompiler() {}

    static void assumeHere() {
        Assumptions.assumeTrue(
                Platform.ARCH.equals("x86-64") && (Platform.isLinux() || Platform.isWindows()),
                "JCuda has its PTX compiler for Linux and Windows on x86-64 only");
        JCudaLibrary.load("JNvPTXCompiler", () -> JNvPTXCompiler.setLogLevel(LogLevel.LOG_QUIET));
    }

    /** The bytes of the machine code; fails with the compiler's own words. */
    static long compile(String ptx, String architecture) {
        byte[] source = (ptx + '\0').getBytes(StandardCharsets.US_ASCII);
        nvPTXCompilerHandle compiler = new nvPTXCompilerHandle();
        assertThat(JNvPTXCompiler.nvPTXCompilerCreate(compiler, source.length, source))
                .isEqualTo(nvPTXCompileResult.NVPTXCOMPILE_SUCCESS);
        try {
            int result = JNvPTXCompiler.nvPTXCompilerCompile(compiler, 1, new String[] {"--gpu-name=" + architecture});
            assertThat(result).as(() -> errors(compiler)).isEqualTo(nvPTXCompileResult.NVPTXCOMPILE_SUCCESS);
            long[] size = new long[1];
            assertThat(JNvPTXCompiler.nvPTXCompilerGetCompiledProgramSize(compiler, size))
                    .isEqualTo(nvPTXCompileResult.NVPTXCOMPILE_SUCCESS);
            return size[0];
        } finally {
            JNvPTXCompiler.nvPTXCompilerDestroy(compiler);
        }
    }

    private static String errors(nvPTXCompilerHandle compiler) {
        long[] size = new long[1];
        JNvPTXCompiler.nvPTXCompilerGetErrorLogSize(compiler, size);
        byte[] log = new byte[(int) size[0] + 1];
        JNvPTXCompiler.nvPTXCompilerGetErrorLog(compiler, log);
        return new String(log, StandardCharsets.US_ASCII);
    }
}
