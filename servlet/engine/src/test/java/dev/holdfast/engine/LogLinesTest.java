package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.holdfast.daemon.holder.Holder;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What the engine logs of holder, leases and versions; docs/logs.md says the same. */
@Tag("core")
class LogLinesTest {
    private static final int WIDTH = 1024;
    private static final Pattern LINE = Pattern.compile("event=([a-z-]+)( [a-z]+=([^ \"]+|\"([^\"\\\\]|\\\\.)*\"))*");

    @TempDir
    Path root;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.holdfast.engine");
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage());
        }
    };
    private TestHolder base;

    @BeforeEach
    void listen() throws Exception {
        base = new TestHolder(root);
        TestModels.bias(base.models(), "bias", 1, WIDTH, 1);
        appender.start();
        logger.addAppender(appender);
        logger.setLevel(Level.INFO);
    }

    @AfterEach
    void linesAreThoseDocumented() throws Exception {
        logger.setLevel(null);
        logger.detachAppender(appender);
        String documented = Files.readString(Path.of("../../docs/logs.md"));
        for (String line : lines) {
            Matcher matcher = LINE.matcher(line);
            assertThat(matcher.matches()).as(line).isTrue();
            assertThat(documented).contains("`" + matcher.group(1) + "`");
        }
    }

    @Test
    void buildOfOnnxRuntimeIsSaidAndThatItIsNotTheHolders() throws Exception {
        RuntimeChoice.of(Optional.empty());
        RuntimeChoice.of(Optional.of("/opt/other"));
        awaitLine("event=runtime-kept version=\\S+ library=\"/.+\" reason=\"the holder uses /opt/other; .*\"");
    }

    private void awaitLine(String pattern) throws InterruptedException {
        TestHolder.await(() -> lines.stream().anyMatch(line -> line.matches(pattern)), pattern + " in " + lines);
    }

    @Test
    void versionsLogAttachSwitchDrainAndRelease() throws Exception {
        try (Holder holder = base.start(ArenaLayout.PACKED);
                Models models = base.serve("bias", base.engine())) {
            assertThat(holder).isNotNull();
            awaitLine("event=connect holder=\\S+ instance=\\S+");
            awaitLine("event=attach model=bias version=1 layout=packed bytes=\\d+ lease=\\d+");
            awaitLine("event=switch model=bias from=none to=1");
            TestModels.bias(base.models(), "bias", 2, WIDTH, 2);
            base.load("bias");
            TestHolder.await(() -> models.get("bias").active().equals(OptionalLong.of(2)), "the switch");
            awaitLine("event=switch model=bias from=1 to=2");
            awaitLine("event=drain model=bias version=1 waiting=0");
            awaitLine("event=release model=bias version=1 lease=\\d+");
        }
        awaitLine("event=switch model=bias from=2 to=none");
        awaitLine("event=release model=bias version=2 lease=\\d+");
    }

    @Test
    void holderThatComesBackLogsDisconnectReconnectAndOffer() throws Exception {
        try (ChildJvm first = startHolder();
                Models models = base.serve("bias", base.engine())) {
            first.close();
            awaitLine("event=disconnect holder=\\S+ reason=\".+\"");
            try (ChildJvm second = startHolder()) {
                assertThat(second.pid()).isPositive();
                awaitLine("event=reconnect holder=\\S+ instance=\\S+");
                awaitLine("event=(offer|reattach) model=bias version=1 lease=\\d+");
                assertThat(models.readiness().ready()).isTrue();
            }
        }
    }

    private ChildJvm startHolder() throws Exception {
        ChildJvm holder = ChildJvm.start(HolderMain.class, root.toString(), ArenaLayout.SEALED.wireName());
        assertThat(holder.readLine()).isEqualTo("serving");
        return holder;
    }

    @Test
    void freeTextStaysOneValue() {
        assertThat(LogValue.quoted("a \"b\"\\\nc=d")).isEqualTo("\"a \\\"b\\\"\\\\ c=d\"");
    }
}
