package dev.holdfast.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.daemon.doctor.Diagnosis;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code holdfast doctor} and {@code natives} as processes, on a machine without an NVIDIA driver. */
@Tag("core")
class DoctorCommandTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void needsAMachineWithoutADriver() {
        assumeTrue(!new File("/proc/driver/nvidia/version").exists(), "what is said where there is no driver");
    }

    @Test
    void autoFindsTheHostAndSaysWhy() throws Exception {
        String out = CommandRun.of(directory, doctor()).succeeded().out();

        assertThat(out.lines())
                .anyMatch(line ->
                        line.matches("driver +no CUDA driver: .*No such file[^:]*\\); install the NVIDIA driver.*"));
        assertThat(out.lines()).anyMatch(line -> line.matches("runtime +ONNX Runtime 1\\..*"));
        assertThat(out.lines())
                .anyMatch(line -> line.matches("verdict +auto: cpu: no CUDA driver is installed; the host is used"));
    }

    @Test
    void jsonIsOneLine() throws Exception {
        String out = CommandRun.of(directory, doctor("--json")).succeeded().out();

        assertThat(out.lines()).hasSize(1);
        assertThat(Diagnosis.fromJson(out).verdict().device()).isEqualTo("cpu");
        assertThat(Diagnosis.fromJson(out).runtimes().get(0).providers()).contains("CPUExecutionProvider");
    }

    @Test
    void deviceWithoutADriverFails() throws Exception {
        CommandRun run = CommandRun.of(directory, doctor("--device", "cuda:0"));

        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.out()).contains("cuda:0: can't serve: no CUDA driver");
    }

    @Test
    void folderThatIsNoBuildOfOnnxRuntimeIsALineAndNotACrash() throws Exception {
        Path fake = Files.createDirectories(directory.resolve("natives/onnxruntime-1.0-cuda13"));
        for (String name : List.of("", "_providers_shared", "_providers_cuda")) {
            Files.writeString(fake.resolve("libonnxruntime" + name + ".so"), "no library");
        }

        String out = CommandRun.of(directory, doctor()).succeeded().out();

        assertThat(out).contains(fake.toString(), "can't be loaded or is not ONNX Runtime", "auto: cpu");
    }

    @Test
    void jarThatIsNotThePublishedOneIsBadInput() throws Exception {
        Path jar = Files.writeString(directory.resolve("some.jar"), "no jar");

        CommandRun.of(
                        directory,
                        CommandRun.commandLine(
                                "natives", "--cuda", "13", "--jar", jar.toString(), "--to", directory + "/to"))
                .failedWith(ExitCode.BAD_INPUT, "some.jar", "as published", "--jar");
        assertThat(directory.resolve("to")).doesNotExist();
    }

    private List<String> doctor(String... arguments) {
        List<String> command = new ArrayList<>(CommandRun.commandLine("doctor"));
        command.add(1, "-Dholdfast.natives.dir=" + directory.resolve("natives"));
        command.addAll(List.of(arguments));
        return command;
    }
}
