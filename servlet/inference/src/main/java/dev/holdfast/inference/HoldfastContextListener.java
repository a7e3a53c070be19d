package dev.holdfast.inference;

import dev.holdfast.engine.Models;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts an engine with the web application and stops it with it; {@link dev.holdfast.engine.EngineSetting} says how it is
 * configured. The application's own servlets find the engine in the context's attribute {@value #ATTRIBUTE}. If the
 * container has put one there already, that one serves, and is left open at the end.
 */
public final class HoldfastContextListener implements ServletContextListener {
    /** The servlet context's attribute that holds the {@link Models}. */
    public static final String ATTRIBUTE = Models.ATTRIBUTE;

    private static final Logger LOG = LoggerFactory.getLogger(HoldfastContextListener.class);

    private @Nullable Models opened;

    /** For the container. */
    public HoldfastContextListener() {}

    /**
     * @throws IllegalArgumentException if a setting is unsuitable; names it
     * @throws dev.holdfast.onnxruntime.OnnxRuntimeLoadException if the build of ONNX Runtime that
     *     {@code holdfast.onnxruntime.path} names can't be loaded
     */
    @Override
    public void contextInitialized(ServletContextEvent event) {
        ServletContext context = event.getServletContext();
        if (context.getAttribute(ATTRIBUTE) != null) {
            LOG.info("Serving the models that the container provides");
            return;
        }
        Settings settings = Settings.of(context);
        Models models = Models.open(settings.engine());
        opened = models;
        context.setAttribute(ATTRIBUTE, models);
        LOG.info("Serving models of the holder at {}", settings.engine().socket());
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        if (opened != null) {
            event.getServletContext().removeAttribute(ATTRIBUTE);
            opened.close();
            opened = null;
        }
    }
}
