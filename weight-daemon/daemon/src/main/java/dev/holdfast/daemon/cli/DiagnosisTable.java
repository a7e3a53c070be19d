package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.doctor.DeviceFinding;
import dev.holdfast.daemon.doctor.Diagnosis;
import dev.holdfast.daemon.doctor.DriverFinding;
import dev.holdfast.daemon.doctor.LibraryNeed;
import dev.holdfast.daemon.doctor.RuntimeFinding;
import dev.holdfast.daemon.doctor.Verdict;
import dev.holdfast.daemon.holder.ByteSize;

/** A {@link Diagnosis} for people: a line for each thing, what is missing with its remedy. */
final class DiagnosisTable {
    private final StringBuilder text = new StringBuilder();

    private DiagnosisTable() {}

    static String of(Diagnosis diagnosis) {
        DiagnosisTable table = new DiagnosisTable();
        table.driver(diagnosis.driver());
        diagnosis.runtimes().forEach(table::runtime);
        table.verdict(diagnosis.wanted(), diagnosis.verdict());
        return table.text.toString().stripTrailing();
    }

    private void driver(DriverFinding driver) {
        line(
                "driver",
                driver.problem()
                        .orElseGet(() -> "serves CUDA " + driver.version().orElse("?")));
        driver.devices().forEach(this::device);
    }

    private void device(DeviceFinding device) {
        line("cuda:" + device.index(), device.name() + ", " + device.uuid());
        line(
                "",
                "memory " + ByteSize.format(device.totalBytes()) + ", "
                        + device.freeBytes().map(ByteSize::format).orElse("?") + " free; compute capability "
                        + device.computeCapability());
        line(
                "",
                "descriptors " + yes(device.descriptors()) + ", legacy IPC " + yes(device.ipc()) + ", MPS "
                        + yes(device.mps()));
        device.problem().ifPresent(problem -> line("", problem));
    }

    private void runtime(RuntimeFinding runtime) {
        line("runtime", "ONNX Runtime " + runtime.version().orElse("?") + " " + runtime.path());
        line(
                "",
                runtime.problem()
                        .orElseGet(() -> runtime.cuda()
                                        .map(cuda -> "for CUDA " + cuda + " and cuDNN 9")
                                        .orElse("for the processor alone")
                                + "; providers " + String.join(", ", runtime.providers())));
        runtime.needs().forEach(this::need);
    }

    private void need(LibraryNeed need) {
        line(
                "",
                need.name()
                        + (need.found()
                                ? " found"
                                : " missing: " + need.remedy().orElse("")));
    }

    private void verdict(String wanted, Verdict verdict) {
        line(
                "verdict",
                wanted + ": " + (verdict.usable() ? verdict.device() : "can't serve") + ": " + verdict.reason());
    }

    private static String yes(boolean value) {
        return value ? "yes" : "no";
    }

    private void line(String what, String words) {
        text.append("%-9s %s%n".formatted(what, words.replaceAll("\\p{Cntrl}", "?")));
    }
}
