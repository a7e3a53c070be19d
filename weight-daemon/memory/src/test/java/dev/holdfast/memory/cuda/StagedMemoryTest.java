package dev.holdfast.memory.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.memory.OpenDescriptorsCheck;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("gpu")
@ExtendWith(OpenDescriptorsCheck.class)
class StagedMemoryTest {
    private static final int SIZE = 1 << 20;

    @SuppressWarnings("NullAway.Init") // set before each test
    private CudaDevice device;

    @BeforeEach
    void requireDevice() {
        device = TestDevice.required();
    }

    @Test
    void whatWentToTheDeviceComesBackFromThere() {
        try (DeviceStream stream = DeviceStream.open(device);
                StagedMemory memory = StagedMemory.allocate(stream, SIZE)) {
            ByteBuffer bytes = memory.bytes();
            for (int i = 0; i < SIZE; i += Integer.BYTES) {
                bytes.putInt(i, i);
            }
            memory.toDevice(SIZE);
            stream.await("a copy");
            for (int i = 0; i < SIZE; i += Integer.BYTES) {
                bytes.putInt(i, -1);
            }
            memory.toHost(SIZE / 2);
            stream.await("a copy");
            assertThat(bytes.getInt(SIZE / 2 - Integer.BYTES)).isEqualTo(SIZE / 2 - Integer.BYTES);
            assertThat(bytes.getInt(SIZE / 2)).isEqualTo(-1);
        }
    }

    @Test
    void nothingIsCopiedOfNothing() {
        try (DeviceStream stream = DeviceStream.open(device);
                StagedMemory memory = StagedMemory.allocate(stream, 1)) {
            memory.toDevice(0);
            memory.toHost(0);
            stream.await("no copy");
            assertThat(memory.deviceAddress()).isNotZero();
        }
    }
}
