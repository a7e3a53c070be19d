package dev.holdfast.worker;

import dev.holdfast.jetty.HoldfastLifeCycle;
import java.time.Duration;
import org.eclipse.jetty.server.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker without a {@code JETTY_BASE}: serves on the listening socket that is its standard input, under {@code holdfast serve}
 * or under systemd's socket activation. SIGTERM retires it.
 *
 * <p>System properties, beside those of the engine and the listener: {@value #PORT}, a TCP port to serve on instead;
 * {@value #GRACEFUL}, the longest time for the connections after SIGTERM, in milliseconds, default 30000.
 */
public final class WorkerMain {
    static final String PORT = "holdfast.worker.port";
    static final String GRACEFUL = "holdfast.worker.graceful.timeout";

    private static final Logger LOG = LoggerFactory.getLogger(WorkerMain.class);
    private static final long DEFAULT_GRACEFUL_MILLIS = 30_000;

    private WorkerMain() {}

    /** {@code --train}: starts as a worker does, without an arbiter and on no particular port, and ends. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 1 && arguments[0].equals("--train")) {
            TrainingRun.run();
            return;
        }
        try {
            serve();
        } catch (Exception e) {
            LOG.error("the worker can't start: {}", e.getMessage(), e);
            System.exit(1);
        }
    }

    private static void serve() throws Exception {
        HoldfastLifeCycle models = HoldfastLifeCycle.attaching();
        Integer port = Integer.getInteger(PORT);
        Server server = port == null ? WorkerServer.onInheritedChannel() : WorkerServer.onPort(port);
        server.addEventListener(models);
        Retirement retirement = new Retirement(server);
        ArbiterLink.attach(server, retirement);
        Duration graceful = Duration.ofMillis(Long.getLong(GRACEFUL, DEFAULT_GRACEFUL_MILLIS));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> retirement.run(graceful), "holdfast-retire"));
        server.start();
        LOG.info("worker pid={} ms={} listening", ProcessHandle.current().pid(), ProcessAge.millis());
        server.join();
    }
}
