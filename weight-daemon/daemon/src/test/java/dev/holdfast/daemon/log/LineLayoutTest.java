package dev.holdfast.daemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

@Tag("core")
class LineLayoutTest {
    @Test
    void eventIsOneLineAndAFaultsStackTraceFollowsIt() {
        Logger logger = new LoggerContext().getLogger("some.place.Thing");
        IllegalStateException fault = new IllegalStateException("no");

        String text = new LineLayout()
                .doLayout(new LoggingEvent("", logger, Level.WARN, "two\r\nlines {}", fault, new Object[] {1}));

        assertThat(text.lines().toList())
                .hasSizeGreaterThan(2)
                .satisfies(lines -> assertThat(lines.get(0))
                        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d)"
                                + " WARN  Thing: two lines 1"))
                .satisfies(lines -> assertThat(lines.get(1)).isEqualTo("java.lang.IllegalStateException: no"))
                .satisfies(lines -> assertThat(lines.get(2)).startsWith("\tat " + LineLayoutTest.class.getName()));
    }

    @Test
    void logGoesToStandardErrorFromInformationOn() {
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            assertThat(new LogConfigurator().configure(context))
                    .isEqualTo(Configurator.ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY);
            context.getLogger("a.B").debug("hidden");
            context.getLogger("a.B").info("seen");
        } finally {
            System.setErr(before);
            context.stop();
        }

        assertThat(written.toString(StandardCharsets.UTF_8))
                .as(context.getStatusManager().getCopyOfStatusList().toString())
                .endsWith(" INFO  B: seen" + System.lineSeparator())
                .doesNotContain("hidden");
    }

    @Test
    void logbackFindsIt() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();

        assertThat(context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("stderr"))
                .isNotNull();
    }
}
