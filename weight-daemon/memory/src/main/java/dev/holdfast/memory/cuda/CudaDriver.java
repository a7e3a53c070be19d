package dev.holdfast.memory.cuda;

import com.sun.jna.ptr.IntByReference;
import dev.holdfast.memory.cuda.CudaUnavailableException.Reason;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/**
 * The CUDA driver of this machine, started for the life of the process, and the devices that it shows this process.
 *
 * <p>Asking for them makes no context and takes no device memory.
 */
public final class CudaDriver {
    /** CUDA 12.0, as {@code cuDriverGetVersion} counts: 1000 x major + 10 x minor. */
    static final int LEAST_VERSION = 12_000;

    private static volatile @Nullable CudaDriver started;

    private final int version;
    private final List<CudaDevice> devices;

    private CudaDriver(int version, List<CudaDevice> devices) {
        this.version = version;
        this.devices = devices;
    }

    /**
     * The driver, started if it was not. A failure is tried again at the next call.
     *
     * @throws CudaUnavailableException if it is missing, too old, does not start or sees no device; says what helps
     */
    public static CudaDriver load() {
        CudaDriver driver = started;
        return driver != null ? driver : startOnce();
    }

    private static synchronized CudaDriver startOnce() {
        CudaDriver driver = started;
        if (driver == null) {
            driver = start();
            started = driver;
        }
        return driver;
    }

    /** Why {@link #load()} fails here, for a message; empty if it does not. */
    public static Optional<String> whyUnavailable() {
        try {
            load();
            return Optional.empty();
        } catch (CudaUnavailableException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** The newest CUDA version that the driver serves, such as {@code 12.4}. */
    public String version() {
        return text(version);
    }

    /** The devices in the driver's order, which {@code CUDA_VISIBLE_DEVICES} decides; at least one. */
    public List<CudaDevice> devices() {
        return devices;
    }

    /**
     * The device of that UUID, wherever it stands among the visible ones.
     *
     * @param uuid as {@code nvidia-smi -L} prints it, such as {@code GPU-1b2c...}
     * @throws CudaUnavailableException if this process does not see it; names those it sees
     */
    public CudaDevice device(String uuid) {
        return devices.stream()
                .filter(device -> device.uuid().equals(uuid))
                .findFirst()
                .orElseThrow(() -> new CudaUnavailableException(Reason.OTHER_DEVICE, notSeen(uuid)));
    }

    private String notSeen(String uuid) {
        String visible = System.getenv("CUDA_VISIBLE_DEVICES");
        return "this process does not see the device " + uuid + ", only "
                + devices.stream().map(CudaDevice::toString).collect(Collectors.joining(", "))
                + (visible == null ? "" : "; CUDA_VISIBLE_DEVICES is '" + visible + "': add it there")
                + "; if the device is gone from this machine, load the model again";
    }

    private static String text(int version) {
        return version / 1000 + "." + version % 1000 / 10;
    }

    private static CudaDriver start() {
        int version = requireNewEnough(DriverFunctions.loaded());
        JCudaLibrary.loadDriver();
        int result = JCudaDriver.cuInit(0);
        if (result == DriverResult.NO_DEVICE) {
            throw new CudaUnavailableException(
                    Reason.NO_DEVICE,
                    "the CUDA driver " + text(version) + " sees no device; check nvidia-smi, and that"
                            + " CUDA_VISIBLE_DEVICES and the container's devices name one");
        }
        if (result != DriverResult.SUCCESS) {
            throw new CudaUnavailableException(
                    Reason.DRIVER_FAILED,
                    "the CUDA driver " + text(version) + " does not start: cuInit failed with "
                            + DriverResult.name(result) + " (" + result + "); check nvidia-smi and the kernel's log");
        }
        return new CudaDriver(version, visibleDevices());
    }

    private static int requireNewEnough(DriverFunctions functions) {
        IntByReference version = new IntByReference();
        DriverResult.check(functions.cuDriverGetVersion(version), "cuDriverGetVersion", "the driver");
        if (version.getValue() < LEAST_VERSION) {
            throw new CudaUnavailableException(
                    Reason.DRIVER_TOO_OLD,
                    "the CUDA driver serves CUDA " + text(version.getValue()) + ", and " + text(LEAST_VERSION)
                            + " is needed; install NVIDIA driver 525.60 or later (Windows: 527.41)");
        }
        return version.getValue();
    }

    private static List<CudaDevice> visibleDevices() {
        int[] count = new int[1];
        DriverResult.check(JCudaDriver.cuDeviceGetCount(count), "cuDeviceGetCount", "the driver");
        return IntStream.range(0, count[0]).mapToObj(CudaDevice::at).collect(Collectors.toUnmodifiableList());
    }
}
