package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.doctor.DeviceRequest;
import dev.holdfast.daemon.doctor.Diagnosis;
import dev.holdfast.daemon.doctor.Share;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast doctor}: what there is to compute on, and what is missing. */
@Command(
        name = "doctor",
        description =
                "Shows driver, devices and builds of ONNX Runtime, and what is missing; fails if the wanted device"
                        + " can't serve.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class DoctorCommand implements Callable<Integer> {
    @Option(names = "--device", paramLabel = "DEVICE", description = "auto, cpu, cuda:N or cuda:UUID. Default auto.")
    private DeviceRequest device = DeviceRequest.AUTO;

    @Option(names = "--share", paramLabel = "HOW", description = "auto, fd or cuda-ipc, as for daemon. Default auto.")
    private Share share = Share.AUTO;

    @Option(names = "--json", description = "As one JSON object; docs/gpu.md describes its fields.")
    private boolean json;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        Diagnosis diagnosis = Diagnosis.of(device, share);
        command.commandLine().getOut().println(json ? diagnosis.toJson() : DiagnosisTable.of(diagnosis));
        command.commandLine().getOut().flush();
        return diagnosis.verdict().usable() ? ExitCode.DONE : ExitCode.FAILED;
    }
}
