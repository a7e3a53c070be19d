package dev.holdfast.memory.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.memory.NativeCallException;
import dev.holdfast.memory.cuda.CudaUnavailableException.Reason;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The binding, over a stub with NVML's types, and on a device over NVML itself. */
class NvmlTest {
    private static final long GIB = 1L << 30;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    private DeviceMemoryUse use(String uuid) throws Exception {
        try (Nvml nvml = Nvml.open(NvmlStub.compiledIn(directory).toString())) {
            return nvml.use(uuid);
        }
    }

    @Test
    void deviceIsFoundByItsUuidAndTellsItsMemory() throws Exception {
        assertThat(use("GPU-usual"))
                .isEqualTo(new DeviceMemoryUse("Stub of GPU-usual", 80 * GIB, 78 * GIB, Map.of(), Optional.empty()));
    }

    @Test
    void processesAreAllTakenUpHoweverManyThereAre() throws Exception {
        Map<Long, Optional<Long>> processes = use("GPU-crowded").processes();

        assertThat(processes).hasSize(500);
        assertThat(processes.get(1499L)).contains(8 * GIB);
        assertThat(processes.get(1000L)).as("twice there").contains(16 * GIB);
        assertThat(processes.get(1002L)).as("not available").isEmpty();
    }

    @Test
    void clientsOfMpsAreTakenUpAsWell() throws Exception {
        Map<Long, Optional<Long>> processes = use("GPU-crowded").processes();

        assertThat(processes.get(7L)).contains(11L);
        assertThat(processes.get(1003L)).as("in both lists").contains(8 * GIB);
    }

    @Test
    void processesThatMayNotBeAskedForAreAProblemAndNoMore() throws Exception {
        DeviceMemoryUse use = use("GPU-denied");

        assertThat(use.freeBytes()).isEqualTo(78 * GIB);
        assertThat(use.processes()).isEmpty();
        assertThat(use.problem())
                .contains("nvmlDeviceGetComputeRunningProcesses_v3 of device GPU-denied failed:"
                        + " Insufficient Permissions (4)");
    }

    @Test
    void unknownDeviceIsAnErrorThatNamesIt() {
        assertThatThrownBy(() -> use("GPU-other"))
                .isInstanceOf(NativeCallException.class)
                .hasMessage("nvmlDeviceGetHandleByUUID of device GPU-other failed: Not Found (6)");
    }

    @Test
    void missingLibraryIsAnErrorThatSaysWhatBringsIt() {
        assertThatThrownBy(() -> Nvml.open(directory.resolve("libnone.so").toString()))
                .isInstanceOfSatisfying(CudaUnavailableException.class, e -> assertThat(e.reason())
                        .isEqualTo(Reason.DRIVER_MISSING))
                .hasMessageContaining(
                        "libnone.so can't be loaded (cannot open shared object file: No such file or directory); NVIDIA's")
                .hasMessageContaining("NVIDIA_DRIVER_CAPABILITIES");
    }

    @Test
    @Tag("gpu")
    void realDeviceTellsTheMemoryThatThisProcessTakes() {
        CudaDevice device = TestDevice.required();
        try (DeviceContext held = device.context();
                Nvml nvml = Nvml.open()) {
            assertThat(held).isNotNull();
            DeviceMemoryUse use = nvml.use(device.uuid());
            assertThat(use.name()).isEqualTo(device.name());
            assertThat(use.totalBytes()).isGreaterThanOrEqualTo(device.totalBytes());
            assertThat(use.freeBytes()).isPositive().isLessThan(use.totalBytes());
            // In a container the driver may tell ids of the host, or none.
            Optional.ofNullable(use.processes().get(ProcessHandle.current().pid()))
                    .ifPresent(
                            taken -> taken.ifPresent(bytes -> assertThat(bytes).isPositive()));
        }
    }
}
