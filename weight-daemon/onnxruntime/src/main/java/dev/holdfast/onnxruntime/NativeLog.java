package dev.holdfast.onnxruntime;

import com.sun.jna.Callback;
import com.sun.jna.Pointer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one logging function a library is given: every line goes to SLF4J and to the listeners it concerns.
 *
 * <p>It lives as long as its {@link OnnxRuntime}, for the library keeps calling it: all environments of a process are
 * one native object, which keeps the function of the first. Lines of the environment therefore go to the listeners of
 * all; a session's go to its own, found by the number it passes as the function's {@code param}.
 */
final class NativeLog {
    private static final Logger LOGGER = LoggerFactory.getLogger(NativeLog.class);

    /** {@code OrtLoggingFunction} of {@code onnxruntime_c_api.h}. */
    interface LoggingFunction extends Callback {
        void invoke(
                @Nullable Pointer param,
                int severity,
                @Nullable Pointer category,
                @Nullable Pointer logId,
                @Nullable Pointer location,
                @Nullable Pointer message);
    }

    private final LoggingFunction function = this::deliver;
    private final List<LogListener> environments = new CopyOnWriteArrayList<>();
    private final Map<Long, LogListener> sessions = new ConcurrentHashMap<>();
    private final AtomicLong lastSession = new AtomicLong();

    LoggingFunction function() {
        return function;
    }

    void addEnvironment(LogListener listener) {
        environments.add(listener);
    }

    void removeEnvironment(LogListener listener) {
        environments.remove(listener);
    }

    /** Registers a session's listener; the number is its {@code param}, never 0. */
    long addSession(LogListener listener) {
        long number = lastSession.incrementAndGet();
        sessions.put(number, listener);
        return number;
    }

    void removeSession(long number) {
        sessions.remove(number);
    }

    private void deliver(
            @Nullable Pointer param,
            int severity,
            @Nullable Pointer category,
            @Nullable Pointer logId,
            @Nullable Pointer location,
            @Nullable Pointer message) {
        // An exception must not unwind into the library.
        try {
            LogLine line =
                    new LogLine(LogSeverity.of(severity), text(category), text(logId), text(location), text(message));
            log(line);
            listeners(param).forEach(listener -> listener.line(line));
        } catch (RuntimeException e) {
            LOGGER.error("a listener to ONNX Runtime's log failed", e);
        }
    }

    private List<LogListener> listeners(@Nullable Pointer param) {
        if (param == null) {
            return environments;
        }
        LogListener listener = sessions.get(Pointer.nativeValue(param));
        return listener == null ? List.of() : List.of(listener);
    }

    private static void log(LogLine line) {
        switch (line.severity()) {
            case VERBOSE -> LOGGER.trace("{} ({})", line.message(), line.location());
            case INFO -> LOGGER.debug("{} ({})", line.message(), line.location());
            case WARNING -> LOGGER.warn("{} ({})", line.message(), line.location());
            case ERROR, FATAL -> LOGGER.error("{} ({})", line.message(), line.location());
        }
    }

    private static String text(@Nullable Pointer text) {
        return text == null ? "" : NativeText.read(text);
    }
}
