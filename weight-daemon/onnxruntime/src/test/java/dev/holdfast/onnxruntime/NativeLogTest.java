package dev.holdfast.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class NativeLogTest {
    private final OnnxRuntime runtime = OnnxRuntime.load();
    private final Environment environment = Environment.open(runtime, LogListener.NONE);
    private final SessionOptions options = SessionOptions.create(runtime).intraOpThreads(1);
    private final Path model;

    NativeLogTest(@TempDir Path directory) {
        this.model = OnnxFile.matMul(64).writeTo(directory.resolve("model"));
    }

    @AfterEach
    void close() {
        options.close();
        environment.close();
    }

    @Test
    void sessionsLogToTheirOwnListener() {
        List<LogLine> first = Collections.synchronizedList(new ArrayList<>());
        List<LogLine> second = Collections.synchronizedList(new ArrayList<>());
        try (Session one = Session.open(environment, options.log(LogSeverity.INFO, first::add), model)) {
            int lines = first.size();
            try (Session two = Session.open(environment, options.log(LogSeverity.INFO, second::add), model)) {
                assertThat(first).hasSize(lines).isNotEmpty();
                assertThat(second).isNotEmpty().allSatisfy(line -> assertThat(line.severity())
                        .isGreaterThanOrEqualTo(LogSeverity.INFO));
            }
        }
    }

    @Test
    void linesOfTheLogGoToSlf4jToo() {
        Logger logger = (Logger) LoggerFactory.getLogger(NativeLog.class);
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.list = new CopyOnWriteArrayList<>();
        appender.start();
        logger.addAppender(appender);
        options.log(LogSeverity.INFO, LogListener.NONE);
        try (Session session = Session.open(environment, options, model)) {
            assertThat(appender.list)
                    .anySatisfy(event -> assertThat(event.getLevel()).isEqualTo(Level.DEBUG))
                    .anySatisfy(event -> assertThat(event.getFormattedMessage()).contains("Session successfully"));
        } finally {
            logger.detachAppender(appender);
        }
    }

    @Test
    void aListenerThatThrowsHarmsNothing() {
        options.log(LogSeverity.INFO, line -> {
            throw new IllegalStateException("a bad listener");
        });
        try (Session session = Session.open(environment, options, model)) {
            assertThat(session.inputs()).hasSize(1);
        }
    }
}
