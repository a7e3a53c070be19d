package dev.holdfast.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real children. */
@Tag("core")
class DeviceProbeTest {
    private static final Duration GENEROUS = Duration.ofMinutes(2);
    /** A JVM with this option does not start: whoever starts one fails. */
    private static final DeviceProbe WITHOUT_CHILD = new DeviceProbe(GENEROUS, List.of("-XX:NoSuchOption=1"));

    @TempDir
    private Path directory;

    @Test
    void hostIsTakenWithoutAChild() throws IOException {
        assertThat(WITHOUT_CHILD.choose(DeviceRequest.CPU, Share.AUTO).onHost()).isTrue();
    }

    @Test
    void autoWithoutAFileOfTheDriverIsTheHostWithoutAChild() throws IOException {
        assumeTrue(!DriverFile.isVisible(), "there is a driver here");

        Verdict verdict = WITHOUT_CHILD.choose(DeviceRequest.AUTO, Share.AUTO);

        assertThat(verdict.onHost()).isTrue();
        assertThat(verdict.reason()).isEqualTo("there is no driver of NVIDIA");
    }

    @Test
    void childSaysWhatADeviceLacks() throws IOException {
        assumeTrue(!DriverFile.isVisible(), "there is a driver here");

        Verdict verdict = new DeviceProbe(GENEROUS, List.of()).choose(DeviceRequest.parse("cuda:0"), Share.AUTO);

        assertThat(verdict.usable()).isFalse();
        assertThat(verdict.reason()).contains("no CUDA driver");
    }

    @Test
    void childThatFailsIsAReasonAndNoCrash() throws IOException {
        Verdict verdict = WITHOUT_CHILD.choose(DeviceRequest.parse("cuda:0"), Share.AUTO);

        assertThat(verdict.usable()).isFalse();
        assertThat(verdict.reason()).contains("ended with exit code 1 and said nothing");
    }

    @Test
    void driverIsSeenInFoldersAndInTheLinkersCache() throws IOException {
        Path cache = directory.resolve("ld.so.cache");
        assertThat(DriverFile.isVisible("", cache, List.of())).isFalse();

        Files.write(
                cache, new byte[] {0, 1, (byte) 0x90, 'l', 'i', 'b', 'c', 'u', 'd', 'a', '.', 's', 'o', '.', '1', 0});
        assertThat(DriverFile.isVisible("", cache, List.of())).isTrue();

        Files.delete(cache);
        Files.createFile(directory.resolve("libcuda.so.1"));
        assertThat(DriverFile.isVisible("", cache, List.of(directory.toString())))
                .isTrue();
        assertThat(DriverFile.isVisible("/none:" + directory, cache, List.of())).isTrue();
    }
}
