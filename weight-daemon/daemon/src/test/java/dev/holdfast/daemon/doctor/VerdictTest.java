package dev.holdfast.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.holdfast.daemon.doctor.RuntimeFinding.Origin;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What follows from findings, those of machines that are not here too. */
@Tag("core")
class VerdictTest {
    private static final String UUID = "GPU-11111111-2222-3333-4444-555555555555";
    private static final DriverFinding NO_DRIVER =
            new DriverFinding(Optional.empty(), false, Optional.of("no CUDA driver: install one"), List.of());
    private static final RuntimeFinding BUNDLED = runtime("lib.so", Origin.BUNDLED, Optional.empty());

    @Test
    void autoWithoutADriverIsTheHostAndNoFailure() {
        Verdict verdict = Verdict.of(DeviceRequest.AUTO, Share.AUTO, NO_DRIVER, List.of(BUNDLED));

        assertThat(verdict)
                .isEqualTo(new Verdict("cpu", true, "no CUDA driver is installed; the host is used", Optional.empty()));
    }

    @Test
    void autoWithADriverThatFailsIsTheHostAndSaysWhy() {
        DriverFinding broken =
                new DriverFinding(Optional.empty(), true, Optional.of("driver too old: install a later"), List.of());

        Verdict verdict = Verdict.of(DeviceRequest.AUTO, Share.AUTO, broken, List.of(BUNDLED));

        assertThat(verdict).isEqualTo(new Verdict("cpu", true, "driver too old: install a later", Optional.empty()));
    }

    @Test
    void deviceWithoutADriverCanNotServe() {
        Verdict verdict = Verdict.of(DeviceRequest.parse("cuda:0"), Share.AUTO, NO_DRIVER, List.of(BUNDLED));

        assertThat(verdict).isEqualTo(new Verdict("cuda:0", false, "no CUDA driver: install one", Optional.empty()));
    }

    @Test
    void autoTakesTheFirstDeviceAndTheBuildThatGoesWithIt() {
        RuntimeFinding cuda13 = runtime("/n/cuda13", Origin.INSTALLED, Optional.of(13));
        RuntimeFinding cuda12 = runtime("/n/cuda12", Origin.INSTALLED, Optional.of(12));

        Verdict verdict = Verdict.of(DeviceRequest.AUTO, Share.AUTO, driver("12.8"), List.of(cuda13, cuda12, BUNDLED));

        assertThat(verdict.device()).isEqualTo(UUID);
        assertThat(verdict.usable()).isTrue();
        assertThat(verdict.runtime()).contains("/n/cuda12");
        assertThat(verdict.reason()).contains("NVIDIA H100", "12.8", "/n/cuda12");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cuda:0", "cuda:" + UUID})
    void deviceIsMeantByItsNumberOrItsUuid(String device) {
        Verdict verdict = Verdict.of(
                DeviceRequest.parse(device),
                Share.AUTO,
                driver("13.0"),
                List.of(runtime("/n/cuda13", Origin.INSTALLED, Optional.of(13))));

        assertThat(verdict.device()).isEqualTo(UUID);
        assertThat(verdict.usable()).isTrue();
    }

    @Test
    void deviceThatIsNotVisibleIsNamedWithThoseThatAre() {
        Verdict verdict = Verdict.of(DeviceRequest.parse("cuda:7"), Share.AUTO, driver("13.0"), List.of(BUNDLED));

        assertThat(verdict.usable()).isFalse();
        assertThat(verdict.reason()).contains("no device cuda:7", UUID, "CUDA_VISIBLE_DEVICES");
    }

    @Test
    void missingBuildIsNamedWithTheCommandThatBringsWhatTheDriverServes() {
        assertThat(Verdict.of(DeviceRequest.parse("cuda:0"), Share.AUTO, driver("13.0"), List.of(BUNDLED))
                        .reason())
                .contains("holdfast natives --cuda 13");
        assertThat(Verdict.of(DeviceRequest.parse("cuda:0"), Share.AUTO, driver("12.4"), List.of(BUNDLED))
                        .reason())
                .contains("holdfast natives --cuda 12");
    }

    @Test
    void missingLibraryIsNamedWithThePackageThatBringsIt() {
        LibraryNeed cudnn = new LibraryNeed("libcudnn.so.9", false, Optional.of(LibraryRemedy.of("libcudnn.so.9", 13)));
        LibraryNeed cublas = new LibraryNeed("libcublas.so.13", true, Optional.empty());
        RuntimeFinding lacking = new RuntimeFinding(
                "/n/cuda13",
                Origin.INSTALLED,
                Optional.of("1.28.0"),
                Optional.of(13),
                List.of(),
                List.of(cudnn, cublas),
                Optional.empty());

        Verdict verdict =
                Verdict.of(DeviceRequest.parse("cuda:0"), Share.AUTO, driver("13.0"), List.of(lacking, BUNDLED));

        assertThat(verdict.usable()).isFalse();
        assertThat(verdict.reason())
                .contains("/n/cuda13 needs libcudnn.so.9, not found", "apt install libcudnn9-cuda-13")
                .doesNotContain("cublas");
    }

    @Test
    void driverTooOldForTheOnlyBuildIsSaid() {
        Verdict verdict = Verdict.of(
                DeviceRequest.parse("cuda:0"),
                Share.AUTO,
                driver("12.4"),
                List.of(runtime("/n/cuda13", Origin.INSTALLED, Optional.of(13)), BUNDLED));

        assertThat(verdict.usable()).isFalse();
        assertThat(verdict.reason()).contains("serves CUDA 12.4", "/n/cuda13 needs 13", "natives --cuda 12");
    }

    @Test
    void hostThatCanNotLoadOnnxRuntimeCanNotServe() {
        RuntimeFinding broken = new RuntimeFinding(
                "/x",
                Origin.PROPERTY,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.of("/x is not ONNX Runtime"));

        assertThat(Verdict.of(DeviceRequest.CPU, Share.AUTO, NO_DRIVER, List.of(broken)))
                .isEqualTo(new Verdict("cpu", false, "/x is not ONNX Runtime", Optional.empty()));
    }

    @Test
    void diagnosisSurvivesItsJson() {
        Diagnosis diagnosis = new Diagnosis(
                "auto",
                driver("13.0"),
                List.of(BUNDLED),
                Verdict.of(DeviceRequest.AUTO, Share.AUTO, driver("13.0"), List.of(BUNDLED)));

        assertThat(Diagnosis.fromJson(diagnosis.toJson())).isEqualTo(diagnosis);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpu", "cuda", "cuda:", "cuda:x", "cuda:-1", "CPU", ""})
    void whatIsNoDeviceIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DeviceRequest.parse(text))
                .withMessageContaining("known: auto, cpu, cuda:N");
    }

