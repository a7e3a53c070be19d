package dev.holdfast.memory.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.memory.ArenaException;
import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.ArenaWriter;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.memory.WeightArena;
import java.io.IOException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CudaIpcArenaTest extends DeviceArenaContract {
    @BeforeAll
    static void requireIpc() {
        Assumptions.assumeTrue(device().supportsIpc(), () -> device() + " has no CUDA IPC");
    }

    @Override
    protected ArenaWriter create(long sizeBytes) {
        return CudaIpcArena.create(device(), sizeBytes);
    }

    @Override
    protected ChildJvm startReader(WeightArena arena) throws IOException {
        return start(((CudaIpcArena) arena).handle(), arena.sizeBytes());
    }

    @Override
    WeightArena received(WeightArena arena, String deviceUuid) {
        return CudaIpcArena.of(((CudaIpcArena) arena).handle(), deviceUuid, arena.sizeBytes());
    }

    private static ChildJvm start(String handle, long sizeBytes) throws IOException {
        return ChildJvm.start(CudaArenaProcess.class, "ipc", device().uuid(), Long.toString(sizeBytes), handle);
    }

    @Override
    protected boolean mappingsHaveAddressesOfTheirOwn() {
        return false;
    }

    @Test
    void saysWhatItIs() throws IOException {
        try (CudaIpcArena arena = (CudaIpcArena) arenaOf(10)) {
            assertThat(arena.kind()).isEqualTo(ArenaKind.CUDA_IPC);
            assertThat(arena.device()).isEqualTo(device().uuid());
            assertThat(arena.descriptor()).isEmpty();
            assertThat(arena.handle()).matches("[0-9a-f]{128}");
        }
    }

    @Test
    void aReaderThatIsKilledDisturbsNobody() throws Exception {
        try (WeightArena arena = arenaOf(SIZE)) {
            String first;
            try (ChildJvm killed = startReader(arena)) {
                first = killed.readLine();
            }
            try (ChildJvm next = startReader(arena)) {
                assertThat(next.readLine()).isEqualTo(first).startsWith("read ");
            }
        }
    }

    @Test
    void aProcessMayOpenItTwiceAndCloseItOnce() throws Exception {
        try (CudaIpcArena arena = (CudaIpcArena) arenaOf(SIZE);
                ChildJvm once = startReader(arena);
                ChildJvm twice = ChildJvm.start(
                        CudaArenaProcess.class, "ipc-twice", device().uuid(), Long.toString(SIZE), arena.handle())) {
            assertThat(twice.readLine()).isEqualTo(once.readLine()).startsWith("read ");
        }
    }

    @Test
    void anArenaWhoseOwnerClosedItCannotBeOpened() throws Exception {
        String handle;
        try (CudaIpcArena arena = (CudaIpcArena) arenaOf(SIZE)) {
            handle = arena.handle();
        }
        try (ChildJvm late = start(handle, SIZE)) {
            assertThat(late.readLine())
                    .startsWith(ArenaException.class.getSimpleName())
                    .contains("its owner has ended");
        }
    }

    @Test
    void aHandleOfAnotherLengthIsRefused() {
        assertThatThrownBy(() -> CudaIpcArena.of("00", device().uuid(), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("128");
    }
}
