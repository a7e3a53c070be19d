package dev.holdfast.inference;

import dev.holdfast.engine.Models;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The containers that the tests run in, as an application would set them up. */
enum Container {
    JETTY {
        @Override
        Running start(Map<String, String> parameters, Optional<Models> provided) throws Exception {
            ServletContextHandler context = new ServletContextHandler("/");
            parameters.forEach(context::setInitParameter);
            provided.ifPresent(models -> context.setAttribute(HoldfastContextListener.ATTRIBUTE, models));
            context.addEventListener(new HoldfastContextListener());
            ServletHolder servlet = new ServletHolder(new InferenceServlet());
            servlet.setAsyncSupported(true);
            servlet.setInitOrder(1);
            context.addServlet(servlet, "/v2/*");
            context.addServlet(new ServletHolder(new MetricsServlet()), "/metrics");
            Server server = new Server(new QueuedThreadPool(THREADS));
            ServerConnector connector = new ServerConnector(server, 1, 1);
            server.addConnector(connector);
            server.setHandler(context);
            server.start();
            return new Running(URI.create("http://127.0.0.1:" + connector.getLocalPort()), server::stop);
        }
    },
    TOMCAT {
        @Override
        Running start(Map<String, String> parameters, Optional<Models> provided) throws Exception {
            Path base = Files.createTempDirectory("hft");
            Tomcat tomcat = new Tomcat();
            tomcat.setBaseDir(base.toString());
            tomcat.setPort(0);
            Context context = tomcat.addContext("", base.toString());
            ((StandardContext) context).setClearReferencesThreadLocals(false);
            ((StandardContext) context).setClearReferencesRmiTargets(false);
            parameters.forEach(context::addParameter);
            provided.ifPresent(
                    models -> context.getServletContext().setAttribute(HoldfastContextListener.ATTRIBUTE, models));
            context.addApplicationListener(HoldfastContextListener.class.getName());
            Wrapper servlet = Tomcat.addServlet(context, "holdfast", InferenceServlet.class.getName());
            servlet.setAsyncSupported(true);
            servlet.setLoadOnStartup(1);
            context.addServletMappingDecoded("/v2/*", "holdfast");
            Tomcat.addServlet(context, "metrics", MetricsServlet.class.getName());
            context.addServletMappingDecoded("/metrics", "metrics");
            tomcat.getConnector().setProperty("maxThreads", Integer.toString(THREADS));
            tomcat.start();
            return new Running(
                    URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort()), () -> stop(tomcat));
        }
    };

    /** Few, so that a test soon has all of them wait if any does. */
    static final int THREADS = 8;

    private static void stop(Tomcat tomcat) throws LifecycleException {
        tomcat.stop();
        tomcat.destroy();
    }

    /**
     * Starts it on a free port.
     *
     * @param parameters of the context
     * @param provided models that are there before the application starts
     */
    abstract Running start(Map<String, String> parameters, Optional<Models> provided) throws Exception;

    /** A container with the servlet in it. */
    record Running(URI uri, AutoCloseable stop) implements AutoCloseable {
        @Override
        public void close() {
            try {
                stop.close();
            } catch (Exception e) {
                throw new IllegalStateException("a container did not stop", e);
            }
        }
    }
}
