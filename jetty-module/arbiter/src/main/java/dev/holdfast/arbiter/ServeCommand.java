package dev.holdfast.arbiter;

import com.sun.jna.Platform;
import dev.holdfast.control.Action;
import dev.holdfast.control.ControlMessage.Answer;
import dev.holdfast.control.ControlSocket;
import dev.holdfast.daemon.cli.ExitCode;
import dev.holdfast.daemon.service.PidFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast serve}: the arbiter in the foreground, until SIGTERM or SIGINT. */
@Command(
        name = "serve",
        description = "Runs worker JVMs on one listening socket and replaces those that die, until SIGTERM or SIGINT;"
                + " prints one line when the first worker serves.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);
    private static final boolean SHARED_SOCKET = !Platform.isWindows();

    @Mixin
    private final ServeOptions options = new ServeOptions();

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        ServeConfig config = config();
        InetAddress address = address();
        Optional<ListeningSocket> listening =
                SHARED_SOCKET ? Optional.of(ListeningSocket.open(address, options.port())) : Optional.empty();
        int port = listening.map(ListeningSocket::port).orElse(options.port());
        try (ControlSocket control = ControlSocket.bind(config.control())) {
            Optional<PidFile> pidFile = options.pidFile().isPresent()
                    ? Optional.of(PidFile.write(options.pidFile().get()))
                    : Optional.empty();
            try {
                endAtSignal(Thread.currentThread());
                serve(config, launcher(), control, listening, url(address, port));
            } catch (InterruptedException e) {
                LOG.info("told to end before the first worker was started");
            } finally {
                pidFile.ifPresent(PidFile::close);
            }
        }
        return ExitCode.DONE;
    }

    /** Until workers can be told to end: a class-data archive may be in the making, which takes seconds. */
    private static void endAtSignal(Thread thread) {
        List.of("TERM", "INT").forEach(name -> Signals.on(name, thread::interrupt));
        List.of("HUP", "TTIN", "TTOU")
                .forEach(name -> Signals.on(name, () -> LOG.info("no worker yet: {} ignored", name)));
    }

    private ServeConfig config() {
        if (!SHARED_SOCKET && options.port() == 0) {
            throw new ParameterException(
                    command.commandLine(), "workers have ports of their own on Windows; give --port the first");
        }
        try {
            return options.toConfig();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private InetAddress address() {
        try {
            return InetAddress.getByName(options.bind());
        } catch (UnknownHostException e) {
            throw new ParameterException(
                    command.commandLine(), "--bind " + options.bind() + " is no address of this machine", e);
        }
    }

    private WorkerLauncher launcher() throws IOException, InterruptedException {
        Installation installation = Installation.ofThisClass();
        JavaCommand java = options.java();
        if (options.jettyBase().isPresent()) {
            return ofBase(options.jettyBase().get(), installation, java);
        }
        List<Path> classPath = installation.workerClassPath();
        Path cache = CacheDirectory.of(System.getenv(), String.valueOf(System.getProperty("user.home")));
        return new EmbeddedWorkers(
                java,
                classPath,
                new ClassDataArchive(cache, java, classPath).prepare(),
                SHARED_SOCKET ? Optional.empty() : Optional.of(options.port()));
    }

    private WorkerLauncher ofBase(Path base, Installation installation, JavaCommand java)
            throws IOException, InterruptedException {
        List<String> wrong = new ArrayList<>();
        if (!Files.isDirectory(base)) {
            wrong.add("--jetty-base " + base + " is no directory");
        }
        Optional<Path> home = options.jettyHome();
        if (home.isEmpty()) {
            wrong.add("--jetty-base needs --jetty-home, or JETTY_HOME in the environment");
        }
        if (!wrong.isEmpty()) {
            throw new ParameterException(command.commandLine(), String.join("; ", wrong));
        }
        return JettyBaseWorkers.of(home.orElseThrow(), base, installation, java);
    }

    private void serve(
            ServeConfig config,
            WorkerLauncher launcher,
            ControlSocket control,
            Optional<ListeningSocket> listening,
            String url)
            throws InterruptedException {
        Arbiter arbiter = new Arbiter(
                config,
                launcher,
                SHARED_SOCKET,
                () -> ready(config, url),
                () -> listening.ifPresent(ListeningSocket::close));
        new ControlServer(control, arbiter, action -> act(arbiter, action, url)).start();
        signals(arbiter, url);
        arbiter.run();
    }

    private static Answer act(Arbiter arbiter, Action action, String url) {
        return arbiter.act(
                action,
                workers -> StatusJson.write(new ArbiterStatus(
                        ProcessHandle.current().pid(),
                        url,
                        arbiter.wanted(),
                        workers.stream()
                                .map(worker -> ArbiterStatus.WorkerStatus.of(worker, System.nanoTime()))
                                .toList())));
    }

    private static void signals(Arbiter arbiter, String url) {
        Signals.on("TERM", () -> arbiter.post(() -> act(arbiter, Action.STOP, url)));
        Signals.on("INT", () -> arbiter.post(() -> act(arbiter, Action.QUIT, url)));
        Signals.on("HUP", () -> arbiter.post(() -> act(arbiter, Action.ROLL, url)));
        Signals.on("TTIN", () -> arbiter.post(() -> act(arbiter, Action.ADD, url)));
        Signals.on("TTOU", () -> arbiter.post(() -> act(arbiter, Action.REMOVE, url)));
    }

    private void ready(ServeConfig config, String url) {
        command.commandLine()
                .getOut()
                .println("ready: arbiter pid " + ProcessHandle.current().pid() + " serves " + url + " with "
                        + config.workers() + (config.workers() == 1 ? " worker" : " workers"));
        command.commandLine().getOut().flush();
    }

    /** Where a client on this machine finds it. */
    private static String url(InetAddress address, int port) {
        String host = address.isAnyLocalAddress() ? "localhost" : address.getHostAddress();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