    @ParameterizedTest
    @CsvSource({
        "AUTO,     true,  true,  FD",
        "AUTO,     false, true,  CUDA_IPC",
        "FD,       true,  true,  FD",
        "CUDA_IPC, true,  true,  CUDA_IPC",
    })
    void memoryIsSharedAsAskedAndOtherwiseByDescriptorsIfThereAreAny(
            Share asked, boolean descriptors, boolean ipc, Share expected) {
        Verdict verdict = Verdict.of(
                DeviceRequest.parse("cuda:0"),
                asked,
                driver("13.0", descriptors, ipc),
                List.of(runtime("/n/cuda13", Origin.INSTALLED, Optional.of(13))));

        assertThat(verdict.usable()).isTrue();
        assertThat(verdict.share()).contains(expected);
        assertThat(verdict.reason()).contains("memory shared by " + expected);
    }

    @ParameterizedTest
    @CsvSource({
        "AUTO,     false, false, by descriptors or CUDA IPC",
        "FD,       false, true,  by fd (--share auto",
        "CUDA_IPC, true,  false, by cuda-ipc (--share auto",
    })
    void deviceWhoseMemoryCanNotBeSharedAsAskedCanNotServe(
            Share asked, boolean descriptors, boolean ipc, String reason) {
        Verdict verdict = Verdict.of(
                DeviceRequest.parse("cuda:0"),
                asked,
                driver("13.0", descriptors, ipc),
                List.of(runtime("/n/cuda13", Origin.INSTALLED, Optional.of(13))));

        assertThat(verdict.usable()).isFalse();
        assertThat(verdict.reason()).contains("can't share its memory " + reason);
    }

    private static DriverFinding driver(String version) {
        return driver(version, true, true);
    }

    private static DriverFinding driver(String version, boolean descriptors, boolean ipc) {
        DeviceFinding device = new DeviceFinding(
                0,
                UUID,
                "NVIDIA H100",
                80L << 30,
                Optional.of(79L << 30),
                "9.0",
                descriptors,
                ipc,
                false,
                Optional.empty());
        return new DriverFinding(Optional.of(version), true, Optional.empty(), List.of(device));
    }

    private static RuntimeFinding runtime(String path, Origin origin, Optional<Integer> cuda) {
        return new RuntimeFinding(path, origin, Optional.of("1.28.0"), cuda, List.of(), List.of(), Optional.empty());
    }
}
