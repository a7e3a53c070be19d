package dev.holdfast.daemon.doctor;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a holder would do on this machine.
 *
 * @param device the UUID of the device that it would use, or {@code cpu}
 * @param usable whether that is what was wanted, and can serve
 * @param reason why, with the remedy if something is missing that was asked for or half there; one line
 * @param runtime the build of ONNX Runtime to compute with, for {@code holdfast.onnxruntime.path}; empty for the one in
 *     the jar
 * @param share how the device's memory is shared, {@link Share#FD} or {@link Share#CUDA_IPC}; empty for the host
 */
public record Verdict(String device, boolean usable, String reason, Optional<String> runtime, Optional<Share> share) {
    private static final String CPU = "cpu";
    private static final String NO_DRIVER = "no CUDA driver is installed; the host is used";

    /** One without a device's memory. */
    Verdict(String device, boolean usable, String reason, Optional<String> runtime) {
        this(device, usable, reason, runtime, Optional.empty());
    }

    /** Whether the device is host memory. */
    public boolean onHost() {
        return device.equals(CPU);
    }

    static Verdict of(DeviceRequest wanted, Share share, DriverFinding driver, List<RuntimeFinding> runtimes) {
        if (wanted.kind() == DeviceRequest.Kind.CPU) {
            return onHost("as asked", runtimes);
        }
        Search search = new Search(wanted, share, driver, runtimes);
        Optional<String> obstacle = search.obstacle();
        if (obstacle.isEmpty()) {
            return search.found();
        }
        return wanted.kind() == DeviceRequest.Kind.AUTO
                ? onHost(driver.installed() ? obstacle.get() : NO_DRIVER, runtimes)
                : new Verdict(wanted.toString(), false, obstacle.get(), Optional.empty());
    }

    private static Verdict onHost(String reason, List<RuntimeFinding> runtimes) {
        Optional<RuntimeFinding> usable = runtimes.stream()
                .filter(runtime -> runtime.problem().isEmpty())
                .filter(runtime -> runtime.origin() != RuntimeFinding.Origin.INSTALLED)
                .findFirst();
        return usable.isPresent()
                ? new Verdict(CPU, true, reason, Optional.empty())
                : new Verdict(
                        CPU,
                        false,
                        runtimes.stream()
                                .flatMap(runtime -> runtime.problem().stream())
                                .collect(Collectors.joining("; ")),
                        Optional.empty());
    }

    /** A device and a build of ONNX Runtime that go together, or what stands in the way of the first that is meant. */
    private record Search(DeviceRequest wanted, Share share, DriverFinding driver, List<RuntimeFinding> runtimes) {
        private static final int NEWEST_CUDA = 13;
        private static final int OLDEST_CUDA = 12;

        Optional<String> obstacle() {
            if (driver.problem().isPresent()) {
                return driver.problem();
            }
            if (device().isEmpty()) {
                return Optional.of(noDevice());
            }
            return runtime().isPresent() ? Optional.empty() : Optional.of(noRuntime());
        }

        Verdict found() {
            DeviceFinding device = device().orElseThrow();
            RuntimeFinding runtime = runtime().orElseThrow();
            return new Verdict(
                    device.uuid(),
                    true,
                    device + shared(device) + ", driver for CUDA "
                            + driver.version().orElse("?") + ", ONNX Runtime "
                            + runtime.version().orElse("?") + " of " + runtime.path(),
                    Optional.of(runtime.path()),
                    Optional.of(share.on(device)));
        }

        private String shared(DeviceFinding device) {
            return ", memory shared by " + share.on(device)
                    + (device.descriptors() ? "" : ", since it does not name its memory by descriptors");
        }

        private Optional<DeviceFinding> device() {
            return driver.devices().stream()
                    .filter(wanted::means)
                    .filter(share::suits)
                    .findFirst();
        }

        private String noDevice() {
            Optional<DeviceFinding> meant =
                    driver.devices().stream().filter(wanted::means).findFirst();
            return meant.isPresent()
                    ? meant.get() + " can't share its memory by "
                            + (share == Share.AUTO
                                    ? "descriptors or CUDA IPC"
                                    : share + " (--share auto takes what it can)")
                            + "; use --device cpu"
                    : "there is no device " + wanted + "; this process sees " + driver.devices()
                            + "; see CUDA_VISIBLE_DEVICES";
        }

        private Optional<RuntimeFinding> runtime() {
            return runtimes.stream()
                    .filter(RuntimeFinding::computesOnCuda)
                    .filter(runtime -> driver.serves(runtime.cuda().orElseThrow()))
                    .findFirst();
        }

        private String noRuntime() {
            return runtimes.stream()
                    .filter(runtime -> runtime.cuda().isPresent() || mayCompute(runtime))
                    .findFirst()
                    .map(this::lacking)
                    .orElseGet(() -> "there is no ONNX Runtime for CUDA; run `holdfast natives --cuda "
                            + (driver.serves(NEWEST_CUDA) ? NEWEST_CUDA : OLDEST_CUDA) + "`");
        }

        private static boolean mayCompute(RuntimeFinding runtime) {
            return runtime.origin() != RuntimeFinding.Origin.BUNDLED
                    && runtime.problem().isPresent();
        }

        private String lacking(RuntimeFinding runtime) {
            if (runtime.problem().isPresent()) {
                return runtime.problem().get();
            }
            if (runtime.missing().isEmpty()) {
                return "the driver serves CUDA " + driver.version().orElse("?") + " and " + runtime.path() + " needs "
                        + runtime.cuda().orElseThrow() + "; run `holdfast natives --cuda " + OLDEST_CUDA
                        + "`, or install a later driver";
            }
            return runtime.path() + " needs "
                    + runtime.missing().stream().map(LibraryNeed::name).collect(Collectors.joining(", "))
                    + ", not found; "
                    + runtime.missing().stream()
                            .flatMap(need -> need.remedy().stream())
                            .distinct()
                            .collect(Collectors.joining("; "));
        }
    }
}
