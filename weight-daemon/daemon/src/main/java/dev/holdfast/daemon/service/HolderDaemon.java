package dev.holdfast.daemon.service;

import dev.holdfast.daemon.cli.DaemonOptions;
import dev.holdfast.daemon.holder.Holder;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.apache.commons.daemon.Daemon;
import org.apache.commons.daemon.DaemonContext;
import org.apache.commons.daemon.DaemonInitException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The holder under Commons Daemon: as a {@link Daemon} for jsvc, through {@link #start(String[])} and
 * {@link #stop(String[])} for procrun. Takes the arguments of {@code holdfast daemon}.
 *
 * <p>{@link #init} only reads arguments. State directory and socket are opened by {@link #start()}, which jsvc calls as
 * the user that the service is to run as, so nothing is ever done, or owned, by root.
 */
public final class HolderDaemon implements Daemon {
    private static final Logger LOG = LoggerFactory.getLogger(HolderDaemon.class);

    /** The one holder of a JVM that procrun runs. */
    private static final HolderDaemon SERVICE = new HolderDaemon();

    private final CountDownLatch stopped = new CountDownLatch(1);
    private @Nullable HolderSettings settings;
    private @Nullable Holder holder;

    /** For jsvc, which makes one by reflection. */
    public HolderDaemon() {}

    /**
     * Reads the arguments and does nothing else.
     *
     * @throws DaemonInitException if they are wrong; the message says what to do
     */
    @Override
    public void init(DaemonContext context) throws DaemonInitException {
        try {
            configure(context.getArguments());
        } catch (IllegalArgumentException e) {
            throw new DaemonInitException(String.valueOf(e.getMessage()), e);
        }
    }

    private synchronized void configure(String... arguments) {
        settings = DaemonOptions.parse(arguments);
    }

    /**
     * Starts the holder; its socket answers when this returns. Does nothing after {@link #stop()}.
     *
     * @throws IOException if the socket can't be bound
     * @throws IllegalStateException before {@link #init}
     */
    @Override
    public synchronized void start() throws IOException {
        if (settings == null) {
            throw new IllegalStateException("init comes before start");
        }
        if (stopped.getCount() == 0) {
            return;
        }
        try {
            holder = HolderStart.start(settings);
        } catch (IOException | RuntimeException e) {
            LOG.error("the holder does not start: {}", e.getMessage());
            throw e;
        }
    }

    /** Stops the holder cleanly; further calls do nothing. */
    @Override
    public synchronized void stop() {
        stopped.countDown();
        if (holder != null) {
            holder.close();
            holder = null;
        }
    }

    @Override
    public void destroy() {
        stop();
    }

    /**
     * For procrun's {@code --StartMode jvm}: runs a holder and returns when {@link #stop(String[])} has stopped it. The
     * service counts as stopped once this returns
     * (<a href="https://commons.apache.org/proper/commons-daemon/procrun.html">procrun</a>, StartMethod).
     *
     * @param arguments those of {@code holdfast daemon}
     * @throws IllegalArgumentException if they are wrong
     * @throws IOException if the socket can't be bound
     */
    public static void start(String[] arguments) throws IOException, InterruptedException {
        SERVICE.configure(arguments);
        SERVICE.start();
        SERVICE.stopped.await();
        // Held by whoever stops until the holder is closed.
        SERVICE.stop();
    }

    /** For procrun's {@code --StopMode jvm}; called from another thread than {@link #start(String[])}. */
    public static void stop(String[] arguments) {
        LOG.info("the service is told to stop");
        SERVICE.stop();
    }
}
