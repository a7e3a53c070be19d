package dev.holdfast.inference;

import dev.holdfast.engine.Models;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The V2 inference protocol (Open Inference Protocol, REST) with Triton's extensions for binary tensor data, statistics,
 * model configuration and the model repository. Map it to {@code /v2/*} with asynchronous support, as this JAR's
 * {@code web-fragment.xml} does, or to {@code /*} in a context whose own path is the protocol's root.
 *
 * <p>Answers out of the {@link Models} in the servlet context's attribute {@value HoldfastContextListener#ATTRIBUTE}, which
 * {@link HoldfastContextListener} or the container has put there.
 */
public final class InferenceServlet extends HttpServlet {
    private @Nullable Service service;

    /** The endpoints of one application. */
    private record Service(Settings settings, RouteTable routes, RepositoryEndpoints repository) {}

    /** For the container. */
    public InferenceServlet() {}

    /** @throws ServletException if no {@link Models} are in the context's attribute */
    @Override
    public void init() throws ServletException {
        Object models = getServletContext().getAttribute(HoldfastContextListener.ATTRIBUTE);
        if (!(models instanceof Models served)) {
            throw new ServletException("no " + Models.class.getName() + " in the servlet context's attribute "
                    + HoldfastContextListener.ATTRIBUTE + "; add the listener "
                    + HoldfastContextListener.class.getName());
        }
        service = service(served, Settings.of(getServletContext()));
    }

    private static Service service(Models models, Settings settings) {
        RepositoryEndpoints repository = new RepositoryEndpoints(models, settings);
        List<Route> routes = new ArrayList<>();
        routes.addAll(new ServerEndpoints(models, settings.repository()).routes());
        routes.addAll(new StatisticsEndpoint(models).routes());
        routes.addAll(new ModelEndpoints(models).routes());
        routes.addAll(new InferEndpoint(models, settings.limits()).routes());
        routes.addAll(repository.routes());
        return new Service(settings, new RouteTable(routes), repository);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) {
        Service serving = service;
        if (serving == null) {
            throw new IllegalStateException("the servlet was not initialised");
        }
        Exchange exchange = Exchange.start(request, response, serving.settings().requestTimeout());
        try {
            serving.routes().serve(exchange);
        } catch (RuntimeException e) {
            exchange.fail(e);
        }
    }

    @Override
    public void destroy() {
        if (service != null) {
            service.repository().close();
        }
    }
}
