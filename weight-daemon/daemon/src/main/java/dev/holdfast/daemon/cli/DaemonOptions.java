package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.doctor.DeviceRequest;
import dev.holdfast.daemon.doctor.Share;
import dev.holdfast.daemon.holder.HolderConfig;
import dev.holdfast.daemon.holder.LoadTarget;
import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.service.HolderSettings;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.protocol.SocketPath;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What a holder is told when it starts, in the foreground or as a service. */
@Command(name = "holdfast daemon")
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
public final class DaemonOptions {
    @Option(
            names = "--models",
            paramLabel = "DIR",
            required = true,
            description = "The model repository: NAME/VERSION/model.onnx, as Triton has it.")
    private Path models;

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            description = "Unix socket to serve; otherwise -D" + SocketPath.PROPERTY + ", $" + SocketPath.VARIABLE
                    + ", /run/holdfast if there, $XDG_RUNTIME_DIR/holdfast, or the temporary directory.")
    private Optional<Path> socket = Optional.empty();

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Where versions, journal and cache are kept; otherwise /var/lib/holdfast if this user can"
                    + " write there, $XDG_STATE_HOME/holdfast or ~/.local/state/holdfast.")
    private Optional<Path> state = Optional.empty();

    @Option(
            names = "--layout",
            paramLabel = "LAYOUT",
            description =
                    "In host memory: packed: ONNX Runtime's prepacked file; sealed: unchangeable memory (Linux). Default packed.")
    private ArenaLayout layout = ArenaLayout.PACKED;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            description = "What versions are on: cpu, cuda:N, cuda:UUID, or auto: a CUDA device if one can serve, as"
                    + " `holdfast doctor` tells, otherwise cpu. Default auto.")
    private DeviceRequest device = DeviceRequest.AUTO;

    @Option(
            names = "--share",
            paramLabel = "HOW",
            description =
                    "How a device's memory reaches workers: fd: by descriptors; cuda-ipc: by legacy CUDA IPC, where"
                            + " each loader lives on as the memory's owner; auto: fd if the device has it. Default auto.")
    private Share share = Share.AUTO;

    @ArgGroup
    private StartLoads loads = new StartLoads();

    @Option(
            names = "--memory-budget",
            paramLabel = "SIZE",
            converter = Readings.Bytes.class,
            description =
                    "Most bytes of weights resident at once, such as 8g; a load beyond is refused. Default: none.")
    private long memoryBudget = Long.MAX_VALUE;

    @Option(
            names = "--readers-group",
            paramLabel = "GROUP",
            description = "Members of this group may lease and look, besides the holder's own user and root.")
    private Optional<String> readersGroup = Optional.empty();

    @Option(names = "--load-deadline", paramLabel = "TIME", description = "Longest time for one load; default 10m.")
    private Duration loadDeadline = HolderConfig.DEFAULT_LOAD_DEADLINE;

    @Option(
            names = "--cache-limit",
            paramLabel = "SIZE",
            converter = Readings.Bytes.class,
            description = "How large the cache of optimised models may grow; default 32g.")
    private long cacheLimit = HolderConfig.DEFAULT_CACHE_LIMIT_BYTES;

    @Option(
            names = "--loader-option",
            paramLabel = "OPTION",
            description = "JVM option for loaders, such as --loader-option=-Xmx4g; may be repeated.")
    private List<String> loaderOptions = new ArrayList<>();

    /** What to load at start: some, or all. */
    static final class StartLoads {
        @Option(names = "--load", paramLabel = "NAME[:VERSION]", description = "Load this at start; may be repeated.")
        private List<LoadTarget> targets = new ArrayList<>();

        @Option(names = "--load-all", description = "Load every model of the repository at start.")
        private boolean all;
    }

    /**
     * Reads the arguments of {@code holdfast daemon}, for services.
     *
     * @throws IllegalArgumentException if they are wrong; the message says what to do
     */
    public static HolderSettings parse(String... arguments) {
        DaemonOptions options = new DaemonOptions();
        CommandLine command = HoldfastCommand.configured(options);
        try {
            command.parseArgs(arguments);
        } catch (ParameterException e) {
            throw new IllegalArgumentException(e.getMessage() + "; see `holdfast daemon --help`", e);
        }
        return options.toSettings();
    }

    HolderSettings toSettings() {
        return new HolderSettings(toConfig(), device, share);
    }

    private HolderConfig toConfig() {
        return new HolderConfig(
                models.toAbsolutePath().normalize(),
                socket.orElseGet(SocketPath::byDefault).toAbsolutePath().normalize(),
                state.orElseGet(StatePath::byDefault).toAbsolutePath().normalize(),
                Placement.onHost(layout),
                memoryBudget,
                readersGroup,
                loadDeadline,
                loads.targets,
                loads.all,
                cacheLimit,
                loaderOptions);
    }
}
