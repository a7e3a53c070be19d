package dev.holdfast.inference;

import dev.holdfast.engine.Models;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.Labels;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The engine's metrics for Prometheus, in its text format or, for who accepts it, as OpenMetrics 1.0. This JAR's
 * {@code web-fragment.xml} maps it to {@code /metrics} beside {@code /v2}, where {@link Setting#METRICS} turns it off.
 *
 * <p>For a context of its own, map it there: with {@link #MetricsServlet(Models)}, or with the engine in the context's
 * attribute {@value HoldfastContextListener#ATTRIBUTE}.
 */
public final class MetricsServlet extends HttpServlet {
    private final ExpositionFormatWriter text = PrometheusTextFormatWriter.create();
    private final ExpositionFormatWriter openMetrics = OpenMetricsTextFormatWriter.create();
    private @Nullable MetricsCollector collector;
    private boolean on = true;

    /** For the container: serves the engine in the context's attribute, as configured. */
    public MetricsServlet() {}

    /** Serves that engine whatever is configured. */
    public MetricsServlet(Models models) {
        this.collector = new MetricsCollector(models, Labels.EMPTY);
    }

    /** @throws ServletException if it is on and no {@link Models} are given or in the context's attribute */
    @Override
    public void init() throws ServletException {
        if (collector != null) {
            return;
        }
        Settings settings = Settings.of(getServletContext());
        on = settings.metrics();
        Object models = getServletContext().getAttribute(HoldfastContextListener.ATTRIBUTE);
        if (models instanceof Models served) {
            collector = new MetricsCollector(
                    served,
                    settings.metricsWorker()
                            .map(worker -> Labels.of("worker", worker))
                            .orElse(Labels.EMPTY));
        } else if (on) {
            throw new ServletException("no " + Models.class.getName() + " in the servlet context's attribute "
                    + HoldfastContextListener.ATTRIBUTE + "; add the listener "
                    + HoldfastContextListener.class.getName() + " or set " + Setting.METRICS.key() + " to off");
        }
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!on || collector == null) {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        String accepted = request.getHeader("Accept");
        ExpositionFormatWriter format = accepted != null && openMetrics.accepts(accepted) ? openMetrics : text;
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        format.write(body, collector.collect());
        response.setContentType(format.getContentType());
        response.setContentLength(body.size());
        body.writeTo(response.getOutputStream());
    }
}
