package dev.holdfast.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.daemon.device.OnDevice;
import dev.holdfast.memory.cuda.NvmlStub;
import dev.holdfast.protocol.VersionState;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code holdfast status} as a process, of a holder with versions on a device, over a library with NVML's functions. */
@Tag("core")
class DeviceStatusTest {
    private static final long SELF = ProcessHandle.current().pid();
    private static final long MIB = 1L << 20;

    @TempDir
    private Path directory;

    private Process worker;
    private ReportedHolder holder;

    @BeforeEach
    void startHolder() throws Exception {
        worker = new ProcessBuilder("sleep", "600").start();
        holder = new ReportedHolder(
                directory.resolve("h.sock"),
                OnDevice.report(
                        SELF,
                        OnDevice.version(1, VersionState.PUBLISHED, "GPU-usual", worker.pid()),
                        OnDevice.version(2, VersionState.PUBLISHED, "GPU-usual")));
    }

    @AfterEach
    void stopHolder() throws Exception {
        holder.close();
        worker.destroyForcibly().waitFor();
    }

    private CommandRun status(String folder, String... options) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("env", "LD_LIBRARY_PATH=" + folder, "HOLDFAST_NVML=" + worker.pid() + ":" + 720 * MIB));
        command.addAll(CommandRun.commandLine(
                "status", "--socket", directory.resolve("h.sock").toString()));
        command.addAll(List.of(options));
        return CommandRun.of(directory, command).succeeded();
    }

    private String stub() throws Exception {
        return NvmlStub.compiledIn(directory).resolveSibling("").toString();
    }

    @Test
    void tableHasTheDevicesMemoryTheArenasAndEachProcessesShare() throws Exception {
        String out = status(stub()).out();

        assertThat(out)
                .containsPattern(
                        "(?m)^GPU-usual +Stub of GPU-usual +80.0 GiB +78.0 GiB +6.0 GiB +m1:1 3.0 GiB, m2:2 3.0 GiB$")
                .containsPattern("(?m)^GPU-usual +" + SELF + " +holder +0 B$")
                .containsPattern("(?m)^GPU-usual +" + worker.pid() + " +worker +720.0 MiB$");
    }

    @Test
    void jsonHasTheSameInBytes() throws Exception {
        String out = status(stub(), "--json").out();

        assertThat(out.lines()).hasSize(1);
        JsonNode status = JsonMapper.shared().readTree(out);
        assertThat(List.copyOf(status.propertyNames())).isSorted().contains("devices", "type");
        JsonNode device = status.get("devices").get(0);
        assertThat(device.propertyNames())
                .containsExactly("arenaBytes", "freeBytes", "name", "processes", "totalBytes", "uuid", "versions");
        assertThat(device.get("freeBytes").longValue()).isEqualTo(78L << 30);
        assertThat(device.get("arenaBytes").longValue()).isEqualTo(2 * OnDevice.ARENA_BYTES);
        assertThat(device.get("versions").get(1).toString())
                .isEqualTo("{\"arenaBytes\":" + OnDevice.ARENA_BYTES + ",\"model\":\"m2\",\"version\":2}");
        assertThat(device.get("processes").get(1).toString())
                .isEqualTo("{\"bytes\":" + 720 * MIB + ",\"pid\":" + worker.pid() + ",\"role\":\"worker\"}");
    }

    @Test
    void withoutNvmlTheArenasAreToldAndOneLineSaysWhatIsMissing() throws Exception {
        assumeTrue(!new File("/proc/driver/nvidia/version").exists(), "what is said where there is no driver");
        String out = status(directory.toString()).out();

        assertThat(out)
                .containsPattern("(?m)^GPU-usual +\\? +\\? +\\? +6.0 GiB +m1:1 3.0 GiB, m2:2 3.0 GiB$")
                .containsPattern("(?m)^GPU-usual +" + worker.pid() + " +worker +\\?$")
                .containsPattern("(?m)^GPU-usual: NVML is not here: libnvidia-ml.so.1 can't be loaded");
    }
}
