package dev.holdfast.memory.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.memory.ChildJvm;
import dev.holdfast.memory.OpenDescriptorsCheck;
import dev.holdfast.memory.OwnedDescriptor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("gpu")
@ExtendWith(OpenDescriptorsCheck.class)
class CudaCounterTest {
    @SuppressWarnings("NullAway.Init") // set before each test
    private CudaDevice device;

    @BeforeEach
    void requireDevice() {
        device = TestDevice.required();
    }

    @Test
    void countsFromItsInitialValue() {
        try (CudaCounter counter = CudaCounter.create(device, -2)) {
            assertThat(counter.get()).isEqualTo(-2);
            assertThat(counter.addAndGet(3)).isEqualTo(1);
            assertThat(counter.addAndGet(1)).isEqualTo(2);
        }
    }

    @Test
    void whatIsBegunIsCountedInTheOrderOfItsStream() {
        try (CudaCounter counter = CudaCounter.create(device, 5);
                DeviceStream stream = DeviceStream.open(device)) {
            counter.begin(3, stream);
            stream.await("the first");
            assertThat(counter.sum()).isEqualTo(8);
            counter.begin(1, stream);
            counter.begin(1, stream);
            stream.await("the others");
            assertThat(counter.sum()).isEqualTo(10);
            assertThat(counter.get()).isEqualTo(10);
        }
    }

    @Test
    void raisingNeverLowers() {
        try (CudaCounter counter = CudaCounter.create(device, 10)) {
            assertThat(counter.raiseTo(5)).isEqualTo(10);
            assertThat(counter.raiseTo(20)).isEqualTo(20);
            assertThat(counter.get()).isEqualTo(20);
        }
    }

    @Test
    void theValueOutlivesItsMaker() {
        OwnedDescriptor kept;
        try (CudaCounter counter = CudaCounter.create(device, 7)) {
            kept = counter.descriptor().duplicate();
        }
        try (CudaCounter again = CudaCounter.adopt(kept, device.uuid())) {
            assertThat(again.addAndGet(1)).isEqualTo(8);
        }
        assertThat(kept.isClosed()).isTrue();
    }

    @Test
    void aClosedCounterIsNotUsed() {
        CudaCounter counter = CudaCounter.create(device, 0);
        counter.close();
        counter.close();
        assertThatThrownBy(counter::get).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> counter.addAndGet(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void processesThatCountAtOnceLoseNothing() throws Exception {
        long start = 1_000_000;
        int times = 5_000;
        List<ChildJvm> counting = new ArrayList<>();
        try (CudaCounter counter = CudaCounter.create(device, 0)) {
            for (int i = 0; i < 3; i++) {
                counting.add(start(counter, start, times));
            }
            for (ChildJvm process : counting) {
                assertThat(process.readLine()).isEqualTo("ready");
            }
            counter.raiseTo(start);
            for (ChildJvm process : counting) {
                assertThat(process.readLine()).isEqualTo("done");
            }
            assertThat(counter.get()).isEqualTo(start + 3L * times);
        } finally {
            counting.forEach(ChildJvm::close);
        }
    }

    private ChildJvm start(CudaCounter counter, long start, int times) throws Exception {
        return ChildJvm.start(
                CudaCountingProcess.class,
                device.uuid(),
                Long.toString(ProcessHandle.current().pid()),
                Integer.toString(counter.descriptor().value()),
                Long.toString(start),
                Integer.toString(times));
    }
}
