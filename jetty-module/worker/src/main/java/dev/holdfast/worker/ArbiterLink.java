package dev.holdfast.worker;

import dev.holdfast.control.ControlConnection;
import dev.holdfast.control.ControlMessage;
import dev.holdfast.control.ControlMessage.Retire;
import dev.holdfast.control.ControlMessage.StageReached;
import dev.holdfast.control.ControlMessage.Stop;
import dev.holdfast.control.ControlMessage.WorkerHello;
import dev.holdfast.control.LifeLock;
import dev.holdfast.control.StartStage;
import dev.holdfast.control.WorkerEnvironment;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server's side of the control link: tells the arbiter how far the start is and that the thread pool still runs, and ends
 * the server when the arbiter says so or is gone. Without an arbiter's environment it does nothing.
 *
 * <p>Add it after {@link dev.holdfast.jetty.HoldfastLifeCycle}, whose wait for the weights is one of the stages. A retired
 * server's process ends.
 */
public final class ArbiterLink implements LifeCycle.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(ArbiterLink.class);

    /** What stopping the server may take once its connections are gone. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final Server server;
    private final WorkerEnvironment environment;
    private final ControlConnection connection;
    private final Retirement retirement;
    private final RequestCounter counter = new RequestCounter();
    private final StandardStreams streams = StandardStreams.keep();
    private final CountDownLatch told = new CountDownLatch(1);
    private @Nullable Heartbeat heartbeat;

    private ArbiterLink(
            Server server, WorkerEnvironment environment, ControlConnection connection, Retirement retirement) {
        this.server = server;
        this.environment = environment;
        this.connection = connection;
        this.retirement = retirement;
    }

    /**
     * Connects a server, whose handlers are set and which is not started, to the arbiter that started this process, if one did.
     *
     * @throws IOException if the arbiter does not answer
     */
    public static void attach(Server server) throws IOException {
        attach(server, new Retirement(server));
    }

    static void attach(Server server, Retirement retirement) throws IOException {
        Optional<WorkerEnvironment> environment = WorkerEnvironment.ofThisProcess();
        if (environment.isEmpty() || server.isDryRun()) {
            LOG.debug("no arbiter started this process");
            return;
        }
        attach(server, retirement, environment.get());
    }

    static void attach(Server server, Retirement retirement, WorkerEnvironment environment) throws IOException {
        LifeLock.hold(environment.lifeFile());
        ControlConnection connection = ControlConnection.connect(environment.socket());
        ArbiterLink link = new ArbiterLink(server, environment, connection, retirement);
        connection.send(new WorkerHello(
                ControlMessage.VERSION,
                environment.token(),
                ProcessHandle.current().pid()));
        link.begin();
    }

    private void begin() throws IOException {
        connection.send(new StageReached(StartStage.JVM, jvmMillis()));
        connection.send(new StageReached(StartStage.CONFIGURED, ProcessAge.millis()));
        server.insertHandler(counter);
        server.addEventListener(this);
        Thread listener = new Thread(this::listen, "holdfast-arbiter-link");
        listener.setDaemon(true);
        listener.start();
    }

    /** When the JVM was up, which is shortly before its main class runs. */
    private static long jvmMillis() {
        long sinceThen = System.currentTimeMillis()
                - ManagementFactory.getRuntimeMXBean().getStartTime();
        return Math.max(0, ProcessAge.millis() - sinceThen);
    }

    /** @throws IllegalStateException if a connector with the shared socket has no acceptor of its own */
    @Override
    public void lifeCycleStarting(LifeCycle event) {
        for (Connector connector : server.getConnectors()) {
            if (connector instanceof ServerConnector own && own.isInheritChannel() && own.getAcceptors() == 0) {
                // Its selector would be told of connections that another process takes first, and then hang in accept.
                throw new IllegalStateException(
                        own + " shares its socket and has no acceptor; set jetty.http.acceptors to 1 or more");
            }
        }
        tell(StartStage.ATTACHED);
    }

    @Override
    public void lifeCycleStarted(LifeCycle event) {
        tell(StartStage.LISTENING);
        heartbeat = new Heartbeat(server, counter, connection);
        heartbeat.start();
    }

    @Override
    public void lifeCycleStopping(LifeCycle event) {
        if (heartbeat != null) {
            heartbeat.close();
        }
    }

    /** What the start failed for is about to be printed; the connector, closed by then, has taken the streams away. */
    @Override
    public void lifeCycleFailure(LifeCycle event, Throwable cause) {
        streams.restore();
    }

    private void tell(StartStage stage) {
        try {
            connection.send(new StageReached(stage, ProcessAge.millis()));
        } catch (IOException e) {
            // The reader notices the same and retires the server.
            LOG.warn("the arbiter can't be told of {}: {}", stage, e.toString());
        }
    }

    private void listen() {
        try {
            Optional<ControlMessage> message = connection.receive();
            while (message.isPresent()) {
                obey(message.get());
                message = connection.receive();
            }
        } catch (IOException e) {
            LOG.debug("the link to the arbiter broke", e);
        }
        if (told.getCount() > 0) {
            LOG.warn("the arbiter is gone: this worker retires");
        }
        end(environment.gracefulLimit());
        haltAfter(environment.gracefulLimit().plus(STOP_LIMIT));
    }

    /**
     * Ends a process that does not end by itself, so that no orphan keeps the port: a start that waits for its weights holds
     * the lock that a stop needs, and a web application may refuse to stop. A living arbiter would kill it.
     */
    private static void haltAfter(Duration limit) {
        try {
            Thread.sleep(limit.toMillis());
        } catch (InterruptedException e) {
            LOG.debug("interrupted", e);
        }
        LOG.error("this worker did not end within {} ms of the arbiter: halted", limit.toMillis());
        Runtime.getRuntime().halt(1);
    }

    private void obey(ControlMessage message) {
        if (message instanceof Retire retire) {
            end(Duration.ofMillis(retire.graceMillis()));
        } else if (message instanceof Stop) {
            LOG.info("stop at once");
            Runtime.getRuntime().halt(0);
        } else {
            LOG.warn("the arbiter says what no arbiter should: {}", message);
        }
    }

    /** In a thread of its own: while the server drains, the arbiter may say that it is to stop at once. */
    private void end(Duration grace) {
        if (told.getCount() == 0) {
            return;
        }
        told.countDown();
        new Thread(() -> {
                    retirement.run(grace);
                    System.exit(0);
                })
                .start();
    }
}
