package dev.holdfast.engine;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One engine's beans in the platform's MBean server, which several engines and class loaders share: the engine's own name
 * is the claim on its number. That a bean can't be registered is logged and stops nothing. Any thread.
 */
final class EngineBeans implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineBeans.class);
    private static final String DOMAIN = "dev.holdfast";

    private final Set<ObjectName> registered = new HashSet<>();
    private List<ServedModel> models = List.of();
    private @Nullable MBeanServer server;
    private String engine = "";
    private boolean closed;

    /**
     * Registers an engine; its models and versions, and those that were followed before, follow with {@link #follow}. The
     * platform's server takes a while to start.
     */
    void register(EngineConfig config, ModelTable table) {
        MBeanServer platform = ManagementFactory.getPlatformMBeanServer();
        EngineBean bean = new EngineBean(config, table);
        synchronized (this) {
            if (!closed) {
                server = platform;
                claim(platform, bean);
                follow(models);
            }
        }
    }

    private void claim(MBeanServer server, EngineMXBean bean) {
        for (int number = 1; engine.isEmpty(); number++) {
            try {
                ObjectName name = new ObjectName(DOMAIN + ":type=Engine,engine=" + number);
                server.registerMBean(bean, name);
                registered.add(name);
                engine = "engine=" + number;
            } catch (InstanceAlreadyExistsException e) {
                LOG.debug("engine {} is another", number);
            } catch (JMException e) {
                LOG.warn("the engine is not in the MBean server", e);
                closed = true;
                return;
            }
        }
    }

    /** Registers what has come and unregisters what has gone since the last call. */
    synchronized void follow(List<ServedModel> models) {
        this.models = models;
        MBeanServer platform = server;
        if (closed || platform == null) {
            return;
        }
        Map<ObjectName, Object> wanted = new HashMap<>();
        try {
            for (ServedModel model : models) {
                String keys = engine + ",model=" + ObjectName.quote(model.name());
                wanted.put(new ObjectName(DOMAIN + ":type=Model," + keys), new ModelBean(model));
                for (long version : model.countedVersions()) {
                    wanted.put(
                            new ObjectName(DOMAIN + ":type=Version," + keys + ",version=" + version),
                            new VersionBean(model, version));
                }
            }
        } catch (JMException e) {
            LOG.warn("a model has no name in the MBean server", e);
        }
        gone(wanted.keySet()).forEach(name -> unregister(platform, name));
        wanted.forEach((name, bean) -> register(platform, name, bean));
    }

    private List<ObjectName> gone(Set<ObjectName> wanted) {
        return registered.stream()
                .filter(name -> !name.getKeyProperty("type").equals("Engine") && !wanted.contains(name))
                .toList();
    }

    private void register(MBeanServer server, ObjectName name, Object bean) {
        if (registered.contains(name)) {
            return;
        }
        try {
            server.registerMBean(bean, name);
            registered.add(name);
        } catch (JMException e) {
            LOG.warn("{} is not in the MBean server", name, e);
        }
    }

    private void unregister(MBeanServer server, ObjectName name) {
        registered.remove(name);
        try {
            server.unregisterMBean(name);
        } catch (InstanceNotFoundException e) {
            LOG.debug("{} was unregistered by somebody else", name);
        } catch (JMException e) {
            LOG.warn("{} stays in the MBean server", name, e);
        }
    }

    /** Unregisters all; the engine's number, which the others' names contain, goes last. */
    @Override
    public synchronized void close() {
        closed = true;
        MBeanServer platform = server;
        if (platform != null) {
            gone(Set.of()).forEach(name -> unregister(platform, name));
            List.copyOf(registered).forEach(name -> unregister(platform, name));
        }
    }
}
