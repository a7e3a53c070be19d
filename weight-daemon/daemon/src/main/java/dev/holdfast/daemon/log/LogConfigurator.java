package dev.holdfast.daemon.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;

/**
 * Configures Logback by code, which takes a tenth of the time of a file of its own and its XML parser: every worker that
 * replaces another waits for it. {@value #LEVEL} sets how much is logged.
 *
 * <p>Any configuration that Logback finds by itself goes before.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogConfigurator extends ContextAwareBase implements Configurator {
    private static final String LEVEL = "holdfast.log.level";

    /** <a href="https://logback.qos.ch/manual/configuration.html#auto_configuration">Where Logback looks</a>. */
    private static final String FILE = "logback.configurationFile";

    private static final List<String> RESOURCES =
            List.of("logback-test.xml", "logback.xml", "logback-test.scmo", "logback.scmo");

    /** For Logback, which finds it as a service. */
    public LogConfigurator() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty(FILE) != null || RESOURCES.stream().anyMatch(LogConfigurator::exists)) {
            return ExecutionStatus.NEUTRAL;
        }
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(System.getProperty(LEVEL), Level.INFO));
        root.addAppender(standardError(context));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static boolean exists(String resource) {
        return LogConfigurator.class.getResource("/" + resource) != null;
    }

    private static ConsoleAppender<ILoggingEvent> standardError(LoggerContext context) {
        LineLayout layout = new LineLayout();
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setTarget(ConsoleTarget.SystemErr.getName());
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }
}
