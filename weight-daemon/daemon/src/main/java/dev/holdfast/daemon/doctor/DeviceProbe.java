package dev.holdfast.daemon.doctor;

import dev.holdfast.daemon.cli.HoldfastCommand;
import dev.holdfast.daemon.holder.ChildCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Finds out what a device request comes to, without loading anything into this process: {@code holdfast doctor} looks, in
 * a child. Its standard error is this process's.
 *
 * @param deadline longest time for the child, which is killed then
 * @param jvmOptions options of the child's JVM
 */
public record DeviceProbe(Duration deadline, List<String> jvmOptions) {
    /** Loading CUDA's libraries for the first time after a boot takes seconds. */
    private static final Duration DEFAULT_DEADLINE = Duration.ofMinutes(1);

    private static final String CPU = "cpu";

    /** As a holder does it. */
    public static DeviceProbe byDefault() {
        return new DeviceProbe(DEFAULT_DEADLINE, List.of());
    }

    /**
     * The verdict. No child is started for the host, or for {@code auto} where no file of the driver is visible. A child
     * that fails is a reason against CUDA, no more.
     *
     * @throws IOException if the child's output can't be kept in a temporary file
     */
    public Verdict choose(DeviceRequest wanted, Share share) throws IOException {
        return switch (wanted.kind()) {
            case CPU -> onHost("as asked");
            case AUTO ->
                DriverFile.isVisible() ? orHost(examined(wanted, share)) : onHost("there is no driver of NVIDIA");
            case CUDA -> examined(wanted, share);
        };
    }

    private static Verdict onHost(String reason) {
        return new Verdict(CPU, true, reason, Optional.empty());
    }

    private static Verdict orHost(Verdict verdict) {
        return verdict.usable() ? verdict : onHost(verdict.reason());
    }

    private Verdict examined(DeviceRequest wanted, Share share) throws IOException {
        Path output = Files.createTempFile("holdfast-doctor-", ".json");
        try {
            run(wanted, share, output);
            return Diagnosis.fromJson(Files.readString(output)).verdict();
        } catch (ProbeFailure | IllegalArgumentException e) {
            return new Verdict(
                    wanted.toString(),
                    false,
                    "the child that looks for devices failed (" + Problem.of(e) + ")",
                    Optional.empty());
        } finally {
            Files.delete(output);
        }
    }

    private void run(DeviceRequest wanted, Share share, Path output) throws IOException, ProbeFailure {
        List<String> command = ChildCommand.of(HoldfastCommand.class, jvmOptions);
        command.addAll(List.of("doctor", "--json", "--device", wanted.toString(), "--share", share.toString()));
        Process child = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            if (!child.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ProbeFailure("it took longer than " + deadline.toSeconds() + " s");
            }
            if (Files.size(output) == 0) {
                throw new ProbeFailure("it ended with exit code " + child.exitValue() + " and said nothing");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProbeFailure("it was interrupted");
        } finally {
            child.destroyForcibly();
        }
    }

    /** The child gave no answer. */
    private static final class ProbeFailure extends Exception {
        private static final long serialVersionUID = 1L;

        ProbeFailure(String message) {
            super(message);
        }
    }
}
