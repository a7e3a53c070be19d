package dev.holdfast.daemon.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One line an event, as {@code 2026-11-25T03:59:52.358Z INFO  Arbiter: worker=1 pid=7 started}: time with the offset of the
 * default zone, level, class, message. A fault's stack trace follows it.
 */
final class LineLayout extends LayoutBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT)
            .withZone(ZoneId.systemDefault());
    private static final Pattern LINE_BREAKS = Pattern.compile("[\r\n]+");
    private static final int LEVEL_WIDTH = 5;

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(128);
        TIME.formatTo(Instant.ofEpochMilli(event.getTimeStamp()), line);
        String level = event.getLevel().toString();
        line.append(' ').append(level).append(" ".repeat(Math.max(0, LEVEL_WIDTH - level.length())));
        String logger = event.getLoggerName();
        line.append(' ')
                .append(logger, logger.lastIndexOf('.') + 1, logger.length())
                .append(": ");
        line.append(
                LINE_BREAKS.matcher(String.valueOf(event.getFormattedMessage())).replaceAll(" "));
        line.append(System.lineSeparator());
        IThrowableProxy fault = event.getThrowableProxy();
        if (fault != null) {
            line.append(ThrowableProxyUtil.asString(fault));
        }
        return line.toString();
    }
}
