package dev.holdfast.memory.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("gpu")
class CudaDeviceTest {
    @SuppressWarnings("NullAway.Init") // set before each test
    private CudaDevice device;

    @BeforeEach
    void requireDevice() {
        device = TestDevice.required();
    }

    @Test
    void saysWhatItIs() {
        assertThat(device.uuid()).matches("GPU-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        assertThat(device.name()).isNotBlank();
        assertThat(device.computeCapability()).matches("\\d+\\.\\d");
        assertThat(device.freeBytes()).isPositive().isLessThan(device.totalBytes());
    }

    @Test
    void saysWhetherItIsReachedThroughMps() {
        assertThat(device.isUnderMps()).isEqualTo(Boolean.getBoolean("holdfast.test.mps"));
    }

    @Test
    void isFoundByItsUuid() {
        assertThat(CudaDriver.load().device(device.uuid())).isSameAs(device);
    }
}
