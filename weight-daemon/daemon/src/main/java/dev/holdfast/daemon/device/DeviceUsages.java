package dev.holdfast.daemon.device;

import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.NativeCallException;
import dev.holdfast.memory.cuda.CudaUnavailableException;
import dev.holdfast.memory.cuda.DeviceMemoryUse;
import dev.holdfast.memory.cuda.Nvml;
import dev.holdfast.protocol.LeaseSummary;
import dev.holdfast.protocol.ModelListing;
import dev.holdfast.protocol.StatusReport;
import dev.holdfast.protocol.VersionState;
import dev.holdfast.protocol.VersionSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The devices of a {@link StatusReport}. */
public final class DeviceUsages {
    private final StatusReport report;
    private final PidView pids;

    DeviceUsages(StatusReport report, PidView pids) {
        this.report = report;
        this.pids = pids;
    }

    private record Held(String model, VersionSummary version) {}

    /**
     * Every device on which the holder has versions, by UUID. NVML is loaded only if there are any; what it does not tell
     * is a {@link DeviceUsage#problem()}.
     *
     * @param holderIsHere whether the kernel gives this process the same id of the holder as {@code report}
     */
    public static List<DeviceUsage> of(StatusReport report, boolean holderIsHere) {
        return new DeviceUsages(report, PidView.of(holderIsHere)).all();
    }

    private List<DeviceUsage> all() {
        Map<String, List<Held>> devices = held();
        if (devices.isEmpty()) {
            return List.of();
        }
        List<DeviceUsage> all = new ArrayList<>();
        try (Nvml nvml = Nvml.open()) {
            devices.forEach((uuid, versions) -> all.add(asked(nvml, uuid, versions)));
        } catch (CudaUnavailableException | NativeCallException e) {
            all.clear();
            devices.forEach((uuid, versions) -> all.add(unasked(uuid, versions, String.valueOf(e.getMessage()))));
        }
        return all;
    }

    /** By device. What is being loaded or adopted is not the holder's yet. */
    private Map<String, List<Held>> held() {
        Map<String, List<Held>> devices = new TreeMap<>();
        for (ModelListing model : report.models()) {
            model.versions().stream()
                    .filter(version -> version.kind() != ArenaKind.HOST)
                    .filter(version ->
                            version.state() != VersionState.LOADING && version.state() != VersionState.ADOPTING)
                    .forEach(version -> devices.computeIfAbsent(version.device(), any -> new ArrayList<>())
                            .add(new Held(model.name(), version)));
        }
        return devices;
    }

    private DeviceUsage asked(Nvml nvml, String uuid, List<Held> versions) {
        try {
            return of(uuid, versions, nvml.use(uuid));
        } catch (NativeCallException e) {
            return unasked(uuid, versions, String.valueOf(e.getMessage()));
        }
    }

    private DeviceUsage unasked(String uuid, List<Held> versions, String problem) {
        return new DeviceUsage(
                uuid,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                arenaBytes(versions),
                usages(versions),
                processes(versions, Map.of(), false),
                Optional.of(problem));
    }

    DeviceUsage of(String uuid, DeviceMemoryUse use) {
        return of(uuid, held().getOrDefault(uuid, List.of()), use);
    }

    private DeviceUsage of(String uuid, List<Held> versions, DeviceMemoryUse use) {
        Optional<String> obstacle =
                use.problem().or(() -> pids.obstacle(use.processes().keySet()));
        List<ProcessUsage> processes = processes(versions, use.processes(), obstacle.isEmpty());
        boolean untold = processes.stream().anyMatch(process -> process.bytes().isEmpty());
        return new DeviceUsage(
                uuid,
                Optional.of(use.name()),
                Optional.of(use.totalBytes()),
                Optional.of(use.freeBytes()),
                arenaBytes(versions),
                usages(versions),
                processes,
                obstacle.or(() ->
                        untold ? Optional.of("the driver does not tell what each process takes") : Optional.empty()));
    }

    private static long arenaBytes(List<Held> versions) {
        return versions.stream().mapToLong(held -> held.version().sizeBytes()).sum();
    }

    private static List<VersionUsage> usages(List<Held> versions) {
        return versions.stream()
                .map(held -> new VersionUsage(
                        held.model(), held.version().version(), held.version().sizeBytes()))
                .toList();
    }

    private List<ProcessUsage> processes(List<Held> versions, Map<Long, Optional<Long>> told, boolean sure) {
        TreeSet<Long> workers = new TreeSet<>();
        versions.forEach(
                held -> held.version().leases().stream().map(LeaseSummary::pid).forEach(workers::add));
        return Stream.concat(
                        Stream.of(new ProcessUsage(report.pid(), ProcessUsage.HOLDER, share(report.pid(), told, sure))),
                        workers.stream()
                                .filter(pid -> pid != report.pid())
                                .map(pid -> new ProcessUsage(pid, ProcessUsage.WORKER, share(pid, told, sure))))
                .toList();
    }

    /** A process that NVML does not name where it names all has no context on the device, and takes nothing. */
    private static Optional<Long> share(long pid, Map<Long, Optional<Long>> told, boolean sure) {
        return sure ? told.getOrDefault(pid, Optional.of(0L)) : Optional.empty();
    }
}
