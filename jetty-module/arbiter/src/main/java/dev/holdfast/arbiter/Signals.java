package dev.holdfast.arbiter;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runs when this process gets a signal, through {@code sun.misc.Signal}: the module {@code jdk.unsupported} exports it
 * for want of a replacement, and javac warns of it wherever it is named, so it is reached by reflection.
 */
final class Signals {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    private Signals() {}

    /**
     * Handles one signal from now on, in a thread of the JVM's.
     *
     * @param name without SIG, such as {@code HUP}
     */
    static void on(String name, Runnable reaction) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            reaction.run();
                        }
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (InvocationTargetException e) {
            // Windows has no HUP, TTIN and TTOU: `holdfast ctl` does the same.
            LOG.debug("SIG{} can't be handled here", name, e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("sun.misc.Signal can't be used", e);
        }
    }
}
