package dev.holdfast.daemon.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.memory.cuda.DeviceMemoryUse;
import dev.holdfast.protocol.StatusReport;
import dev.holdfast.protocol.VersionState;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is concluded from a holder's words and NVML's. */
@Tag("core")
class DeviceUsagesTest {
    private static final String DEVICE = "GPU-a";
    private static final long HOLDER = 7;
    private static final PidView ON_HOST = new PidView(true, true, pid -> false);
    private static final PidView IN_CONTAINER = new PidView(false, true, pid -> pid < 100);
    private static final StatusReport REPORT = OnDevice.report(
            HOLDER,
            OnDevice.version(1, VersionState.PUBLISHED, DEVICE, 21, 22),
            OnDevice.version(2, VersionState.DRAINING, DEVICE, 21),
            OnDevice.version(3, VersionState.LOADING, DEVICE),
            OnDevice.version(4, VersionState.PUBLISHED, "GPU-b", 23),
            OnDevice.version(5, VersionState.PUBLISHED, "cpu", 24));

    private static DeviceMemoryUse use(Map<Long, Optional<Long>> processes) {
        return new DeviceMemoryUse("Card", 80, 60, processes, Optional.empty());
    }

    private static DeviceUsage usage(PidView pids, DeviceMemoryUse use) {
        return new DeviceUsages(REPORT, pids).of(DEVICE, use);
    }

    private static void assertSharesUnknown(DeviceUsage usage, String reason) {
        assertThat(usage.processes()).hasSize(3).allMatch(process -> process.bytes()
                .isEmpty());
        assertThat(usage.problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains(reason));
        assertThat(usage.freeBytes()).contains(60L);
        assertThat(usage.arenaBytes()).isEqualTo(2 * OnDevice.ARENA_BYTES);
    }

    @Test
    void deviceHasItsOwnVersionsAndTheProcessesThatLeaseThem() {
        DeviceUsage usage =
                usage(ON_HOST, use(Map.of(21L, Optional.of(500L), 22L, Optional.of(600L), 99L, Optional.of(9L))));

        assertThat(usage.versions())
                .containsExactly(
                        new VersionUsage("m1", 1, OnDevice.ARENA_BYTES),
                        new VersionUsage("m2", 2, OnDevice.ARENA_BYTES));
        assertThat(usage.arenaBytes()).isEqualTo(2 * OnDevice.ARENA_BYTES);
        assertThat(usage.processes())
                .containsExactly(
                        new ProcessUsage(HOLDER, ProcessUsage.HOLDER, Optional.of(0L)),
                        new ProcessUsage(21, ProcessUsage.WORKER, Optional.of(500L)),
                        new ProcessUsage(22, ProcessUsage.WORKER, Optional.of(600L)));
        assertThat(usage.problem()).isEmpty();
    }

    @Test
    void whatTheDriverDoesNotTellIsUnknownAndNotNothing() {
        DeviceUsage usage = usage(ON_HOST, use(Map.of(21L, Optional.empty())));

        assertThat(usage.processes()).contains(new ProcessUsage(21, ProcessUsage.WORKER, Optional.empty()));
        assertThat(usage.problem()).contains("the driver does not tell what each process takes");
    }

    @Test
    void driverThatTellsIdsOfTheContainerIsBelieved() {
        assertThat(usage(IN_CONTAINER, use(Map.of(21L, Optional.of(500L)))).processes())
                .contains(new ProcessUsage(21, ProcessUsage.WORKER, Optional.of(500L)));
    }

    @Test
    void idsOfTheHostInAContainerGiveNoShares() {
        // The host's process 21 is another than the container's.
        assertSharesUnknown(
                usage(IN_CONTAINER, use(Map.of(21L, Optional.of(500L), 4711L, Optional.of(600L)))),
                "NVML names process 4711, which is of another pid namespace");
    }

    @Test
    void driverThatNamesNobodyInAContainerGivesNoShares() {
        assertSharesUnknown(usage(IN_CONTAINER, use(Map.of())), "NVML names no process in this pid namespace");
    }

    @Test
    void holderOfAnotherNamespaceGivesNoShares() {
        assertSharesUnknown(
                usage(new PidView(true, false, pid -> true), use(Map.of(21L, Optional.of(500L)))),
                "the holder is in another pid namespace");
    }

    @Test
    void processesThatMayNotBeAskedForGiveNoShares() {
        assertSharesUnknown(
                usage(ON_HOST, new DeviceMemoryUse("Card", 80, 60, Map.of(), Optional.of("not permitted"))),
                "not permitted");
    }
}
