package dev.holdfast.jetty;

import dev.holdfast.engine.EngineSetting;
import dev.holdfast.engine.Models;
import dev.holdfast.engine.SettingKey;
import dev.holdfast.engine.SettingReader;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a Jetty {@link Server} the models of a holder for as long as it runs: {@code server.addEventListener(new
 * HoldfastLifeCycle())} before the start.
 *
 * <ul>
 *   <li>Starting: opens {@link Models}, puts them in the attribute {@link Models#ATTRIBUTE} of the server and of every
 *       context that it has or gets, and waits as {@link ServerSetting} says. No port is open yet.
 *   <li>Stopping: new requests are refused as not ready, and those under way go on while Jetty drains.
 *   <li>Stopped, or failed: sessions are closed and leases given back.
 * </ul>
 *
 * <p>The server may be started again. One listener serves one server; its parameters are set before the start.
 */
public final class HoldfastLifeCycle implements LifeCycle.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(HoldfastLifeCycle.class);

    private final Map<String, String> parameters = new ConcurrentHashMap<>();
    private @Nullable CompletableFuture<Models> opening;
    private @Nullable Models opened;
    private @Nullable ContextAttribute attribute;

    /** Without parameters: what system properties and the environment say. */
    public HoldfastLifeCycle() {}

    /**
     * As {@link #HoldfastLifeCycle()}, but attaching begins at once, while the caller is still making its server; the server's
     * start then waits for the rest. What goes wrong is thrown there. For a process that is to serve in any case.
     */
    public static HoldfastLifeCycle attaching() {
        HoldfastLifeCycle listener = new HoldfastLifeCycle();
        listener.opening = CompletableFuture.supplyAsync(
                () -> Models.open(listener.settings().engine()), HoldfastLifeCycle::runAside);
        return listener;
    }

    private static void runAside(Runnable open) {
        Thread thread = new Thread(open, "holdfast-open");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Sets what counts where neither a system property nor the environment says otherwise.
     *
     * @param key of an {@link EngineSetting} or {@link ServerSetting}
     * @param value its text; null or blank leaves it unset
     * @throws IllegalArgumentException if there is no such key
     * @throws IllegalStateException if attaching has begun
     */
    public void setParameter(String key, @Nullable String value) {
        if (opening != null) {
            throw new IllegalStateException("'" + key + "' can't be set any more: attaching has begun");
        }
        if (keys().noneMatch(known -> known.key().equals(key))) {
            throw new IllegalArgumentException("there is no setting '" + key + "'; there are: "
                    + keys().map(SettingKey::key).toList());
        }
        if (value == null) {
            parameters.remove(key);
        } else {
            parameters.put(key, value);
        }
    }

    private static Stream<SettingKey> keys() {
        return Stream.concat(Stream.of(EngineSetting.values()), Stream.of(ServerSetting.values()));
    }

    /**
     * @throws IllegalArgumentException if a setting is unsuitable; names it
     * @throws NotAttachedException if the models are required and do not serve in time
     * @throws dev.holdfast.onnxruntime.OnnxRuntimeLoadException if the build of ONNX Runtime that
     *     {@code holdfast.onnxruntime.path} names can't be loaded
     */
    @Override
    public void lifeCycleStarting(LifeCycle event) {
        Server server = server(event);
        if (server.isDryRun()) {
            return;
        }
        ServerSettings settings = settings();
        Models models = open(settings);
        opened = models;
        server.setAttribute(Models.ATTRIBUTE, models);
        attribute = new ContextAttribute(models);
        server.addEventListener(attribute);
        new AttachWait(models, settings).run();
    }

    private ServerSettings settings() {
        return ServerSettings.of(SettingReader.of(parameters::get));
    }

    /** What is being opened, the first time, if anything is. */
    private Models open(ServerSettings settings) {
        CompletableFuture<Models> early = opening;
        if (early == null) {
            return Models.open(settings.engine());
        }
        try {
            Models models = early.get();
            opening = null;
            return models;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException reason) {
                throw reason;
            }
            throw new IllegalStateException("the models can't be opened", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the models were being opened", e);
        }
    }

    @Override
    public void lifeCycleStopping(LifeCycle event) {
        Models models = opened;
        if (models != null) {
            models.beginClose();
            LOG.info("event=stop holder={}", models.config().socket());
        }
    }

    @Override
    public void lifeCycleStopped(LifeCycle event) {
        release(server(event));
    }

    @Override
    public void lifeCycleFailure(LifeCycle event, Throwable cause) {
        release(server(event));
    }

    private void release(Server server) {
        Models models = opened;
        if (models == null) {
            abandonOpening();
            return;
        }
        opened = null;
        if (attribute != null) {
            server.removeEventListener(attribute);
            attribute = null;
        }
        server.removeAttribute(Models.ATTRIBUTE);
        models.close();
        LOG.info("event=stopped holder={}", models.config().socket());
    }

    /** Closes what was being opened for a start that did not get as far. */
    private void abandonOpening() {
        CompletableFuture<Models> early = opening;
        opening = null;
        if (early != null) {
            CompletableFuture<?> unused = early.thenAccept(Models::close);
        }
    }

    private static Server server(LifeCycle event) {
        if (event instanceof Server server) {
            return server;
        }
        throw new IllegalStateException(HoldfastLifeCycle.class.getSimpleName() + " listens to a "
                + Server.class.getName() + ", not to a " + event.getClass().getName());
    }
}
