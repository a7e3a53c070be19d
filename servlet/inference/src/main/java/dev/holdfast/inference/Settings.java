package dev.holdfast.inference;

import dev.holdfast.engine.EngineConfig;
import dev.holdfast.engine.SettingReader;
import jakarta.servlet.ServletContext;
import java.time.Duration;
import java.util.Optional;

/**
 * A web application's configuration; {@link Setting} and {@link dev.holdfast.engine.EngineSetting} document every key.
 * Immutable.
 *
 * @param engine how the engine runs
 * @param limits what a request may not exceed
 * @param requestTimeout longest time from a request's head to the end of its answer; zero for no limit
 * @param repository whether the model repository extension answers
 * @param repositoryRole the role that loads and unloads; {@value #ANYONE} for anyone
 * @param metrics whether {@link MetricsServlet} answers
 * @param metricsWorker the label {@code worker} of all metrics, if they have one
 */
public record Settings(
        EngineConfig engine,
        Limits limits,
        Duration requestTimeout,
        boolean repository,
        String repositoryRole,
        boolean metrics,
        Optional<String> metricsWorker) {
    /** In the place of a role, anyone who reaches the servlet. */
    public static final String ANYONE = "*";

    private static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofMinutes(2);
    private static final String DEFAULT_ROLE = "holdfast-admin";

    /** @throws IllegalArgumentException if the timeout is negative */
    public Settings {
        if (requestTimeout.isNegative()) {
            throw new IllegalArgumentException("a timeout can't be negative, but is " + requestTimeout);
        }
    }

    /**
     * What system properties, the environment and the context's parameters say, in this order.
     *
     * @throws IllegalArgumentException if a value is unsuitable; names key, value and what it must be
     */
    public static Settings of(ServletContext context) {
        return of(SettingReader.of(context::getInitParameter));
    }

    static Settings of(SettingReader values) {
        return new Settings(
                EngineConfig.of(values),
                limits(values),
                values.duration(Setting.REQUEST_TIMEOUT, DEFAULT_REQUEST_TIMEOUT),
                values.flag(Setting.REPOSITORY, false),
                values.text(Setting.REPOSITORY_ROLE).orElse(DEFAULT_ROLE),
                values.flag(Setting.METRICS, true),
                values.text(Setting.METRICS_WORKER));
    }

    private static Limits limits(SettingReader values) {
        Limits defaults = Limits.DEFAULT;
        return new Limits(
                values.number(Setting.BODY_LIMIT, defaults.bodyBytes(), 1, Integer.MAX_VALUE),
                (int) values.number(Setting.TENSOR_LIMIT, defaults.tensors(), 1, Integer.MAX_VALUE),
                (int) values.number(Setting.DIMENSION_LIMIT, defaults.dimensions(), 1, Integer.MAX_VALUE),
                (int) values.number(Setting.STRING_LIMIT, defaults.stringLength(), 1, Integer.MAX_VALUE),
                (int) values.number(Setting.JSON_DEPTH_LIMIT, defaults.jsonDepth(), 1, 1000));
    }
}
