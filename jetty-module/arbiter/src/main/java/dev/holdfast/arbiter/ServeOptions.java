package dev.holdfast.arbiter;

import dev.holdfast.control.ControlPath;
import dev.holdfast.protocol.SocketPath;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/** What {@code holdfast serve} is told. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class ServeOptions {
    @Option(names = "--workers", paramLabel = "N", description = "How many worker JVMs; default 3.")
    private int workers = 3;

    @Option(names = "--port", paramLabel = "P", description = "TCP port; 0 for a free one. Default 8080.")
    private int port = 8080;

    @Option(names = "--bind", paramLabel = "ADDRESS", description = "Address to listen on; default 0.0.0.0, all.")
    private String bind = "0.0.0.0";

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            description = "The holder's socket; otherwise -D" + SocketPath.PROPERTY + ", $" + SocketPath.VARIABLE
                    + ", /run/holdfast, $XDG_RUNTIME_DIR/holdfast or the temporary directory.")
    private Optional<Path> socket = Optional.empty();

    @Option(
            names = "--jetty-base",
            paramLabel = "DIR",
            description =
                    "Workers are Jettys of this JETTY_BASE, which has the module holdfast; otherwise they need none.")
    private Optional<Path> jettyBase = Optional.empty();

    @Option(names = "--jetty-home", paramLabel = "DIR", description = "JETTY_HOME; otherwise $JETTY_HOME.")
    private Optional<Path> jettyHome = Optional.empty();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "A worker silent for so long is killed and replaced; default 30s.")
    private Duration timeout = Duration.ofSeconds(30);

    @Option(
            names = "--graceful-timeout",
            paramLabel = "TIME",
            description = "How long a worker that is to end has for its connections; default 30s.")
    private Duration gracefulTimeout = Duration.ofSeconds(30);

    @Option(
            names = "--max-requests",
            paramLabel = "N",
            description = "Replace a worker after so many requests; default: never.")
    private Optional<Long> maxRequests = Optional.empty();

    @Option(
            names = "--max-requests-jitter",
            paramLabel = "J",
            description = "Up to so many more, by chance, so that not all go at once; default 0.")
    private long maxRequestsJitter;

    @Option(
            names = "--pid-file",
            paramLabel = "FILE",
            description = "Write the process id here; removed at a clean stop.")
    private Optional<Path> pidFile = Optional.empty();

    @Option(
            names = "--control",
            paramLabel = "PATH",
            description = "Unix socket for workers and `holdfast ctl`, in a directory that only this user may enter;"
                    + " default $XDG_RUNTIME_DIR/holdfast-serve/control.sock or one in the temporary directory.")
    private Path control = ControlPath.byDefault();

    @Option(
            names = "--worker-option",
            paramLabel = "OPTION",
            description = "JVM option for workers, such as --worker-option=-Xmx2g; may be repeated.")
    private List<String> workerOptions = new ArrayList<>();

    ServeConfig toConfig() {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("--port must be 0 to 65535, but is " + port);
        }
        return new ServeConfig(
                workers,
                timeout,
                gracefulTimeout,
                maxRequests.map(OptionalLong::of).orElseGet(OptionalLong::empty),
                maxRequestsJitter,
                control.toAbsolutePath().normalize());
    }

    int port() {
        return port;
    }

    String bind() {
        return bind;
    }

    Optional<Path> jettyBase() {
        return jettyBase.map(path -> path.toAbsolutePath().normalize());
    }

    /** The option, or the environment. */
    Optional<Path> jettyHome() {
        return jettyHome
                .or(() -> Optional.ofNullable(System.getenv("JETTY_HOME")).map(Path::of))
                .map(path -> path.toAbsolutePath().normalize());
    }

    Optional<Path> pidFile() {
        return pidFile;
    }

    JavaCommand java() {
        return new JavaCommand(socket, workerOptions);
    }
}
